"""``/health``, ``/ready`` and ``/status``: whether the server lives, could serve, and how it does.

A supervisor restarts what is not alive, so ``/health`` asks for no model. A balancer sends nothing
to what is not ready; so where a model could not be loaded again, its question is the only one left
to have that tried once more.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final, Literal

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from wyoming_whisper.scheduling.model_status import ModelState
from wyoming_whisper.wyoming_api.info import API as WYOMING

if TYPE_CHECKING:
    from wyoming_whisper.http.service import Service
    from wyoming_whisper.recognition.program import Program
    from wyoming_whisper.scheduling.model_status import ModelStatus

# Loads take seconds; a download takes longer, and asking is cheap.
_RETRY_AFTER_S: Final = 5


class Health(BaseModel):
    """The server is alive."""

    status: Literal["ok"] = "ok"
    message: Literal["OK"] = "OK"
    version: str = Field(description="The program's version.")


class Ready(BaseModel):
    """Requests would be served."""

    status: Literal["ready"] = "ready"
    state: ModelState = Field(description="`unloaded` is loaded again by the next request.")


class NotReady(BaseModel):
    """Requests would be refused, or would wait for a model that has yet to be loaded."""

    status: Literal["error"] = "error"
    code: Literal[503] = 503
    message: str = Field(description="Why, for people.")
    detail: str = Field(description="The same.")
    state: ModelState = Field(description="How far the model is.")


class ComingModel(BaseModel):
    """The model that is to take the place of the one that serves, or could not."""

    model: str = Field(description="Its name.")
    languages: list[str] = Field(description="Whisper's codes of what it understands.")
    state: ModelState = Field(description="How far it is; `failed` is tried again when asked to.")
    reason: str = Field(description="How far, or why not, for people.")


class Status(BaseModel):
    """What the server is, and what it does."""

    version: str = Field(description="The program's version.")
    model: str = Field(description="The model, as the server's owner named it.")
    languages: list[str] = Field(description="Whisper's codes of what the model understands.")
    state: ModelState = Field(description="How far the model is.")
    state_s: float = Field(description="For how many seconds it has been so.")
    reason: str = Field(description="Why, where there is more to say; else empty.")
    device: str = Field(description="Where it was last loaded; empty before.")
    compute_type: str = Field(description="What it was last loaded as; empty before.")
    load_s: float | None = Field(description="Seconds that its last load took; null before.")
    coming: ComingModel | None = Field(
        description="The model that is to take its place; null without one."
    )
    queue: dict[str, int] = Field(description="Segments that wait to be decoded, by class.")
    in_flight: int = Field(description="Segments that are being decoded.")
    uptime_s: float = Field(description="Seconds since the server started.")
    utterances: int = Field(description="Wyoming's utterances so far, failed ones included.")
    requests: int = Field(description="HTTP's requests for a text so far, failed ones included.")
    failed: int = Field(description="How many of both failed.")
    eager_hits: int = Field(description="Utterances that were decoded before they were over.")


def router(service: Service) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(tags=["status"])
    counters = service.accounting

    @routes.head("/health", include_in_schema=False)
    @routes.get("/health")
    async def health() -> Health:
        """Tell that the server is alive, whatever its model does."""
        return Health(version=service.info.version)

    @routes.head("/ready", include_in_schema=False, response_model=None)
    @routes.get(
        "/ready",
        response_model=Ready,
        responses={
            503: {
                "model": NotReady,
                "headers": {
                    "Retry-After": {
                        "description": "Seconds after which to ask again.",
                        "schema": {"type": "integer"},
                    }
                },
            }
        },
    )
    async def ready() -> Ready | JSONResponse:
        """Tell whether requests would be served now."""
        model = service.program.status
        if model.is_ready:
            return Ready(state=model.state)
        if model.state is ModelState.FAILED:
            service.program.lifecycle.expect_work()
        reason = _reason(model) or f"the model is {model.state.value}"
        answer = NotReady(message=reason, detail=reason, state=model.state)
        return JSONResponse(
            answer.model_dump(mode="json"), 503, headers={"Retry-After": str(_RETRY_AFTER_S)}
        )

    @routes.get("/status")
    async def status() -> Status:
        """Tell what the server is, and what it does."""
        program, now = service.program, time.monotonic()
        model = program.status
        utterances = counters.n_requests(WYOMING)
        return Status(
            version=service.info.version,
            model=program.name,
            languages=sorted(program.languages),
            state=model.state,
            state_s=round(now - model.since, 3),
            reason=_reason(model),
            device=model.device,
            compute_type=model.compute_type,
            load_s=None if model.load_s is None else round(model.load_s, 3),
            coming=_coming(program),
            queue={priority.value: n for priority, n in service.queue.n_waiting.items()},
            in_flight=service.recognizer.n_in_call,
            uptime_s=round(now - counters.started_at, 3),
            utterances=utterances,
            requests=counters.requests.total() - utterances,
            failed=counters.failed,
            eager_hits=counters.eager_hits,
        )

    return routes


def _coming(program: Program) -> ComingModel | None:
    coming = program.coming()
    if coming is None:
        return None
    return ComingModel(
        model=coming.model.facts.name,
        languages=sorted(coming.model.facts.languages),
        state=coming.status.state,
        reason=_reason(coming.status),
    )


def _reason(model: ModelStatus) -> str:
    return str(model.refusal or model.reason)
