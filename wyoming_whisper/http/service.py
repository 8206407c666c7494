"""What every route works with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from wyoming_whisper.recognition.pipeline import Pipeline
    from wyoming_whisper.uploads.decoder import FileDecoder
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
        pipeline: Recognises utterances, and says how they are decoded and cut by default.
        info: What the server says of itself.
        can_translate: Whether the model translates to English.
        decoder: Reads uploaded files.
        options: What the owner decides.
    """

    pipeline: Pipeline
    info: ServiceInfo
    can_translate: bool
    decoder: FileDecoder
    options: HttpOptions
