"""Silero in earnest, against its own package's model in onnxruntime; serving needs neither."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import onnxruntime
import pytest
from fakes import silence
from hypothesis import given
from hypothesis import strategies as st
from recordings import COMMANDS

from wyoming_whisper.audio.pcm import SAMPLE_RATE
from wyoming_whisper.errors import ModelNotFound
from wyoming_whisper.speech.vad import WEIGHTS, WINDOW_SAMPLES, SileroVad, VadStream

if TYPE_CHECKING:
    from recordings import Recording

    from wyoming_whisper.audio.pcm import Block

# What a header is made of, and some that it is not.
_HEADER_BYTES: Final = b"(){}[]',:<>.0123456789fiOVabc \n\0\xff"
# Ten times what is seen; thresholds are given to a hundredth.
_TOLERANCE: Final = 5e-5


@pytest.fixture(scope="module")
def vad() -> SileroVad:
    return SileroVad()


@pytest.fixture(scope="module")
def utterance() -> Block:
    return np.concatenate((silence(0.5), vowel(1.5), silence(0.5)))


def vowel(seconds: float) -> Block:
    """Return a sung, swelling "ah": pulses of 120 Hz through three formants."""
    t = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    pitch = np.cumsum(120 * (1 + 0.1 * np.sin(2 * np.pi * 3 * t))) / SAMPLE_RATE
    sound = np.diff(np.floor(pitch), prepend=0.0)
    for formant, bandwidth in ((700, 80), (1200, 90), (2600, 120)):
        pole = np.exp(np.pi / SAMPLE_RATE * complex(-bandwidth, 2 * formant))
        # The response of a resonator to a pulse, until it has died away.
        response = np.imag(pole ** np.arange(1_600))
        sound = np.convolve(sound, response)[: len(t)]
    sound *= 1 - np.cos(2 * np.pi * 4 * t)
    block: Block = (0.5 * sound / np.abs(sound).max()).astype(np.float32)
    return block


def noise(seconds: float, *, amplitude: float) -> Block:
    random = np.random.default_rng(7)
    return random.normal(0, amplitude, round(seconds * SAMPLE_RATE)).astype(np.float32)


def square(seconds: float) -> Block:
    """Return a square wave of full scale, 200 Hz."""
    t = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    return np.where(t * 200 % 1 < 0.5, 1, -1).astype(np.float32)


def windows(samples: Block) -> Block:
    whole = len(samples) - len(samples) % WINDOW_SAMPLES
    return samples[:whole].reshape(-1, WINDOW_SAMPLES)


def probabilities(vad: SileroVad, samples: Block) -> list[float]:
    """Return those of a stream whose windows are scored one by one."""
    stream = VadStream()
    return [vad.probabilities([(stream, window[None])])[0][0] for window in windows(samples)]


def reference(samples: Block, file: str = "silero_vad_16k_op15.onnx") -> list[float]:
    """Run a model of the silero-vad package as that package's own OnnxWrapper does."""
    spec = find_spec("silero_vad")
    assert spec is not None
    assert spec.submodule_search_locations
    path = Path(spec.submodule_search_locations[0]) / "data" / file
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    state: npt.NDArray[np.float32] = np.zeros((2, 1, 128), np.float32)
    context: npt.NDArray[np.float32] = np.zeros((1, 64), np.float32)
    results = []
    for window in windows(samples):
        model_input = np.concatenate((context, window[None]), axis=1)
        output, state = session.run(
            None, {"input": model_input, "state": state, "sr": np.array(SAMPLE_RATE, np.int64)}
        )
        context = model_input[:, -64:]
        results.append(float(output[0, 0]))
    return results


@pytest.mark.parametrize(
    "samples",
    [silence(2), noise(2, amplitude=0.005), noise(2, amplitude=0.1)],
    ids=["silence", "faint noise", "loud noise"],
)
def test_what_is_no_speech_scores_low(vad: SileroVad, samples: Block) -> None:
    """Neither silence nor noise of any loudness comes near the threshold of speech."""
    assert max(probabilities(vad, samples)) < 0.2


