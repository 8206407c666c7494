"""What supervisors and balancers ask, in each state of the model."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from fakes import FACTS, INFO, FakeEngine, FakeModel, decoding, hypothesis, new_lifecycle, tone
from fastapi import FastAPI
from http_service import client_of, new_service

from wyoming_whisper.engines.engine import DecodeRequest
from wyoming_whisper.errors import DeviceUnavailable, EngineFailed, ModelLoading, Overloaded
from wyoming_whisper.http.admin import health
from wyoming_whisper.recognition.accounting import UtteranceReport
from wyoming_whisper.recognition.eager import Eagerness
from wyoming_whisper.recognition.program import Program
from wyoming_whisper.scheduling.lifecycle import Lifecycle
from wyoming_whisper.scheduling.model_status import ModelState
from wyoming_whisper.scheduling.queue import DecodeQueue
from wyoming_whisper.scheduling.runner import Devices
from wyoming_whisper.values import DecodeOptions, Priority, Task

if TYPE_CHECKING:
    from wyoming_whisper.engines.threaded import ThreadedEngine

REQUEST = DecodeRequest(tone(0.1), DecodeOptions())


@pytest.mark.parametrize("state", ModelState)
async def test_health_asks_for_no_model(state: ModelState) -> None:
    """A server lives whatever its model does, so no supervisor ends a download."""
    lifecycle = new_lifecycle()
    lifecycle.status.enter(state)
    async with client_of(health.router(new_service(lifecycle))) as client:
        response = await client.get("/health")
        assert (response.status_code, response.json()) == (
            200,
            {"status": "ok", "message": "OK", "version": INFO.version},
        )


@pytest.mark.parametrize("state", [ModelState.LOADED, ModelState.UNLOADED])
async def test_ready(state: ModelState) -> None:
    """A model that decodes, or that its idleness alone keeps from it, makes a server ready."""
    lifecycle = new_lifecycle()
    lifecycle.status.enter(state)
    async with client_of(health.router(new_service(lifecycle))) as client:
        response = await client.get("/ready")
        assert response.status_code == 200
        assert response.json() == {"status": "ready", "state": state.value}


@pytest.mark.parametrize(
    ("state", "reason", "message"),
    [
        (ModelState.FETCHING, "still being downloaded, 43 %", "still being downloaded, 43 %"),
        (ModelState.LOADING, "", "the model is loading"),
        (ModelState.FAILED, "no memory", "no memory"),
        (ModelState.GONE, "", "the server is shutting down"),
    ],
)
async def test_not_ready(state: ModelState, reason: str, message: str) -> None:
    """Who is not ready says why, and when to ask again."""
    lifecycle = new_lifecycle()
    lifecycle.status.enter(state, reason)
    async with client_of(health.router(new_service(lifecycle))) as client:
        response = await client.get("/ready")
        assert response.status_code == 503
        assert int(response.headers["Retry-After"]) >= 1
        assert response.json() == {
            "status": "error",
            "code": 503,
            "message": message,
            "detail": message,
            "state": state.value,
        }


async def test_heads() -> None:
    """Probes that want no body are answered with the same status."""
    lifecycle = new_lifecycle()
    async with client_of(health.router(new_service(lifecycle))) as client:
        assert (await client.head("/health")).status_code == 200
        assert (await client.head("/ready")).status_code == 503


async def test_asking_has_a_failed_load_tried_again() -> None:
    """A balancer sends nothing to a server that is not ready; its question is enough to try."""
    errors: list[Exception | None] = [None, DeviceUnavailable("no memory"), None]

    class Failing(FakeModel):
        """Cannot be loaded the second time."""

        def load(self) -> ThreadedEngine:
            if error := errors.pop(0):
                raise error
            return super().load()

    queue = DecodeQueue(max_queued=64)
    lifecycle = Lifecycle(Failing(), queue, Devices(queue), idle_unload_s=0.01)
    service = new_service(lifecycle)

    async def entered(state: ModelState) -> None:
        async with asyncio.timeout(20):
            while lifecycle.status.state is not state:  # noqa: ASYNC110 - nobody is told of it
                await asyncio.sleep(0.001)

    task = asyncio.create_task(lifecycle.run())
    await entered(ModelState.UNLOADED)
    with pytest.raises(ModelLoading):
        await lifecycle.submit(REQUEST, Priority.FINAL)
    async with client_of(health.router(service)) as client:
        response = await client.get("/ready")
        assert (response.status_code, response.json()["message"]) == (503, "no memory")
        await entered(ModelState.UNLOADED)
        assert errors == []
        assert (await client.get("/ready")).status_code == 200
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


async def test_status_before_the_model_is_loaded() -> None:
    """What is not known yet is empty, and nothing has been counted."""
    async with client_of(health.router(new_service(new_lifecycle()))) as client:
        answer: dict[str, Any] = (await client.get("/status")).json()
    assert 0 <= answer.pop("state_s") <= answer.pop("uptime_s") + 1
    assert answer == {
        "version": INFO.version,
        "model": INFO.default.model.name,
        "languages": ["de", "en", "fr"],
        "state": "loading",
        "reason": "",
        "device": "",
        "compute_type": "",
        "load_s": None,
        "coming": None,
        "queue": {"final": 0, "interactive": 0, "eager": 0, "file": 0},
        "in_flight": 0,
        "utterances": 0,
        "requests": 0,
        "failed": 0,
        "eager_hits": 0,
    }


async def test_status_at_work() -> None:
    """The model, the queue by class, what is in flight and what has been, at one look."""
    gate = threading.Event()
    lifecycle = new_lifecycle(max_queued=2)
    service = new_service(lifecycle)
    report = UtteranceReport(1.0, 0.5, 0.0, 0.1, (hypothesis("lights on"),), Eagerness.HIT)
    for api in ("wyoming", "openai"):
        service.accounting.register(api)
    count = service.accounting.add
    count("wyoming", Task.TRANSCRIBE, None, seconds=1, report=report, answered_s=0.001)
    count("wyoming", Task.TRANSCRIBE, EngineFailed, seconds=1)
    count("openai", Task.TRANSLATE, None, seconds=1, report=report)
    async with (
        decoding(lifecycle, FakeEngine(gate=gate, device="cuda:0", compute_type="float16")),
        client_of(health.router(service)) as client,
    ):
        first = lifecycle.submit(REQUEST, Priority.FINAL)
        async with asyncio.timeout(20):
            while not lifecycle.n_in_call:  # noqa: ASYNC110 - nobody is told of it
                await asyncio.sleep(0)
        waiting = [lifecycle.submit(REQUEST, Priority.FILE) for _ in range(2)]
        with pytest.raises(Overloaded):
            lifecycle.submit(REQUEST, Priority.FILE)
        answer = (await client.get("/status")).json()
        gate.set()
        await asyncio.gather(first, *waiting)
    assert (answer["state"], answer["device"], answer["compute_type"]) == (
        "loaded", "cuda:0", "float16",
    )  # fmt: skip
    assert (answer["queue"]["file"], answer["queue"]["final"], answer["in_flight"]) == (2, 0, 1)
    assert (answer["utterances"], answer["requests"], answer["failed"]) == (2, 1, 1)
    assert answer["eager_hits"] == 1


async def test_answers_are_documented() -> None:
    """The description of the interface names both answers of ``/ready``, and each route once."""
    app = FastAPI()
    app.include_router(health.router(new_service(new_lifecycle())))
    paths = app.openapi()["paths"]
    assert {path: sorted(routes) for path, routes in paths.items()} == {
        "/health": ["get"],
        "/ready": ["get"],
        "/status": ["get"],
    }
    assert {"200", "503"} <= set(paths["/ready"]["get"]["responses"])


async def test_status_of_the_model_that_is_to_come() -> None:
    """Who looks sees which one it is, how far it is, and why it is not there."""
    coming = new_lifecycle(facts=replace(FACTS, name="large"))
    coming.status.enter(ModelState.FAILED, "no memory")
    service = new_service(new_lifecycle())
    program = Program(service.program.lifecycle, service.program.options, lambda: coming)
    service.recognizer.programs = (program,)
    async with client_of(health.router(service)) as client:
        answer = (await client.get("/status")).json()["coming"]
    assert answer == {
        "model": "large",
        "languages": sorted(FACTS.languages),
        "state": "failed",
        "reason": "no memory",
    }
