"""Rooms, microphones and noises: what lies between a mouth and a recogniser, in cheap numpy.

Every function takes float32 waves at 16 kHz within ±1 and a numpy generator.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .features import RATE

if TYPE_CHECKING:
    from collections.abc import Callable

    from .features import Wave

    Generator = np.random.Generator


def _shaped_noise(size: int, rng: Generator, slope: float) -> Wave:
    """Noise whose power falls by `slope` times 3 dB an octave (0 white, 1 pink, 2 brown)."""
    fast = 1 << (size - 1).bit_length()
    spectrum = np.fft.rfft(rng.standard_normal(fast, np.float32))
    spectrum /= np.maximum(np.arange(spectrum.size, dtype=np.float32), 1.0) ** (slope / 2)
    return np.fft.irfft(spectrum, fast)[:size].astype(np.float32)


def _hum(size: int, rng: Generator) -> Wave:
    """Mains or a motor: a tone from mains to voice pitch, its harmonics through a few resonances.

    Its strength throbs and its pitch drifts as motors' do; without such hum in training, hum at
    voice pitch was heard as words.
    """
    time = np.arange(size, dtype=np.float32) / RATE
    base = rng.choice((50.0, 60.0, 100.0, 120.0, rng.uniform(60, 450)))
    drift = 1 + rng.uniform(0, 0.03) * np.sin(2 * np.pi * rng.uniform(0.1, 3) * time)
    phase = 2 * np.pi * base * np.cumsum(drift) / RATE
    tilt, centres = rng.uniform(0.3, 2), rng.uniform(200, 4000, 3)
    wave = np.zeros(size, np.float32)
    for harmonic in range(1, min(int(rng.integers(3, 30)), int(7500 / base)) + 1):
        resonance = 1 + 4 * np.exp(-(((harmonic * base - centres) / 250) ** 2)).sum()
        strength = rng.uniform(0.1, 1) * resonance / harmonic**tilt
        wave += strength * np.sin(harmonic * phase + rng.uniform(0, 6.28))
    throb = 1 + rng.uniform(0, 1) * np.sin(2 * np.pi * rng.uniform(0.3, 20) * time)
    hiss = rng.uniform(0, 0.5) * rng.standard_normal(size)
    return (wave * throb + hiss).astype(np.float32)


def _beeps(size: int, rng: Generator) -> Wave:
    """An appliance that beeps or rings, with pauses."""
    time = np.arange(size, dtype=np.float32) / RATE
    rate, tone = rng.uniform(1, 8), rng.uniform(300, 4000)
    on = (time * rate % 1 < rng.uniform(0.2, 0.8)) * 1.0
    pitch = tone * np.where(time * rate % 2 < 1, 1, rng.choice((1.0, 0.8, 1.25)))
    wave = on * np.sin(2 * np.pi * np.cumsum(pitch) / RATE)
    return (wave + 0.01 * rng.standard_normal(size)).astype(np.float32)


def _music(size: int, rng: Generator) -> Wave:
    """Music-like: plucked and held tones of a scale with harmonics, over a beat."""
    wave = np.zeros(size, np.float32)
    scale = 110 * 2 ** (np.array([0, 2, 4, 5, 7, 9, 11, 12, 14, 16, 19, 24]) / 12)
    start = 0
    while start < size:
        length = int(rng.uniform(0.12, 0.8) * RATE)
        time = np.arange(min(length, size - start), dtype=np.float32) / RATE
        decay = np.exp(-time * rng.uniform(0.5, 8))
        for _ in range(int(rng.integers(1, 4))):
            base = rng.choice(scale) * rng.choice((1, 1, 2, 4))
            for harmonic in range(1, int(rng.integers(2, 7))):
                tone = np.sin(2 * np.pi * base * harmonic * time) * decay / harmonic
                wave[start : start + time.size] += tone.astype(np.float32)
        start += int(rng.uniform(0.1, 0.5) * RATE)
    return wave


def _clatter(size: int, rng: Generator) -> Wave:
    """Kitchen-like knocks: short ringing bursts at random times."""
    wave = 0.002 * rng.standard_normal(size).astype(np.float32)
    for _ in range(max(1, int(size / RATE * rng.uniform(1, 5)))):
        start = int(rng.integers(0, size))
        time = np.arange(min(int(0.15 * RATE), size - start), dtype=np.float32) / RATE
        ring = np.sin(2 * np.pi * rng.uniform(300, 5000) * time)
        ring = ring + 0.5 * rng.standard_normal(time.size)
        wave[start : start + time.size] += ring * np.exp(-time * rng.uniform(20, 120))
    return wave


def noise(size: int, rng: Generator, babble: Callable[[int], Wave] | None = None) -> Wave:
    """A home noise of `size` samples with mean power 1; `babble(size)` adds that kind."""
    kind = rng.random()
    if kind < 0.36:
        wave = _shaped_noise(size, rng, rng.uniform(0, 2.2))
    elif kind < 0.54:
        wave = _hum(size, rng)
    elif kind < 0.58:
        wave = _beeps(size, rng)
    elif kind < 0.72:
        wave = _music(size, rng)
    elif kind < 0.8 or babble is None:
        wave = _clatter(size, rng)
    else:
        wave = babble(size)
    if rng.random() < 0.3:
        swell = np.interp(np.arange(size), np.linspace(0, size, 6), rng.uniform(0.2, 1, 6))
        wave = wave * swell.astype(np.float32)
    power = float(np.mean(wave**2))
    return (wave / np.sqrt(power + 1e-12)).astype(np.float32)


def _room_response(rng: Generator) -> Wave:
    """A simulated room: direct sound, a few early reflections, an exponentially decaying tail.

    In two of five the microphone is far away: the room is live, and its tail as strong as the
    direct sound.
    """
    far = rng.random() < 0.4
    decay = rng.uniform(0.3, 0.8) if far else rng.uniform(0.08, 0.7)
    size = int(decay * RATE)
    time = np.arange(size, dtype=np.float32) / RATE
    tail = rng.standard_normal(size).astype(np.float32) * np.exp(-6.9 * time / decay)
    tail[: int(0.004 * RATE)] = 0
    for _ in range(int(rng.integers(2, 8))):
        tail[int(rng.uniform(0.002, 0.03) * RATE)] += rng.uniform(-3, 3)
    tail /= np.sqrt(float(np.sum(tail**2)) + 1e-9)
    tail *= 10 ** ((rng.uniform(-4, 4) if far else rng.uniform(-10, 3)) / 20)
    tail[0] = 1.0
    return tail


def _filter_gain(size: int, rng: Generator) -> Wave:
    """The response (linear, [size] up to 8 kHz) of a microphone: tilt, bumps and band limits."""
    frequency = np.linspace(0, 8000, size, dtype=np.float32)
    knots = np.array([0, 150, 400, 900, 1800, 3200, 5000, 8000])
    gain = np.interp(frequency, knots, rng.uniform(-6, 6, 8) * rng.uniform(0, 1))
    gain += rng.uniform(-3, 1.5) * np.log2(np.maximum(frequency, 200) / 1000)
    if rng.random() < 0.3:
        gain -= 40 * np.clip((frequency - rng.uniform(2800, 7000)) / 600, 0, 1)
    if rng.random() < 0.3:
        gain -= 30 * np.clip((rng.uniform(80, 350) - frequency) / 200, 0, 1)
    return (10 ** (gain / 20)).astype(np.float32)


def shift_formants(wave: Wave, factor: float) -> Wave:
    """Move the spectral envelope up by `factor` (a shorter vocal tract); pitch and tempo stay.

    The envelope is the cepstrum below 2.5 ms (Oppenheim and Schafer, Discrete-Time Signal
    Processing, "Homomorphic deconvolution"), of overlapping frames of 32 ms.
    """
    size, hop, lowest = 512, 128, 40
    window = np.hanning(size + 1)[:-1].astype(np.float32)
    padded = np.pad(wave, (size, size + hop))
    frames = np.lib.stride_tricks.sliding_window_view(padded, size)[::hop] * window
    spectrum = np.fft.rfft(frames)
    loudness = np.log(np.abs(spectrum) + 1e-6)
    cepstrum = np.fft.irfft(loudness)
    cepstrum[:, lowest : size - lowest + 1] = 0
    envelope = np.fft.rfft(cepstrum).real
    bins = envelope.shape[1]
    places = np.minimum(np.arange(bins) / factor, bins - 1)
    low = np.minimum(places.astype(int), bins - 2)
    share = places - low
    moved = envelope[:, low] * (1 - share) + envelope[:, low + 1] * share
    gain = np.exp(np.clip(moved - envelope, -6, 6))
    shaped = np.fft.irfft(spectrum * gain)[:, :size] * window
    out = np.zeros(padded.size, np.float32)
    for index in range(size // hop):
        part = shaped[index :: size // hop].reshape(-1)
        out[index * hop : index * hop + part.size] += part
    return (out[size : size + wave.size] / 1.5).astype(np.float32)


def acoustics(wave: Wave, rng: Generator) -> Wave:
    """Room and microphone, by one FFT; the length stays, so does the power."""
    room = _room_response(rng) if rng.random() < 0.7 else np.ones(1, np.float32)
    size = 1 << (wave.size + room.size - 1).bit_length()
    spectrum = np.fft.rfft(wave, size) * np.fft.rfft(room, size)
    if rng.random() < 0.6:
        knots = _filter_gain(257, rng)
        spectrum *= np.interp(np.linspace(0, 256, spectrum.size), np.arange(257), knots)
    out = np.fft.irfft(spectrum, size)[: wave.size].astype(np.float32)
    scale = np.sqrt(float(np.mean(wave**2)) / (float(np.mean(out**2)) + 1e-12))
    return out * np.float32(scale)


def level(wave: Wave, rng: Generator) -> Wave:
    """A random peak level, sometimes clipped, rounded to 16 bits."""
    peak = float(np.abs(wave).max()) + 1e-9
    wave = wave * np.float32(10 ** rng.uniform(-1.6, -0.02) / peak)
    if rng.random() < 0.08:
        wave = wave * np.float32(rng.uniform(2, 12) * 0.9)
    return (np.round(np.clip(wave, -1, 0.99997) * 32768) / 32768).astype(np.float32)