def test_a_voice_scores_high_and_silence_behind_it_low(vad: SileroVad, utterance: Block) -> None:
    """The probability rises with a voice and falls again when it ends."""
    scores = probabilities(vad, utterance)
    assert max(scores) > 0.9
    assert scores[-1] < 0.1


@pytest.mark.parametrize("file", ["silero_vad_16k_op15.onnx", "silero_vad.onnx"])
def test_the_probabilities_are_those_of_the_package(
    vad: SileroVad, utterance: Block, file: str
) -> None:
    """Context and state are carried as in silero-vad, whose default model says the same."""
    samples = np.concatenate((utterance, noise(0.5, amplitude=0.05)))
    assert probabilities(vad, samples) == pytest.approx(reference(samples, file), abs=_TOLERANCE)


@pytest.mark.parametrize("seed", range(3))
def test_random_windows_are_heard_as_by_onnxruntime(vad: SileroVad, seed: int) -> None:
    """Windows of any sound and loudness, one after the other, score as by the package's model."""
    random = np.random.default_rng(seed)
    loudness = 10 ** random.uniform(-5, 0, (60, 1))
    tones = np.sin(np.cumsum(random.uniform(0, np.pi, (60, 1)) * np.ones(WINDOW_SAMPLES), axis=1))
    noises = random.uniform(-1, 1, (60, WINDOW_SAMPLES))
    sounds = np.where(random.random((60, 1)) < 0.5, tones, noises)
    samples = (loudness * sounds).astype(np.float32).ravel()
    assert probabilities(vad, samples) == pytest.approx(reference(samples), abs=_TOLERANCE)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.path.stem)
def test_recordings_are_heard_as_by_onnxruntime(vad: SileroVad, command: Recording) -> None:
    """The network is computed as onnxruntime does, window by window of a whole recording."""
    samples = np.concatenate((command.samples, silence(0.5)))
    assert probabilities(vad, samples) == pytest.approx(reference(samples), abs=_TOLERANCE)


@pytest.mark.parametrize(
    "samples",
    [silence(10), noise(10, amplitude=0.1), noise(2, amplitude=1e-20), square(10)],
    ids=["zeros", "noise", "next to nothing", "full scale"],
)
def test_extremes_are_heard_as_by_onnxruntime(vad: SileroVad, samples: Block) -> None:
    """Neither silence nor full scale, however long, leads the state astray."""
    assert probabilities(vad, samples) == pytest.approx(reference(samples), abs=_TOLERANCE)


def test_streams_are_independent(vad: SileroVad, utterance: Block) -> None:
    """Streams fed by turns hear what each would have heard alone."""
    heard = [utterance, noise(len(utterance) / SAMPLE_RATE, amplitude=0.05)]
    streams = [VadStream() for _ in heard]
    scores: list[list[float]] = [[] for _ in heard]
    for by_turns in zip(*map(windows, heard), strict=True):
        for stream, window, scored in zip(streams, by_turns, scores, strict=True):
            scored.extend(*vad.probabilities([(stream, window[None])]))
    assert scores == [probabilities(vad, samples) for samples in heard]


def test_companions_change_nothing(vad: SileroVad, utterance: Block) -> None:
    """Stretches of streams that come and go are scored as each window is alone, to the last bit."""
    heard = [np.roll(utterance, shift) for shift in range(0, len(utterance), 3_000)]
    streams = [VadStream() for _ in heard]
    scores: list[list[float]] = [[] for _ in heard]
    pending = [windows(samples) for samples in heard]
    random = np.random.default_rng(3)
    while present := [n for n, left in enumerate(pending) if len(left)]:
        called = [int(n) for n in random.permutation(present)[: random.integers(1, 14)]]
        stretches = []
        for n in called:
            length = int(random.choice([1, 1, 2, 5, 8]))
            stretches.append((streams[n], pending[n][:length]))
            pending[n] = pending[n][length:]
        for n, found in zip(called, vad.probabilities(stretches), strict=True):
            scores[n] += found
    for samples, together in zip(heard, scores, strict=True):
        assert together == probabilities(vad, samples)


