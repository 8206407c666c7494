"""The command line of wyoming-faster-whisper, for those who move here with it.

Its options that mean the same here under another name are translated; those that have no equal are
dropped with a warning that says so. All options of its release 3.8.1 are known.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FOREIGN_ENV_PREFIX: Final = "WYO_WHISPER_"


@dataclass(frozen=True, slots=True)
class ForeignOption:
    """One of its options that is not called the same here.

    Attributes:
        values: How many values follow: none, one, or any number.
        ours: What it becomes; the value, if there is one, follows.
        warning: What is different, if anything.
        harmless: Values that mean what is done here anyway.
    """

    values: int | None
    ours: tuple[str, ...] = ()
    warning: str = ""
    harmless: tuple[str, ...] = ()


_ALWAYS_TRIMMED: Final = "silence is always cut off here"
_NO_ROOM_FOR_NAMES: Final = "no part of the prompt is set aside for names here"
_OPTIONS: Final[Mapping[str, ForeignOption]] = {
    "--whisper-task": ForeignOption(1, ("--task",)),
    "--debug": ForeignOption(0, ("--log-level", "debug")),
    "--vad-filter": ForeignOption(0),
    "--vad-clip": ForeignOption(None),
    "--vad-clip-threshold": ForeignOption(1, ("--vad-threshold",)),
    "--vad-clip-pad-ms": ForeignOption(
        1, warning=f"{_ALWAYS_TRIMMED}; use --pre-roll-ms and --tail-ms"
    ),
    "--vad-endpointing": ForeignOption(1, ("--endpointing",)),
    "--stt-library": ForeignOption(
        1, warning="only faster-whisper is used here", harmless=("auto", "faster-whisper")
    ),
    "--sherpa-streaming": ForeignOption(0, warning="only faster-whisper is used here"),
    "--hass-api": ForeignOption(1, ("--hass-url",)),
    "--hass-refresh-seconds": ForeignOption(
        1, warning="names are read when Home Assistant says that they have changed"
    ),
    "--hass-prompt-max-tokens": ForeignOption(1, warning=_NO_ROOM_FOR_NAMES),
    "--hass-prompt-timeout": ForeignOption(1, warning="no utterance waits for names here"),
}


def translate_arguments(arguments: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the arguments in our words, and warnings about those that have no equal."""
    ours: list[str] = []
    warnings: list[str] = []
    waiting = list(arguments)
    while waiting:
        word = waiting.pop(0)
        flag, equals, attached = word.partition("=")
        option = _OPTIONS.get(flag)
        if option is None:
            ours.append(word)
            continue
        values = [attached] if equals else _take_values(waiting, option)
        ours += [*option.ours, *(values if option.ours else ())]
        if option.warning and not set(values) & set(option.harmless):
            warnings.append(f"{flag} has no effect: {option.warning}")
    return ours, warnings


def translate_variable(name: str, ours: Mapping[str, str]) -> str:
    """Return the warning about one of its variables; none is obeyed, lest two servers share it.

    Args:
        name: A variable that starts with `FOREIGN_ENV_PREFIX`.
        ours: Our variable by setting.
    """
    setting = name.removeprefix(FOREIGN_ENV_PREFIX).removesuffix("_FILE").lower()
    option = _OPTIONS.get(f"--{setting.replace('_', '-')}")
    if option is not None and option.ours:
        setting = option.ours[0].removeprefix("--").replace("-", "_")
    if setting in ours:
        suffix = "_FILE" if name.endswith("_FILE") else ""
        return f"{name} is not read; the variable is {ours[setting]}{suffix} here"
    reason = option.warning if option is not None else ""
    return f"{name} is not read, and has no equal here" + (f": {reason}" if reason else "")


def _take_values(waiting: list[str], option: ForeignOption) -> list[str]:
    values: list[str] = []
    while waiting and option.values != len(values):
        if option.values is None and waiting[0].startswith("-"):
            break
        values.append(waiting.pop(0))
    return values
