"""Sampling: when it is tried, at which temperatures, and what becomes of the result."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest
from local_models import write_english_model
from options import default_gates
from watched_engine import NEVER, ScriptedResult, found, load, request, said, watched

from wyoming_whisper.values import Rejection

if TYPE_CHECKING:
    from wyoming_whisper.engines.whisper.model_files import ModelFiles

LADDER: Final = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
LOOP: Final = " ha" * 7


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> ModelFiles:
    return found(write_english_model(tmp_path_factory.mktemp("english")))


def temperatures(calls: list[dict[str, Any]]) -> list[float]:
    """Return how decodes were made: the temperature, 0 for a search without chance."""
    for call in calls:
        if "sampling_temperature" in call:
            assert (call["beam_size"], call["num_hypotheses"], call["sampling_topk"]) == (1, 5, 0)
            assert "no_repeat_ngram_size" not in call
        else:
            assert not any("sampling" in name for name in call)
            assert call["num_hypotheses"] == call["beam_size"]
    return [call.get("sampling_temperature", 0.0) for call in calls]


def test_what_is_not_believed_is_sampled_until_it_is(model: ModelFiles) -> None:
    """After both searches one temperature follows the other, up to a text that is no loop."""
    engine, whisper = watched(model)
    whisper.model.script = [said(whisper, text) for text in (LOOP, LOOP, LOOP, " light on")]
    (hypothesis,) = engine.transcribe([request(3.0, temperatures=LADDER)])
    assert temperatures(whisper.model.calls) == [0, 0, 0.2, 0.4]
    assert [call["beam_size"] for call in whisper.model.calls] == [1, 5, 1, 1]
    assert (hypothesis.text, hypothesis.rejection) == ("light on", None)
    assert (hypothesis.temperature, hypothesis.retried) == (0.4, True)


@pytest.mark.parametrize(
    ("texts", "retried"), [([" light on"], False), ([LOOP, " light on"], True)]
)
def test_what_is_believed_is_not_sampled(
    model: ModelFiles, texts: list[str], retried: bool
) -> None:
    """Temperatures that are not needed change nothing, nor is a second search passed over."""
    engine, whisper = watched(model)
    whisper.model.script = [said(whisper, text) for text in texts]
    (hypothesis,) = engine.transcribe([request(3.0, temperatures=LADDER)])
    assert temperatures(whisper.model.calls) == [0] * len(texts)
    assert (hypothesis.temperature, hypothesis.retried) == (0.0, retried)


def test_what_is_never_believed_stays_rejected(model: ModelFiles) -> None:
    """The last text stands, with the reason why it must not be shown."""
    engine, whisper = watched(model)
    texts = [LOOP] * 6 + [" ho" * 8]
    whisper.model.script = [said(whisper, text) for text in texts]
    (hypothesis,) = engine.transcribe([request(3.0, temperatures=LADDER)])
    assert temperatures(whisper.model.calls) == [0, *LADDER]
    assert hypothesis.text == texts[-1].strip()
    assert (hypothesis.rejection, hypothesis.temperature) == (Rejection.REPETITION, 1.0)


def test_silence_is_not_sampled(model: ModelFiles) -> None:
    """What no other search would mend is rejected at once, as with OpenAI."""
    engine, whisper = watched(model, default_gates(logprob=-0.01, no_speech=-1.0))
    whisper.model.script = [said(whisper, " light the lamp")]
    (hypothesis,) = engine.transcribe([request(3.0, temperatures=LADDER)])
    assert temperatures(whisper.model.calls) == [0]
    assert (hypothesis.rejection, hypothesis.retried) == (Rejection.NO_SPEECH, False)


def test_a_first_temperature_samples_at_once(model: ModelFiles) -> None:
    """Where only one temperature is wanted there is one decode, believed or not."""
    engine, whisper = watched(model)
    for text in (" light on", LOOP):
        whisper.model.script = [said(whisper, text)]
        (hypothesis,) = engine.transcribe([request(3.0, temperatures=(0.5,))])
        assert (hypothesis.temperature, hypothesis.retried) == (0.5, False)
    assert temperatures(whisper.model.calls) == [0.5, 0.5]
    assert hypothesis.rejection is Rejection.REPETITION


def test_a_later_zero_is_both_searches(model: ModelFiles) -> None:
    """The temperatures are tried as they come."""
    engine, whisper = watched(model)
    whisper.model.script = [said(whisper, text) for text in (LOOP, LOOP, " light on")]
    (hypothesis,) = engine.transcribe([request(3.0, temperatures=(0.5, 0.0))])
    assert temperatures(whisper.model.calls) == [0.5, 0, 0]
    assert (hypothesis.temperature, hypothesis.retried) == (0.0, True)


def test_each_request_of_a_batch_has_its_own_temperatures(model: ModelFiles) -> None:
    """Who allows no chance is not sampled in company; the same temperature shares a call."""
    engine, whisper = watched(model)
    batch = [
        request(3.0),
        request(3.0, temperatures=LADDER),
        request(3.0, temperatures=(0.0, 0.2)),
        request(3.0, temperatures=(0.0, 0.8)),
    ]
    assert len({engine.batch_key(one) for one in batch}) == 1
    loops = [said(whisper, LOOP) for _ in range(8)]
    whisper.model.script = [
        *loops,
        *(said(whisper, text) for text in (" on", " off", LOOP)),
    ]
    heard = engine.transcribe(batch)
    assert temperatures(whisper.model.calls) == [0, 0, 0.2, 0.8]
    assert [len(call["prompts"]) for call in whisper.model.calls] == [4, 4, 2, 1]
    assert [h.text for h in heard] == [LOOP.strip(), "on", "off", LOOP.strip()]
    assert [h.temperature for h in heard] == [0, 0.2, 0.2, 0.8]


def test_the_first_temperature_is_part_of_the_key(model: ModelFiles) -> None:
    """Only requests that begin alike share a call; how they go on does not matter."""
    key = load(model).batch_key
    assert key(request()) == key(request(temperatures=LADDER))
    assert key(request()) != key(request(temperatures=(0.2,)))
    assert key(request(temperatures=(0.2,))) == key(request(temperatures=(0.2, 0.4)))
    assert key(request(temperatures=(0.2,))) != key(request(temperatures=(0.4,)))


def test_what_was_nearly_as_probable(model: ModelFiles) -> None:
    """Other texts of the beams come with a text, best first; those drawn by lot do not."""
    engine, whisper = watched(model)
    texts = (" light on", " light of", " light on", " light off", " night on")
    results = [said(whisper, text) for text in texts]
    for score, result in zip((-0.1, -0.2, -0.3, -0.4, -9.0), results, strict=True):
        result.scores = [score / len(result.sequences_ids[0])]
    result = ScriptedResult(
        [one.sequences_ids[0] for one in results], [one.scores[0] for one in results], 0.0
    )
    for temperature, alternatives in ((0.0, ("light of", "light off")), (0.5, ())):
        whisper.model.script = [result]
        asked = request(3.0, beam_size=5, temperatures=(temperature,))
        (hypothesis,) = engine.transcribe([asked])
        assert (hypothesis.text, hypothesis.alternatives) == ("light on", alternatives)


@pytest.mark.parametrize("first", [0.0, 1.0])
def test_a_sampled_loop_ends_at_a_limit(
    tmp_path_factory: pytest.TempPathFactory, first: float
) -> None:
    """A model that never ends a text does not run on because chance is allowed."""
    folder = write_english_model(tmp_path_factory.mktemp("looping"), eot_bias=NEVER)
    engine = load(found(folder))
    heard = engine.transcribe(
        [request(seconds, temperatures=(first, 1.0)) for seconds in (0.5, 2.9, 1.0)]
    )
    assert [h.n_tokens for h in heard] == [64, 64, 64]
    assert {h.rejection for h in heard} == {Rejection.REPETITION}
    assert all(h.retried and h.temperature == 1.0 for h in heard)
