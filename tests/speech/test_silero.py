"""The network alone, with weights drawn at random; test_vad.py has it in earnest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from wyoming_whisper.speech.silero import SileroNetwork

if TYPE_CHECKING:
    import numpy.typing as npt

    Weights = dict[str, npt.NDArray[np.float32]]

SHAPES = {
    "stft.basis": (258, 1, 256),
    "encoder.0.weight": (128, 129, 3),
    "encoder.0.bias": (128,),
    "encoder.1.weight": (64, 128, 3),
    "encoder.1.bias": (64,),
    "encoder.2.weight": (64, 64, 3),
    "encoder.2.bias": (64,),
    "encoder.3.weight": (128, 64, 3),
    "encoder.3.bias": (128,),
    "lstm.weight_ih": (512, 128),
    "lstm.weight_hh": (512, 128),
    "lstm.bias_ih": (512,),
    "lstm.bias_hh": (512,),
    "output.weight": (1, 128, 1),
    "output.bias": (1,),
}


@pytest.fixture
def weights() -> Weights:
    random = np.random.default_rng(5)
    return {name: draw(random, *shape, scale=0.1) for name, shape in SHAPES.items()}


def draw(random: np.random.Generator, *shape: int, scale: float = 1.0) -> npt.NDArray[np.float32]:
    return random.normal(0, scale, shape).astype(np.float32)


@pytest.mark.parametrize("n_streams", [2, 3, 5, 8, 13, 16, 64, 100])
def test_company_changes_no_bit(weights: Weights, n_streams: int) -> None:
    """A stream's probability and state are those that it would have alone, to the last bit."""
    network = SileroNetwork(weights)
    random = np.random.default_rng(n_streams)
    samples, states = draw(random, n_streams, 576), draw(random, n_streams, 2, 128)
    probabilities, after = network(samples, states, [1] * n_streams)
    for n in range(n_streams):
        alone, state = network(samples[n : n + 1], states[n : n + 1], [1])
        assert alone[0] == probabilities[n]
        np.testing.assert_array_equal(state[0], after[n])


@pytest.mark.parametrize("lengths", [[2], [64], [1, 2], [3, 1, 7, 3], [5, 5, 5], [1] * 9 + [40]])
def test_a_stretch_is_its_windows(weights: Weights, lengths: list[int]) -> None:
    """Windows of a stream have the results that they have one by one, to the last bit."""
    network = SileroNetwork(weights)
    random = np.random.default_rng(len(lengths))
    samples, states = draw(random, sum(lengths), 576), draw(random, len(lengths), 2, 128)
    probabilities, after = network(samples, states, lengths)
    window = 0
    for stream, length in enumerate(lengths):
        state = states[stream : stream + 1]
        for _ in range(length):
            alone, state = network(samples[window : window + 1], state, [1])
            assert alone[0] == probabilities[window]
            window += 1
        np.testing.assert_array_equal(state[0], after[stream])


@pytest.mark.parametrize("lengths", [[1, 1], [2]])
def test_arguments_are_left_alone(weights: Weights, lengths: list[int]) -> None:
    """Neither the samples nor the states are written to."""
    samples, states = np.ones((2, 576), np.float32), np.ones((len(lengths), 2, 128), np.float32)
    for array in (samples, states):
        array.setflags(write=False)
    probabilities, after = SileroNetwork(weights)(samples, states, lengths)
    assert probabilities.dtype == after.dtype == np.float32
    assert after.shape == states.shape


@pytest.mark.parametrize("name", SHAPES)
def test_every_weight_has_to_be_there(weights: Weights, name: str) -> None:
    """A model without one of the weights is refused, with that one's name and shape."""
    del weights[name]
    with pytest.raises(ValueError, match=name.replace(".", r"\.")):
        SileroNetwork(weights)


@pytest.mark.parametrize("name", SHAPES)
def test_every_weight_has_its_shape(weights: Weights, name: str) -> None:
    """A model with another architecture is refused, even where the products would fit."""
    weights[name] = weights[name][..., None]
    with pytest.raises(ValueError, match="of shape"):
        SileroNetwork(weights)


def test_every_weight_has_its_type(weights: Weights) -> None:
    """A record of other numbers is refused: the products would take twice the time."""
    doubles = {name: weight.astype(np.float64) for name, weight in weights.items()}
    with pytest.raises(ValueError, match="no float32"):
        SileroNetwork(doubles)  # type: ignore[arg-type]