@pytest.mark.parametrize("length", [2, 8, 70])
def test_a_stretch_is_its_windows(vad: SileroVad, utterance: Block, length: int) -> None:
    """A stream's windows are scored together as one by one, to the last bit; it owns its state."""
    stream, heard = VadStream(), windows(utterance)
    scores: list[float] = []
    for start in range(0, len(heard), length):
        scores += vad.probabilities([(stream, heard[start : start + length])])[0]
    assert scores == probabilities(vad, utterance)
    assert stream.state.base is None
    assert stream.context.base is None


@pytest.mark.parametrize("library", ["torch", "onnxruntime", "silero_vad"])
def test_large_libraries_are_not_imported(tmp_path: Path, library: str) -> None:
    """Detecting speech works without a look at these packages, even where they are installed."""
    stand_in(tmp_path / library, f"raise SystemExit('{library} was imported')")
    run_python(
        "import numpy, sys; from wyoming_whisper.speech.vad import SileroVad, VadStream;"
        "SileroVad().probabilities([(VadStream(), numpy.zeros((1, 512), numpy.float32))]);"
        f"assert '{library}' not in sys.modules",
        tmp_path,
    )


def test_missing_weights_are_named(tmp_path: Path) -> None:
    """Without its file one line says which one is missing, and how to get it back."""
    path = tmp_path / "silero_vad.npy"
    with pytest.raises(ModelNotFound) as raised:
        SileroVad(path)
    assert str(raised.value) == (
        f"{path} cannot be used (No such file or directory): install wyoming-whisper again"
    )


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "expected 8 bytes got 0"),
        (b"version https://git-lfs", "magic string is not correct"),
        (WEIGHTS.read_bytes()[:-1], "Failed to read all data"),
        (WEIGHTS.read_bytes().replace(b"lstm.bias_hh", b"lstm.bias_hx"), "no float32 lstm.bias_hh"),
        (WEIGHTS.read_bytes().replace(b"<f4", b"<i4"), "no float32 stft.basis"),
    ],
    ids=["empty", "text", "cut short", "other weights", "integers"],
)
def test_damaged_weights_are_named(tmp_path: Path, content: bytes, complaint: str) -> None:
    """Where the file holds something else, one line says which file, why not, and what to do."""
    path = tmp_path / "silero_vad.npy"
    path.write_bytes(content)
    with pytest.raises(ModelNotFound) as raised:
        SileroVad(path)
    said = str(raised.value)
    assert said.startswith(f"{path} cannot be used (")
    assert complaint in said
    assert said.endswith("): install wyoming-whisper again")
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize("array", [np.zeros(3, np.float32), np.zeros(2, [("a", "<f4")])])
def test_other_arrays_are_refused(tmp_path: Path, array: npt.NDArray[np.void]) -> None:
    """An array that is not one record of weights is as good as none."""
    path = tmp_path / "silero_vad.npy"
    np.save(path, array)
    with pytest.raises(ModelNotFound, match="it holds no record"):
        SileroVad(path)


@given(
    st.dictionaries(st.integers(0, 700), st.sampled_from(_HEADER_BYTES), max_size=4),
    st.integers(0, 2_000),
)
def test_any_file_is_read_or_refused(damage: dict[int, int], length: int) -> None:
    """Whatever bytes of the header are changed, and wherever it ends, there is one clear line."""
    content = bytearray(WEIGHTS.read_bytes())
    for position, byte in damage.items():
        content[position] = byte
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "silero_vad.npy"
        for damaged in (content, content[:length]):
            path.write_bytes(damaged)
            with contextlib.suppress(ModelNotFound):
                SileroVad(path)


def stand_in(package: Path, code: str) -> None:
    """Write a package that is found before the installed one."""
    package.mkdir()
    (package / "__init__.py").write_text(code)


def run_python(code: str, search_first: Path) -> str:
    """Run code in a fresh interpreter; return what it printed."""
    path = os.pathsep.join([str(search_first), *sys.path])
    result = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout
