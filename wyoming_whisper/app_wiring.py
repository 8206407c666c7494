"""What the owner's settings come to in each room: its own options, in its own units."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Final

from wyoming_whisper.audio.pcm import SAMPLE_RATE
from wyoming_whisper.config.checks import early_answer, home_assistant_url
from wyoming_whisper.engines.whisper.gates import Gates
from wyoming_whisper.engines.whisper.options import EngineOptions
from wyoming_whisper.engines.whisper.recommendation import Needs
from wyoming_whisper.errors import ConfigError
from wyoming_whisper.home_assistant.access import Access
from wyoming_whisper.household import vocabulary
from wyoming_whisper.household.vocabulary_file import (
    MAX_FILE_BYTES,
    parse_replacements,
    parse_vocabulary,
)
from wyoming_whisper.http.door.keys import KeyFile
from wyoming_whisper.http.service import HttpOptions
from wyoming_whisper.language import normalize_language
from wyoming_whisper.recognition.eager import EagerOptions
from wyoming_whisper.recognition.end_of_turn import (
    WHEN_COMPLETE,
    EarlyAnswers,
    EndpointingLimits,
)
from wyoming_whisper.recognition.program import ProgramOptions
from wyoming_whisper.recognition.turn_watch import TurnOptions
from wyoming_whisper.speech.endpointing import HYSTERESIS, EndpointingOptions
from wyoming_whisper.speech.segmenter import SegmentingOptions
from wyoming_whisper.system.cpu_tuning import Tuning
from wyoming_whisper.uploads.limits import FileLimits
from wyoming_whisper.values import WINDOW_S, DecodeOptions, Task

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from wyoming_whisper.config.settings import Settings

_LOG: Final = logging.getLogger(__name__)

# What Home Assistant's Supervisor gives its apps: a token, and a name that only they can resolve.
_SUPERVISOR_TOKEN: Final = "SUPERVISOR_TOKEN"  # noqa: S105 - a variable's name
_SUPERVISOR_URL: Final = "ws://supervisor/core/websocket"
_USUAL_URL: Final = "http://homeassistant.local:8123"


def program_options(settings: Settings) -> ProgramOptions:
    """Return how a model is used by default."""
    return ProgramOptions(
        title=settings.name,
        decoding=decode_options(settings),
        segmenting=segmenting_options(settings),
        beam_size=settings.beam_size,
        languages=settings.language_codes,
        eager=eager_options(settings),
        turn=turn_options(settings),
    )


def turn_options(settings: Settings) -> TurnOptions:
    """Return when utterances end before their client says so."""
    early = None if settings.early_answer == "off" else WHEN_COMPLETE
    if (silence_ms := early_answer(settings.early_answer)) is not None:
        silence = _samples(silence_ms)
        early = EarlyAnswers(silence, silence, silence)
    endpointing = EndpointingLimits(
        silence=int(settings.endpointing * SAMPLE_RATE),
        no_speech=int(settings.no_speech_timeout * SAMPLE_RATE),
        longest=int(settings.longest_command * SAMPLE_RATE),
    )
    return TurnOptions(early, endpointing if settings.endpointing else None)


def segmenting_options(settings: Settings) -> SegmentingOptions:
    """Return how speech is cut in the longest window."""
    return SegmentingOptions(
        max_samples=WINDOW_S * SAMPLE_RATE,
        pre_roll_samples=_samples(settings.pre_roll_ms),
        tail_samples=_samples(settings.tail_ms),
        pause_samples=_samples(settings.vad_min_silence_ms),
        endpointing=EndpointingOptions(
            onset=settings.vad_threshold,
            release=settings.vad_threshold - HYSTERESIS,
            min_speech_samples=_samples(settings.vad_min_speech_ms),
        ),
    )


def eager_options(settings: Settings) -> EagerOptions | None:
    """Return which pauses are worth a decode; ``None`` where none is."""
    return None if settings.no_eager else EagerOptions(_samples(settings.eager_pause_ms))


def decode_options(settings: Settings) -> DecodeOptions:
    """Return how utterances are decoded that ask for nothing else, but for the beams."""
    return DecodeOptions(
        language=normalize_language(settings.language),
        task=Task(settings.task),
        prompt=settings.initial_prompt,
    )


def needs(settings: Settings) -> Needs:
    """Return what a model has to be good for."""
    language = normalize_language(settings.language)
    spoken = settings.language_codes | (frozenset({language}) if language else frozenset())
    return Needs(spoken, Task(settings.task) is Task.TRANSLATE)


def engine_options(settings: Settings) -> EngineOptions:
    """Return how a Whisper model is loaded."""
    return EngineOptions(
        device=settings.device,
        compute_type=settings.compute_type,
        cpu_threads=settings.cpu_threads,
        max_batch=settings.max_batch,
        languages=settings.language_codes,
        audio_context=settings.audio_context,
        typical=decode_options(settings),
        beam_size=settings.beam_size,
        gates=Gates(
            no_speech=settings.no_speech_threshold,
            logprob=settings.logprob_threshold,
            compression_ratio=settings.compression_ratio_threshold,
        ),
        trims_memory=Tuning.MALLOC in settings.cpu_tuning,
    )


def file_limits(settings: Settings) -> FileLimits:
    """Return what an uploaded file may take."""
    return FileLimits(max_audio_s=settings.max_audio_s)


def http_options(settings: Settings) -> HttpOptions:
    """Return what the owner decides of HTTP.

    Raises:
        ConfigError: If the file of keys cannot be used.
    """
    key_file = Path(settings.api_keys).expanduser() if settings.api_keys else None
    if key_file is not None and not settings.no_http:
        # Read again when somebody connects; what is wrong with it is better known now.
        KeyFile(key_file)
    return HttpOptions(
        names=settings.http_name,
        cors_origins=settings.cors_origin,
        key_file=key_file,
        metrics_auth=settings.metrics_auth,
        strict_models=settings.strict_models,
        max_upload_bytes=settings.max_upload_mb * 1_000_000,
    )


def own_names(settings: Settings) -> vocabulary.Household:
    """Return what the owner has written down of the home. Blocks.

    Raises:
        ConfigError: If a file cannot be read, or a line of it is wrong.
    """
    return vocabulary.joined(
        *(_parsed("--vocabulary", path, parse_vocabulary) for path in settings.vocabulary),
        *(_parsed("--replacements", path, parse_replacements) for path in settings.replacements),
    )


def home_assistant(settings: Settings, environ: Mapping[str, str]) -> Access | None:
    """Return where Home Assistant is and what opens it; ``None`` if it is not to be asked.

    1. What the owner says.
    2. What the Supervisor says, if this is one of its apps.
    """
    if settings.hass_token:
        return Access(home_assistant_url(settings.hass_url or _USUAL_URL), settings.hass_token)
    if settings.hass_url:
        _LOG.warning("no names from Home Assistant: --hass-url needs a --hass-token too")
        return None
    token = environ.get(_SUPERVISOR_TOKEN)
    return Access(_SUPERVISOR_URL, token) if token else None


def _parsed(
    option: str, path: Path, parse: Callable[[str], vocabulary.Household]
) -> vocabulary.Household:
    """Return what a file of the owner's says.

    Raises:
        ConfigError: If it cannot be read, or a line of it is wrong.
    """
    try:
        with path.expanduser().open("rb") as file:
            content = file.read(MAX_FILE_BYTES + 1)
        if len(content) > MAX_FILE_BYTES:
            raise ValueError("too large")
        return parse(content.decode())
    except OSError as error:
        raise ConfigError(f"{option} {path}: {error.strerror}") from error
    except UnicodeError as error:
        raise ConfigError(f"{option} {path}: not UTF-8") from error
    except ValueError as error:
        raise ConfigError(f"{option} {path}: {error}") from error


def _samples(milliseconds: int) -> int:
    return milliseconds * SAMPLE_RATE // 1000
