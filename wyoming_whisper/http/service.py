"""What every route works with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from wyoming_whisper.recognition.accounting import RequestCounters
    from wyoming_whisper.recognition.program import Program
    from wyoming_whisper.recognition.recognizer import Recognizer
    from wyoming_whisper.scheduling.queue import DecodeQueue
    from wyoming_whisper.wyoming_api.info import ServiceInfo


@dataclass(frozen=True, slots=True)
class HttpOptions:
    """What the owner decides of HTTP.

    Attributes:
        names: Host names by which browsers may call it, beside addresses and local names.
        cors_origins: Origins whose pages may call it.
        key_file: Hashed keys, one of which a request needs; ``None`` for none.
        metrics_auth: Whether ``/metrics`` needs one too.
        strict_models: Whether other models' names are refused.
        max_upload_bytes: Most bytes of a request's body.
    """

    names: tuple[str, ...]
    cors_origins: tuple[str, ...]
    key_file: Path | None
    metrics_auth: bool
    strict_models: bool
    max_upload_bytes: int


@dataclass(frozen=True, slots=True)
class Service:
    """The server's parts that routes use.

    Attributes:
        recognizer: Recognises files and streams, on some programs.
        queue: Where their segments wait.
        describe: Returns what the server says of itself, as it is now.
        options: What the owner decides.
        look_again: Takes the model that the owner wants now, if that is another one.
    """

    recognizer: Recognizer
    queue: DecodeQueue
    describe: Callable[[], ServiceInfo]
    options: HttpOptions
    look_again: Callable[[], None]

    @property
    def program(self) -> Program:
        """What serves those who name none, and what most figures are about."""
        return self.recognizer.program

    @property
    def info(self) -> ServiceInfo:
        """What the server says of itself now."""
        return self.describe()

    @property
    def accounting(self) -> RequestCounters:
        """What has been asked and answered."""
        return self.recognizer.accounting
