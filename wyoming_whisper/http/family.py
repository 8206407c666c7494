"""A family: an API that HTTP speaks, with all that is its own and no other's."""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from wyoming_whisper.errors import ModelLoading, ShuttingDown, entry_of
from wyoming_whisper.http.errors import RETRYABLE, error_body, status_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from fastapi import APIRouter
    from starlette.types import Scope

    from wyoming_whisper.errors import WyomingWhisperError
    from wyoming_whisper.http.service import HttpOptions, Service

# A queue drains while a client waits for the next second; a model takes longer to load.
_RETRY_AFTER_S: Final[dict[type[BaseException], int]] = {ModelLoading: 5, ShuttingDown: 5}


def _nothing(_: HttpOptions) -> frozenset[str]:
    return frozenset()


@dataclass(frozen=True, slots=True)
class Family:
    """An API.

    Attributes:
        name: Its label in the metrics.
        routes: Makes its routes.
        prefixes: Where its paths begin: what has no route below them, or fails before it comes to
            one, is answered in its shape. Of two families the one with the longer prefix answers;
            ``""`` is before every path.
        error_body: Makes JSON's object of an error and its HTTP status.
        error_responses: FastAPI's ``responses``: what the documentation says of its errors.
        statuses: HTTP statuses of errors that are not `status_of`'s.
        public_paths: Makes the paths that need no key, however many the owner has given out; one
            that ends in ``*`` stands for all that begin so.
        unguarded_paths: Those that are answered whoever asks, by whatever name and from any page.
        is_counted: Whether it answers requests for a text, which the owner's figures count.
    """

    name: str
    routes: Callable[[Service], APIRouter]
    prefixes: tuple[str, ...]
    error_body: Callable[[BaseException, int], dict[str, Any]] = error_body
    error_responses: Mapping[int | str, dict[str, Any]] = field(default_factory=dict)
    statuses: Mapping[type[WyomingWhisperError], int] = field(default_factory=dict)
    public_paths: Callable[[HttpOptions], frozenset[str]] = _nothing
    unguarded_paths: frozenset[str] = frozenset()
    is_counted: bool = True

    def status(self, error: BaseException) -> int:
        """Return the HTTP status of an error."""
        if isinstance(error, HTTPException):
            return error.status_code
        return entry_of(type(error), self.statuses, status_of(type(error)))


class Families:
    """All of a server's families.

    Args:
        families: One of them has the prefix ``""``.
    """

    def __init__(self, families: Iterable[Family]) -> None:
        self._families: Final = tuple(families)
        self._by_prefix: Final = {prefix: f for f in self._families for prefix in f.prefixes}
        if "" not in self._by_prefix:
            raise ValueError("no family answers what no other does")

    def __iter__(self) -> Iterator[Family]:
        return iter(self._families)

    def at(self, path: str) -> Family:
        """Return the family that answers at a path."""
        while path not in self._by_prefix:
            path = path.rpartition("/")[0]
        return self._by_prefix[path]

    def answer(self, scope: Scope, error: BaseException) -> JSONResponse:
        """Return the answer to a request that has failed, in the shape of its path."""
        family = self.at(scope["path"])
        status = family.status(error)
        headers: dict[str, str] = {}
        if isinstance(error, HTTPException):
            headers |= error.headers or {}
            if error.detail == HTTPStatus.NOT_FOUND.phrase:
                asked = f"{scope.get('method', 'GET')} {quote(scope['path'])}"
                error = HTTPException(status, f"Unknown URL: {asked}")
        if status == HTTPStatus.UNAUTHORIZED:
            headers["WWW-Authenticate"] = "Bearer"
        elif status in RETRYABLE:
            headers["Retry-After"] = str(_RETRY_AFTER_S.get(type(error), 1))
        elif status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            # OpenAI's libraries ask three times otherwise, and would hear the same.
            headers["x-should-retry"] = "false"
        return JSONResponse(family.error_body(error, status), status, headers)
