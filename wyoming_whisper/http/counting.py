"""One request's figures, for as long as it lasts."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Self

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from wyoming_whisper.errors import codes
from wyoming_whisper.http.disconnect import ClientGone

if TYPE_CHECKING:
    from types import TracebackType

    from wyoming_whisper.recognition.accounting import Api, RequestCounters, UtteranceReport
    from wyoming_whisper.values import Task

_OK: Final = 200
# nginx's word for a client who has left; nobody receives it.
_CLIENT_GONE: Final = 499


@dataclass(slots=True)
class CountedRequest:
    """Counts a request at the end of a ``with`` block, by what has come of it.

    Attributes:
        counters: Where.
        api: How it came.
        task: What was asked for.
        report: Its figures, once they are there.
    """

    counters: RequestCounters
    api: Api
    task: Task
    report: UtteranceReport | None = None
    _started: float = field(default_factory=time.monotonic)
    _first_result_s: float | None = None
    _error: BaseException | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.counters.add(
            self.api,
            self.task,
            _status(error or self._error),
            seconds=time.monotonic() - self._started,
            report=self.report,
            first_result_s=self._first_result_s,
        )

    def tell(self) -> None:
        """Say that a part of the transcript has been sent."""
        if self._first_result_s is None:
            self._first_result_s = time.monotonic() - self._started

    def fail(self, error: BaseException) -> None:
        """Say that it has failed, though the client has been told that it would not."""
        self._error = error


def _status(error: BaseException | None) -> int:
    if error is None:
        return _OK
    if isinstance(error, HTTPException):
        return error.status_code
    if isinstance(error, ClientGone | ClientDisconnect | asyncio.CancelledError):
        return _CLIENT_GONE
    return codes(error).http_status
