"""Spoken commands, and how they sound in a room: what a benchmark lets its satellites say."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from wyoming_whisper.audio.local_file import read_audio
from wyoming_whisper.audio.pcm import EMPTY_BLOCK, SAMPLE_RATE
from wyoming_whisper.errors import ConfigError, FileUnreadable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from wyoming_whisper.audio.pcm import Block

LISTING: Final = "commands.json"

# Where a pause may be cut into a command, and how finely its loudness is looked at.
_INNER: Final = (0.2, 0.8)
_FRAME: Final = SAMPLE_RATE // 50
# A cut through a sound that has not quite ended must not click.
_FADE: Final = SAMPLE_RATE // 200
# Rooms rumble rather than hiss: power falls with frequency down to here, where microphones end.
_LOWEST_HZ: Final = 50


@dataclass(frozen=True, slots=True)
class Command:
    """Something said.

    Attributes:
        name: Of the recording.
        text: The words.
        samples: 16 kHz mono, shape ``(n_samples,)``.
    """

    name: str
    text: str
    samples: Block

    @property
    def seconds(self) -> float:
        """How long it is."""
        return len(self.samples) / SAMPLE_RATE


@dataclass(frozen=True, slots=True)
class Room:
    """Where and how commands are spoken.

    Attributes:
        floor_db: Level of the room's own noise in dB of full scale (root mean square).
        snr_db: How far a louder, steady background noise is below the command, if there is one.
        pause_s: For how long the speaker stops in the middle of each command.
        lead_s: Seconds of noise before a command.
        trail_s: Seconds of noise behind it: Home Assistant ends a command after 0.7 s of silence.

    Raises:
        ConfigError: If a duration is negative or the noise is above full scale.
    """

    floor_db: float = -60.0
    snr_db: float | None = None
    pause_s: float = 0.0
    lead_s: float = 0.3
    trail_s: float = 0.7

    def __post_init__(self) -> None:
        if min(self.pause_s, self.lead_s, self.trail_s) < 0:
            raise ConfigError("a pause cannot be negative")
        if self.floor_db > 0:
            raise ConfigError("noise is at most 0 dB of full scale")

    def __str__(self) -> str:
        noise = "quiet" if self.snr_db is None else f"noise at {self.snr_db:g} dB SNR"
        return noise + (f", pause of {self.pause_s:g} s" if self.pause_s else "")


def read_commands(folder: Path) -> list[Command]:
    """Read a folder's ``commands.json``, and the recordings that it lists.

    The file is a list of objects with a ``file`` and its ``text``.

    Raises:
        FileUnreadable: If it or a recording cannot be read, or lists nothing.
    """
    listing = folder / LISTING
    try:
        entries = [(entry["file"], entry["text"]) for entry in json.loads(listing.read_bytes())]
    except OSError as error:
        raise FileUnreadable(f"{listing}: {error.strerror}") from error
    except (ValueError, TypeError, KeyError) as error:
        raise FileUnreadable(f"{listing}: not a list of objects with file and text") from error
    if not entries:
        raise FileUnreadable(f"{listing}: lists no commands")
    return [
        Command(file, text, np.concatenate([EMPTY_BLOCK, *read_audio(folder / file)]))
        for file, text in entries
    ]


def in_room(commands: Sequence[Command], room: Room, seed: int) -> list[Command]:
    """Return the commands as the room's microphone hears them; a function of its arguments.

    The same noise goes on from the lead to the end, through the pause.
    """
    return [
        _heard(command, room, np.random.default_rng((seed, number)))
        for number, command in enumerate(commands)
    ]


def _heard(command: Command, room: Room, rng: np.random.Generator) -> Command:
    lead, trail = (round(seconds * SAMPLE_RATE) for seconds in (room.lead_s, room.trail_s))
    samples = np.pad(with_pause(command.samples, room.pause_s), (lead, trail))
    level = 10 ** (room.floor_db / 20)
    if room.snr_db is not None:
        level = max(level, rms(command.samples) * 10 ** (-room.snr_db / 20))
    samples += pink_noise(len(samples), level, rng)
    return replace(command, samples=np.clip(samples, -1, 1))


def with_pause(speech: Block, pause_s: float) -> Block:
    """Cut silence into the quietest place inside a command."""
    if pause_s == 0 or len(speech) < 2 * _FRAME:
        return speech
    place = quietest_place(speech)
    before, after = speech[:place].copy(), speech[place:].copy()
    n_fade = min(_FADE, len(before), len(after))
    fade = np.linspace(0, 1, n_fade, dtype=np.float32)
    before[len(before) - n_fade :] *= fade[::-1]
    after[:n_fade] *= fade
    return np.concatenate([before, np.zeros(round(pause_s * SAMPLE_RATE), np.float32), after])


def quietest_place(speech: Block) -> int:
    """Return the sample in the middle of the quietest 20 ms that are not near either end.

    Args:
        speech: At least 40 ms.
    """
    n_frames = len(speech) // _FRAME
    first, last = (round(share * n_frames) for share in _INNER)
    frames = speech[: n_frames * _FRAME].reshape(n_frames, _FRAME)
    loudness = np.square(frames).sum(axis=1)
    return (first + int(np.argmin(loudness[first : max(last, first + 1)]))) * _FRAME + _FRAME // 2


def pink_noise(n_samples: int, level: float, rng: np.random.Generator) -> Block:
    """Return noise with as much power in each octave, of a root mean square of ``level``."""
    if n_samples == 0:
        return EMPTY_BLOCK
    spectrum = np.fft.rfft(rng.standard_normal(n_samples))
    hertz = np.fft.rfftfreq(n_samples, 1 / SAMPLE_RATE)
    pink = np.fft.irfft(spectrum / np.sqrt(np.maximum(hertz, _LOWEST_HZ)), n_samples)
    noise: Block = pink.astype(np.float32)
    return noise * np.float32(level / rms(noise))


def rms(samples: Block) -> float:
    """Return the root mean square; 0 of nothing."""
    return float(np.sqrt(np.mean(np.square(samples)))) if len(samples) else 0.0
