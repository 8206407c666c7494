from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Final

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wyoming_whisper.audio.normalizer import Normalizer
from wyoming_whisper.audio.pcm import SAMPLE_RATE, mono_to_pcm16
from wyoming_whisper.audio.pcm_format import PcmFormat

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wyoming_whisper.audio.pcm import Block

RATES: Final = [8_000, 11_025, 16_000, 22_050, 32_000, 44_100, 48_000]


def normalize(pieces: Iterable[tuple[bytes, PcmFormat]]) -> Block:
    normalizer = Normalizer()
    blocks = [normalizer.feed(data, pcm_format) for data, pcm_format in pieces]
    return np.concatenate([*blocks, normalizer.finish()])


def sine(hertz: float, rate: int, seconds: float = 1.0, amplitude: float = 0.5) -> bytes:
    t = np.arange(round(seconds * rate)) / rate
    return mono_to_pcm16((amplitude * np.sin(2 * np.pi * hertz * t)).astype(np.float32))


def constant(level: float, n_frames: int) -> bytes:
    return mono_to_pcm16(np.full(n_frames, level, np.float32))


@settings(deadline=None, max_examples=150)
@given(
    pcm_format=st.builds(
        PcmFormat, st.sampled_from(RATES), st.integers(1, 4), st.sampled_from([1, 2, 3, 8])
    ),
    n_bytes=st.integers(0, 30_000),
    seed=st.integers(0, 2**32 - 1),
    sizes=st.lists(st.integers(0, 4_000) | st.integers(0, 5), min_size=1, max_size=30),
)
def test_any_cut_gives_the_same_samples(
    pcm_format: PcmFormat, n_bytes: int, seed: int, sizes: list[int]
) -> None:
    """The same bytes give bit for bit the same samples, also when cut within a sample."""
    data = np.random.default_rng(seed).bytes(n_bytes)
    places = [0, *(min(place, n_bytes) for place in itertools.accumulate(sizes)), n_bytes]
    pieces = [(data[a:b], pcm_format) for a, b in itertools.pairwise(places)]
    whole = normalize([(data, pcm_format)])
    assert whole.dtype == np.float32
    assert np.array_equal(normalize(pieces), whole)


@pytest.mark.parametrize("rate", RATES)
def test_byte_by_byte(rate: int) -> None:
    """Bytes that arrive one by one give the samples that they give together."""
    pcm_format = PcmFormat(rate, 3, 2)
    data = np.random.default_rng(7).bytes(6 * 700)
    pieces = ((data[i : i + 1], pcm_format) for i in range(len(data)))
    assert np.array_equal(normalize(pieces), normalize([(data, pcm_format)]))


def test_samples_at_16_khz_are_kept() -> None:
    """What has the right rate passes unchanged and without delay."""
    normalizer = Normalizer()
    block = normalizer.feed(sine(440, 16_000), PcmFormat(16_000, 2, 1))
    assert mono_to_pcm16(block) == sine(440, 16_000)
    assert normalizer.finish().shape == (0,)


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("n_frames", [1, 2, 100, 4_410, 48_000])
def test_duration_is_kept(rate: int, n_frames: int) -> None:
    """The samples last as long as the frames they were made of, to half a sample."""
    block = normalize([(2 * n_frames * b"\0", PcmFormat(rate, 2, 1))])
    assert abs(len(block) - n_frames * SAMPLE_RATE / rate) <= 0.5


@pytest.mark.parametrize("rate", RATES)
def test_the_delay_is_short(rate: int) -> None:
    """The resampler holds back less than a quarter of a second, so endpointing hears in time."""
    block = Normalizer().feed(2 * rate * b"\0", PcmFormat(rate, 2, 1))
    assert len(block) > 0.75 * SAMPLE_RATE


@pytest.mark.parametrize("rate", RATES)
def test_speech_frequencies_keep_pitch_and_level(rate: int) -> None:
    """A 1 kHz tone is the same tone, at the same amplitude and in phase, at any rate."""
    block = normalize([(sine(1_000, rate), PcmFormat(rate, 2, 1))])
    middle = slice(1_600, -1_600)
    expected = 0.5 * np.sin(2 * np.pi * 1_000 * np.arange(len(block)) / SAMPLE_RATE)
    assert np.max(np.abs(block - expected)[middle]) < 0.005


@pytest.mark.parametrize(("hertz", "rate"), [(12_000, 48_000), (15_000, 48_000), (9_000, 22_050)])
def test_what_16_khz_cannot_carry_vanishes(hertz: int, rate: int) -> None:
    """A tone above 8 kHz does not come back as a lower one."""
    block = normalize([(sine(hertz, rate), PcmFormat(rate, 2, 1))])
    assert np.max(np.abs(block[1_600:-1_600])) < 1e-3


