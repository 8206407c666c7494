"""Sounds of the evaluation: clips without speech, and a far microphone.

They are made apart from the training's noises (`augment.py`), in other ways where there are any, so
that a change of the training does not change what is measured. All waves are float32 at 16 kHz.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from home_en.features import RATE, Wave

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    Generator = np.random.Generator
    Floats = npt.NDArray[np.floating[Any]]


def silence(size: int, rng: Generator) -> Wave:
    """Digital silence, or a microphone's own noise of -100 to -60 dB."""
    if rng.random() < 0.3:
        return np.zeros(size, np.float32)
    return _at_level(rng.standard_normal(size), rng.uniform(-100, -60))


def steady_noise(size: int, rng: Generator) -> Wave:
    """Fan, rain, wind: noise with a falling spectrum and a few broad bumps, slowly swelling."""
    spectrum = np.fft.rfft(rng.standard_normal(size))
    octaves = np.log2(np.maximum(np.arange(spectrum.size) * RATE / size, 40) / 1000)
    gain = -rng.uniform(0, 7) * octaves
    for _ in range(3):
        gain += rng.uniform(-6, 9) * np.exp(-((octaves - rng.uniform(-4, 3)) ** 2))
    wave = np.fft.irfft(spectrum * 10 ** (gain / 20), size)
    wave *= np.interp(np.arange(size), np.linspace(0, size, 8), rng.uniform(0.3, 1, 8))
    return _at_level(wave, rng.uniform(-50, -12))


def hum_and_clatter(size: int, rng: Generator) -> Wave:
    """A motor with its harmonics, or dishes: knocks that ring at several pitches, in bursts."""
    time = np.arange(size) / RATE
    wave = 0.01 * rng.standard_normal(size)
    if rng.random() < 0.5:
        base = rng.choice((50.0, 60.0, 100.0, 120.0, rng.uniform(90, 250)))
        for harmonic in range(1, 12):
            wave += rng.uniform(0, 1) / harmonic * np.sin(2 * np.pi * base * harmonic * time)
        wave *= 1 + rng.uniform(0, 0.6) * np.sin(2 * np.pi * rng.uniform(0.5, 9) * time)
    else:
        for _ in range(int(rng.integers(3, 14))):
            start = int(rng.integers(0, size))
            ringing = time[: min(size - start, RATE // 3)]
            for _ in range(4):
                tone = np.sin(2 * np.pi * rng.uniform(400, 6500) * ringing)
                wave[start : start + ringing.size] += tone * np.exp(-ringing * rng.uniform(15, 90))
    return _at_level(wave, rng.uniform(-50, -12))


def music(size: int, rng: Generator) -> Wave:
    """Held chords of three notes, a melody with vibrato above them, and a drum on every beat."""
    beat = int(RATE * 60 / rng.uniform(70, 150))
    root = 110 * 2 ** (rng.integers(0, 12) / 12)
    degrees = np.array([0, 2, 4, 5, 7, 9, 11, 12])
    wave = np.zeros(size)
    for start in range(0, size, beat):
        time = np.arange(min(beat, size - start)) / RATE
        place = slice(start, start + time.size)
        edge = np.minimum(1, np.minimum(time, time[::-1]) / 0.02)
        if (start // beat) % 4 == 0:
            chord = rng.choice(degrees[:6]) + np.array([0, 4, 7])
        for note in chord:
            wave[place] += 0.3 * edge * _string(root * 2 ** (note / 12), time)
        pitch = 2 * root * 2 ** (rng.choice(degrees) / 12)
        wobble = 1 + 0.004 * np.sin(2 * np.pi * 5.5 * time)
        wave[place] += 0.5 * edge * _string(pitch * wobble, time)
        wave[place] += rng.standard_normal(time.size) * np.exp(-time * 45) * rng.uniform(0, 0.8)
    return _at_level(wave, rng.uniform(-45, -12))


def far_field(wave: Wave, rng: Generator) -> Wave:
    """The speech from the other side of a live room, 0.4 s longer.

    The tail is as strong as the direct sound (±2 dB) and falls by 60 dB in 0.4 to 0.7 s; above
    2.5 to 4 kHz the sound falls by 12 dB an octave; the microphone's noise lies 30 dB below it.
    """
    time = np.arange(int(0.7 * RATE)) / RATE
    response = rng.standard_normal(time.size) * 10 ** (-3 * time / rng.uniform(0.4, 0.7))
    response[: int(0.003 * RATE)] = 0
    response *= 10 ** (rng.uniform(-2, 2) / 20) / np.sqrt(np.sum(response**2))
    response[0] = 1
    size = wave.size + int(0.4 * RATE)
    fast = 1 << (size + response.size).bit_length()
    frequency = np.fft.rfftfreq(fast, 1 / RATE)
    low_pass = 1 / (1 + (frequency / rng.uniform(2500, 4000)) ** 2)
    spectrum = np.fft.rfft(wave, fast) * np.fft.rfft(response, fast) * low_pass
    far = np.fft.irfft(spectrum, fast)[:size]
    far *= np.sqrt(np.sum(wave**2) / np.sum(far**2))
    far += 10 ** (-30 / 20) * np.sqrt(np.mean(far**2)) * rng.standard_normal(size)
    return (far / max(1.0, float(np.abs(far).max()))).astype(np.float32)


KINDS: dict[str, Callable[[int, Generator], Wave]] = {
    "silence": silence,
    "noise": steady_noise,
    "hum and clatter": hum_and_clatter,
    "music-like": music,
}
"""What nobody speaks in."""


def clips(make: Callable[[int, Generator], Wave], count: int, seed: int) -> list[Wave]:
    """`count` clips of 1 to 4 s."""
    rng = np.random.default_rng(seed)
    return [make(int(rng.uniform(1, 4) * RATE), rng) for _ in range(count)]


def _string(pitch: Floats | float, time: Floats) -> Floats:
    """A bowed tone: harmonics that fall with their number; `pitch` (Hz) may change over time."""
    phase = 2 * np.pi * np.cumsum(np.broadcast_to(pitch, time.shape)) / RATE
    harmonics = np.arange(1, 8)[:, None]
    return np.asarray(np.sum(np.sin(harmonics * phase) / harmonics, axis=0))


def _at_level(wave: Floats, decibels: float) -> Wave:
    """The wave with a root mean square of `decibels` (0 is full scale), clipped."""
    power = float(np.sqrt(np.mean(wave**2))) + 1e-12
    clipped: Wave = np.clip(wave * (10 ** (decibels / 20) / power), -1, 1).astype(np.float32)
    return clipped
