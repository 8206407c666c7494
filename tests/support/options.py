"""The rooms' options as the server has them by default, but for what a test changes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from wyoming_whisper import app_wiring
from wyoming_whisper.config.settings import Settings

if TYPE_CHECKING:
    from wyoming_whisper.engines.whisper.gates import Gates
    from wyoming_whisper.engines.whisper.options import EngineOptions
    from wyoming_whisper.http.service import HttpOptions
    from wyoming_whisper.recognition.eager import EagerOptions
    from wyoming_whisper.speech.endpointing import EndpointingOptions
    from wyoming_whisper.speech.segmenter import SegmentingOptions
    from wyoming_whisper.uploads.limits import FileLimits

_DEFAULTS: Final = Settings()


def segmenting_options(**changes: Any) -> SegmentingOptions:  # noqa: ANN401 - fields
    return replace(app_wiring.segmenting_options(_DEFAULTS), **changes)


def endpointing_options(**changes: Any) -> EndpointingOptions:  # noqa: ANN401 - fields
    return replace(segmenting_options().endpointing, **changes)


def eager_options(**changes: Any) -> EagerOptions:  # noqa: ANN401 - fields
    options = app_wiring.eager_options(_DEFAULTS)
    assert options is not None
    return replace(options, **changes)


def engine_options(**changes: Any) -> EngineOptions:  # noqa: ANN401 - fields
    return replace(app_wiring.engine_options(_DEFAULTS), **changes)


def default_gates(**changes: Any) -> Gates:  # noqa: ANN401 - fields
    return replace(engine_options().gates, **changes)


def file_limits(**changes: Any) -> FileLimits:  # noqa: ANN401 - fields
    return replace(app_wiring.file_limits(_DEFAULTS), **changes)


def http_options(**changes: Any) -> HttpOptions:  # noqa: ANN401 - fields
    return replace(app_wiring.http_options(_DEFAULTS), **changes)