def test_channels_are_mixed() -> None:
    """A tone in one channel of two has half its amplitude."""
    left = np.frombuffer(sine(1_000, 44_100), "<i2")
    stereo = np.column_stack([left, np.zeros_like(left)]).tobytes()
    block = normalize([(stereo, PcmFormat(44_100, 2, 2))])
    assert np.max(np.abs(block[1_600:-1_600])) == pytest.approx(0.25, abs=0.005)


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("n_left_over", [1, 2, 3, 4, 5])
def test_left_over_bytes_are_dropped(rate: int, n_left_over: int) -> None:
    """A frame that is incomplete at the end of the utterance counts for nothing."""
    pcm_format = PcmFormat(rate, 3, 2)
    data = np.random.default_rng(1).bytes(6 * 500)
    whole = normalize([(data, pcm_format)])
    assert np.array_equal(normalize([(data + n_left_over * b"\x7f", pcm_format)]), whole)


def test_left_over_bytes_do_not_reach_another_format() -> None:
    """A frame that is incomplete when the format changes is not completed by other bytes."""
    before, after = PcmFormat(16_000, 4, 1), PcmFormat(16_000, 2, 1)
    data = constant(0.5, 10)
    block = normalize([(b"\x7f\x7f\x7f", before), (data, after)])
    assert block.tolist() == 10 * [0.5]


@pytest.mark.parametrize("first", RATES)
@pytest.mark.parametrize("second", RATES)
def test_a_format_may_change_in_mid_stream(first: int, second: int) -> None:
    """What came in the old format stays before what comes in the new one, none of it lost."""
    n_first, n_second = first // 5, second // 10
    block = normalize(
        [
            (constant(0.5, n_first), PcmFormat(first, 2, 1)),
            (constant(-0.5, n_second), PcmFormat(second, 2, 1)),
        ]
    )
    assert abs(len(block) - 0.3 * SAMPLE_RATE) <= 1
    border = round(0.2 * SAMPLE_RATE)
    # The filters ring a little on both sides of the step.
    assert np.all(block[100 : border - 100] > 0.4)
    assert np.all(block[border + 100 : -100] < -0.4)


def test_formats_share_no_state() -> None:
    """Each stretch of one format is converted as if it were alone, also when a format returns."""
    rng = np.random.default_rng(3)
    wide, narrow = PcmFormat(48_000, 2, 2), PcmFormat(8_000, 1, 1)
    stretches = [(rng.bytes(4_000), wide), (rng.bytes(1_000), narrow), (rng.bytes(4_000), wide)]
    alone = np.concatenate([normalize([stretch]) for stretch in stretches])
    assert np.array_equal(normalize(stretches), alone)


def test_width_alone_may_change() -> None:
    """A chunk is read by its own header, also where only its width differs."""
    data = bytes([255, 127])
    block = normalize([(data, PcmFormat(16_000, 2, 1)), (data, PcmFormat(16_000, 1, 1))])
    assert block.tolist() == [1 - 2.0**-15, 127 / 128, -1 / 128]


@pytest.mark.parametrize("rate", [16_000, 48_000])
def test_silence_of_a_client_is_no_audio(rate: int) -> None:
    """Nothing, empty chunks and less than a frame give no samples."""
    pcm_format = PcmFormat(rate, 2, 1)
    assert Normalizer().finish().shape == (0,)
    assert normalize([(b"", pcm_format), (b"", pcm_format)]).shape == (0,)
    assert normalize([(b"\x7f", pcm_format)]).shape == (0,)


def test_it_can_be_used_again() -> None:
    """Behind `finish` a new utterance begins, without a trace of the old one."""
    pcm_format = PcmFormat(44_100, 2, 1)
    normalizer = Normalizer()
    data = sine(300, 44_100, 0.2)
    first = np.concatenate([normalizer.feed(data + b"x", pcm_format), normalizer.finish()])
    second = np.concatenate([normalizer.feed(data, pcm_format), normalizer.finish()])
    assert np.array_equal(first, second)


def test_a_view_will_do() -> None:
    """A memoryview is converted as its bytes are, also behind an odd piece."""
    pcm_format = PcmFormat(48_000, 2, 1)
    data = sine(300, 48_000, 0.1)
    normalizer = Normalizer()
    view = memoryview(data)
    blocks = [normalizer.feed(piece, pcm_format) for piece in (view[:333], view[333:])]
    whole = normalize([(data, pcm_format)])
    assert np.array_equal(np.concatenate([*blocks, normalizer.finish()]), whole)
