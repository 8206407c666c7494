"""The engine on models with random weights: they loop, end and detect as real ones do."""

from __future__ import annotations

import ctypes
import logging
import math
import os
import subprocess
import sys
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import ctranslate2
import pytest
from faster_whisper import WhisperModel
from hypothesis import given, settings
from hypothesis import strategies as st
from local_models import Shape, write_english_model
from options import default_gates, engine_options
from watched_engine import (
    NEVER,
    OPEN,
    SOMETIMES,
    ScriptedResult,
    WatchedWhisper,
    found,
    load,
    request,
    watched,
)

from wyoming_whisper.config.device import Device
from wyoming_whisper.engines.whisper.decoder import WhisperDecoder
from wyoming_whisper.engines.whisper.gates import Gates
from wyoming_whisper.engines.whisper.load import load_decoder
from wyoming_whisper.engines.whisper.options import EngineOptions
from wyoming_whisper.errors import (
    DeviceUnavailable,
    ModelNotFound,
    SegmentTooLong,
    UnsupportedLanguage,
)
from wyoming_whisper.values import Rejection, Task

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator
    from pathlib import Path

    import numpy as np
    import numpy.typing as npt

    from wyoming_whisper.engines.engine import DecodeRequest
    from wyoming_whisper.engines.whisper.gates import Gates
    from wyoming_whisper.engines.whisper.model_files import ModelFiles
    from wyoming_whisper.engines.whisper.options import EngineOptions
    from wyoming_whisper.values import Hypothesis

NO_GPU: Final = ctranslate2.get_cuda_device_count() == 0


@pytest.fixture(scope="module")
def looping(tmp_path_factory: pytest.TempPathFactory) -> ModelFiles:
    """A model that never ends a text, with a window that is long enough for the longest one."""
    folder = tmp_path_factory.mktemp("looping")
    return found(write_english_model(folder, Shape(window_s=16), eot_bias=NEVER))


@pytest.fixture(scope="module")
def long_windowed(tmp_path_factory: pytest.TempPathFactory) -> ModelFiles:
    """A model with the window of stock ones."""
    folder = tmp_path_factory.mktemp("long")
    return found(write_english_model(folder, Shape(window_s=30), eot_bias=SOMETIMES))


@pytest.fixture(scope="module")
def english_engine(english: ModelFiles) -> Iterator[WhisperDecoder]:
    engine = load(english)
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def multilingual_engine(multilingual: ModelFiles) -> Iterator[WhisperDecoder]:
    engine = load(multilingual)
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def looping_engine(looping: ModelFiles) -> Iterator[WhisperDecoder]:
    engine = load(looping)
    yield engine
    engine.close()


def limit(seconds: float) -> int:
    """Return the tokens that a text of so much audio may have."""
    return min(224, 16 + int(16 * seconds))


def wide_limit(seconds: float) -> int:
    """Return the tokens that it may have in a beam search."""
    return min(224, math.ceil((16 + int(16 * seconds)) / 64) * 64)


def decode_once(engine: WhisperDecoder, batch: list[DecodeRequest]) -> list[Hypothesis]:
    """Decode in the full window, and try nothing again."""
    return engine._decode(engine._whispers[0], batch, engine.context.windows[-1], retry=False)


requests = st.builds(
    request,
    st.sampled_from([0.1, 0.3, 0.7, 1.0, 1.01, 1.5, 2.2, 3.0]),
    seed=st.integers(0, 20),
    language=st.sampled_from([None, "en", "de", "ja"]),
    task=st.sampled_from(Task),
)


def test_the_same_samples_give_the_same_hypothesis(multilingual: ModelFiles) -> None:
    """Nothing is drawn by lot: a second decode, and another engine, say the same to the bit."""
    batch = [request(seconds, seed=seed) for seed, seconds in enumerate((0.4, 1.5, 3.0))]
    engine, other = load(multilingual), load(multilingual)
    first = [engine.transcribe([one])[0] for one in batch]
    assert [engine.transcribe([one])[0] for one in batch] == first
    assert [other.transcribe([one])[0] for one in batch] == first
    assert len({hypothesis.text for hypothesis in first}) == 3


@pytest.mark.parametrize(
    "gates", [OPEN, default_gates(no_speech=-1.0, logprob=-7.05)], ids=["open", "doubtful"]
)
def test_companions_change_nothing(multilingual: ModelFiles, gates: Gates) -> None:
    """In any batch of mixed lengths, languages and tasks each request is decoded as if alone."""
    engine = load(multilingual, gates)

    @given(batch=st.lists(requests, min_size=2, max_size=4))
    @settings(deadline=None, max_examples=8)
    def check(batch: list[DecodeRequest]) -> None:
        assert len({engine.batch_key(one) for one in batch}) == 1
        assert engine.transcribe(batch) == [engine.transcribe([one])[0] for one in batch]

    check()


@given(seeds=st.lists(st.tuples(st.integers(0, 50), st.integers(0, 9)), min_size=2, max_size=5))
@settings(deadline=None, max_examples=8)
def test_companions_change_nothing_in_a_beam_search(
    english_engine: WhisperDecoder, seeds: list[tuple[int, int]]
) -> None:
    """A beam search's batches hold only what has one token limit, and then nothing changes."""
    batch = [request(1 + ms / 1000, seed=seed, beam_size=3) for seed, ms in seeds]
    assert len({english_engine.batch_key(one) for one in batch}) == 1
    alone = [english_engine.transcribe([one])[0] for one in batch]
    assert english_engine.transcribe(batch) == alone


def test_what_may_share_a_call(
    english_engine: WhisperDecoder, multilingual_engine: WhisperDecoder
) -> None:
    """Length, language, task and words of a prompt may differ; its length and the beam may not."""
    key = multilingual_engine.batch_key
    plain = key(request())
    assert key(request(3.0, language="de", task=Task.TRANSLATE)) == plain
    assert key(request(prompt="   ")) == plain
    assert key(request(prompt="Licht")) == key(request(prompt="light")) != plain
    assert key(request(prompt="Lichter")) != key(request(prompt="light"))
    assert key(request(beam_size=5)) != plain
    assert key(request(1.0, beam_size=5)) == key(request(1.01, beam_size=5))
    assert key(request(1.0, beam_size=5)) == key(request(2.9, beam_size=5))
    assert key(request(1.0, beam_size=5)) != key(request(3.5, beam_size=5))
    assert english_engine.batch_key(request()) != plain


@pytest.mark.parametrize("seconds", [0.1, 1.0, 2.5, 13.5, 16.0])
@pytest.mark.parametrize("prompt", ["", "lamp " * 5, "lamp " * 100], ids=["none", "some", "full"])
def test_a_loop_ends_at_the_limit_of_its_length(
    looping_engine: WhisperDecoder, seconds: float, prompt: str
) -> None:
    """A text has at most 16 tokens and 16 a second, up to 224, whatever prompt goes before it.

    A beam search's limit is the next multiple of 64.
    """
    batch = [request(seconds, prompt=prompt)]
    (greedy,), (wide,) = decode_once(looping_engine, batch), looping_engine.transcribe(batch)
    assert (greedy.n_tokens, wide.n_tokens) == (limit(seconds), wide_limit(seconds))
    assert greedy.rejection is wide.rejection is Rejection.REPETITION


def test_a_loop_in_a_batch_ends_at_its_own_limit(looping_engine: WhisperDecoder) -> None:
    """A longer companion lets nobody run on."""
    lengths = (0.5, 10.0, 2.0, 10.0)
    batch = [request(seconds) for seconds in lengths]
    greedy, wide = decode_once(looping_engine, batch), looping_engine.transcribe(batch)
    assert [h.n_tokens for h in greedy] == [limit(seconds) for seconds in lengths]
    assert [h.n_tokens for h in wide] == [wide_limit(seconds) for seconds in lengths]


def test_prompt_tokens(english: ModelFiles) -> None:
    """A prompt stands before the start of the transcript, in full up to its last 220 tokens."""
    engine, whisper = watched(english)
    tokenizer = whisper.hf_tokenizer
    previous, start, plain = (
        tokenizer.token_to_id(f"<|{name}|>")
        for name in ("startofprev", "startoftranscript", "notimestamps")
    )
    for prompt in ("", " \n", "Küche", "x" * 219, "y" * 300 + "x" * 220):
        engine.transcribe([request(prompt=prompt)])
    used = [call["prompts"][0] for call in whisper.model.calls if call["beam_size"] == 1]
    # The toys' tokens are bytes.
    assert used[:2] == [[start, plain]] * 2
    assert used[2] == [previous, *tokenizer.encode(" Küche").ids, start, plain]
    assert len(used[2]) == 1 + len(" Küche".encode()) + 2
    assert used[3] == [previous, *tokenizer.encode(" " + "x" * 219).ids, start, plain]
    assert used[4] == [previous, *tokenizer.encode("x" * 220).ids, start, plain]


def test_a_prompt_is_heeded(english_engine: WhisperDecoder) -> None:
    """What goes before changes what is understood, down to its last word."""
    prompts = ("", "kitchen", "kitchem")
    scores = {english_engine.transcribe([request(prompt=p)])[0].avg_logprob for p in prompts}
    assert len(scores) == 3


def test_language_and_task_tokens(multilingual: ModelFiles) -> None:
    """A multilingual model is told the language, given or detected, and the task, one by one."""
    engine, whisper = watched(multilingual)
    detected = engine.transcribe([request(seed=3)])[0].language
    whisper.model.calls.clear()
    batch = [
        request(language="de"),
        request(language="ja", task=Task.TRANSLATE),
        request(seed=3),
    ]
    hypotheses = engine.transcribe(batch)
    names = [
        [whisper.hf_tokenizer.id_to_token(token) for token in prompt]
        for prompt in whisper.model.calls[0]["prompts"]
    ]
    start, plain = "<|startoftranscript|>", "<|notimestamps|>"
    assert names == [
        [start, "<|de|>", "<|transcribe|>", plain],
        [start, "<|ja|>", "<|translate|>", plain],
        [start, f"<|{detected}|>", "<|transcribe|>", plain],
    ]
    # A translation is English.
    assert [h.language for h in hypotheses] == ["de", "en", detected]


def test_a_detected_language_is_one_of_the_models(
    multilingual: ModelFiles, multilingual_engine: WhisperDecoder
) -> None:
    """Where no language is given the hypothesis says which one the model heard."""
    batch = [request(seconds, seed=seed) for seed, seconds in enumerate((0.2, 1.0, 3.0))]
    assert {h.language for h in multilingual_engine.transcribe(batch)} <= multilingual.languages


def test_detection_is_restricted(multilingual: ModelFiles) -> None:
    """Of the languages that the owner allows, the most probable one is taken, whatever else is."""
    engine = load(multilingual)
    batch = [request(seed=seed) for seed in range(4)]
    whisper = engine._whispers[0]
    encoded = whisper.encode(engine._features(batch, engine.context.windows[-1]))
    (first, second, *rest), *_ = whisper.model.detect_language(encoded)
    codes = frozenset(name.strip("<|>") for name, _ in (second, *rest[-20:]))
    assert first[0].strip("<|>") not in codes

    options = engine_options(device=Device("cpu"), cpu_threads=1, gates=OPEN, languages=codes)
    restricted = load_decoder(multilingual, options)
    heard = restricted.transcribe(batch)
    assert heard[0].language == second[0].strip("<|>")
    assert {hypothesis.language for hypothesis in heard} <= codes
    # What is given is taken as it is.
    given = min(codes)
    assert restricted.transcribe([request(language=given)])[0].language == given
    with pytest.raises(UnsupportedLanguage, match=multilingual.name):
        restricted.transcribe([request(language=first[0].strip("<|>"))])


@pytest.mark.parametrize("languages", [frozenset({"de"}), frozenset()], ids=["only", "given"])
def test_nothing_is_detected_without_need(
    multilingual: ModelFiles, languages: frozenset[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where there is but one language, or all requests name theirs, no detection is paid for."""
    whisper = WatchedWhisper(WhisperModel(str(multilingual.path), device="cpu", cpu_threads=1))
    monkeypatch.setattr(whisper.model, "detect_language", None, raising=False)
    engine = WhisperDecoder(
        [whisper], multilingual, engine_options(gates=OPEN, languages=languages)
    )
    batch = [request(language=None if languages else "de"), request(language="de")]
    assert [h.language for h in engine.transcribe(batch)] == ["de", "de"]


def test_an_english_model_speaks_english(english_engine: WhisperDecoder) -> None:
    """A model without languages says English, asked or not."""
    batch = [request(), request(language="en")]
    assert [h.language for h in english_engine.transcribe(batch)] == ["en", "en"]


@pytest.mark.parametrize(
    "options", [{"language": "de"}, {"task": Task.TRANSLATE}], ids=["German", "translation"]
)
def test_an_english_model_refuses_other_languages(
    english: ModelFiles, english_engine: WhisperDecoder, options: dict[str, Any]
) -> None:
    """What an English-only model can't do is refused with the model's name, not done wrongly."""
    with pytest.raises(UnsupportedLanguage, match=english.name):
        english_engine.transcribe([request(), request(**options)])


def test_a_model_refuses_languages_that_it_lacks(multilingual_engine: WhisperDecoder) -> None:
    """Cantonese came with large-v3; an older model does not know it."""
    with pytest.raises(UnsupportedLanguage, match="yue"):
        multilingual_engine.transcribe([request(language="yue")])


def test_features_are_padded_with_zeros(english: ModelFiles) -> None:
    """Every request fills a whole window, with 0.0 behind its audio, and a full one is cut."""
    engine, whisper = watched(english)
    engine.transcribe([request(1.0), request(3.0)])
    (features,) = whisper.features
    assert features.shape == (2, 80, 300)
    # The extractor's own frames of the audio, and one that overlaps its end.
    assert features[0, :, :100].any(axis=0).all()
    assert not features[0, :, 102:].any()
    assert features[1].any(axis=0).all()


def test_a_segment_beyond_the_window_is_refused(english: ModelFiles) -> None:
    """What does not fit is not cut: its text would end in nonsense."""
    engine, whisper = watched(english)
    with pytest.raises(SegmentTooLong, match=r"takes 3 s at once, and not 3\.1"):
        engine.transcribe([request(1.0), request(3.1)])
    assert whisper.features == []
    assert len(engine.transcribe([request(3.0)])) == 1


def test_wider_searches_of_one_limit_share_a_call(long_windowed: ModelFiles) -> None:
    """A wider search depends on its token limit, so each limit has a call."""
    engine, whisper = watched(long_windowed, audio_context="full")
    loop = ScriptedResult([whisper.hf_tokenizer.encode(" ha" * 7).ids], [-0.1], 0.0)
    whisper.model.script = [loop] * 8
    engine.transcribe([request(seconds) for seconds in (3.0, 5.0, 1.0, 7.0)])
    assert [len(call["prompts"]) for call in whisper.model.calls] == [4, 2, 2]


def test_short_speech_gets_a_short_window(long_windowed: ModelFiles) -> None:
    """With a short context only as much is encoded as the speech and its padding take."""
    engine, whisper = watched(long_windowed, audio_context="auto")
    light_on = whisper.hf_tokenizer.encode(" light on").ids
    for seconds in (1.0, 9.44, 9.45, 13.0, 17.0, 18.0, 30.0):
        whisper.model.script = [ScriptedResult([light_on], [-0.1], 0.0)]
        (hypothesis,) = engine.transcribe([request(seconds)])
        assert hypothesis.text == "light on"
    frames = [features.shape[2] for features in whisper.features]
    assert frames == [1200, 1200, 1500, 2000, 2000, 3000, 3000]


def test_what_is_doubtful_is_heard_again_in_a_longer_window(long_windowed: ModelFiles) -> None:
    """Of a batch in a short window the doubtful ones, and no others, get the next longer one."""
    engine, whisper = watched(long_windowed, audio_context="auto")
    encode = whisper.hf_tokenizer.encode
    good = ScriptedResult([encode(" light on").ids], [-0.1], 0.0)
    unsure = ScriptedResult([encode(" night on").ids], [-0.1], 0.9)
    loop = ScriptedResult([encode(" light on" * 9).ids], [-0.1], 0.0)
    sure = ScriptedResult([encode(" light off").ids], [-0.1], 0.0)
    # The loop is still one in the longer window, and then mended by the wider search.
    whisper.model.script = [unsure, good, loop, sure, loop, sure]
    hypotheses = engine.transcribe([request(3.0)] * 3)
    assert [h.text for h in hypotheses] == ["light off", "light on", "light off"]
    assert [h.retried for h in hypotheses] == [False, False, True]
    assert [features.shape for features in whisper.features] == [(3, 80, 1200), (2, 80, 1500)]
    assert [call["beam_size"] for call in whisper.model.calls] == [1, 1, 5]


def test_a_window_of_its_own_is_never_shortened(english: ModelFiles) -> None:
    """A model that was trained for a short window gets that one, whatever the owner asks for."""
    engine, _ = watched(english, audio_context="auto")
    assert engine.context.windows == (300,)


def test_short_windows_that_a_model_was_trained_on(english: ModelFiles) -> None:
    """Speech gets the shortest of them that holds it, and what is heard there stands."""
    model = replace(english, short_windows_s=(1, 2))
    engine, whisper = watched(model)
    for seconds in (0.5, 1.5, 2.5):
        engine.transcribe([request(seconds)])
    assert [features.shape[-1] for features in whisper.features] == [100, 200, 300]


@pytest.mark.parametrize("audio_context", ["auto", "10"])
def test_companions_change_nothing_in_short_windows(
    long_windowed: ModelFiles, audio_context: str
) -> None:
    """Only requests of one window share a call, and there each is decoded as if alone."""
    engine, _ = watched(long_windowed, audio_context=audio_context)
    batches: dict[Hashable, list[DecodeRequest]] = {}
    for seed, seconds in enumerate((0.5, 3.0, 9.4, 9.5, 9.0, 12.0, 13.0, 20.0, 1.0)):
        one = request(seconds, seed=seed)
        batches.setdefault(engine.batch_key(one), []).append(one)
    assert len(batches) == (4 if audio_context == "auto" else 2)
    for batch in batches.values():
        for together, one in zip(engine.transcribe(batch), batch, strict=True):
            (alone,) = engine.transcribe([one])
            # In float32, sums of another order differ in the last digits of a score.
            assert together.avg_logprob == pytest.approx(alone.avg_logprob, abs=1e-4)
            assert replace(together, avg_logprob=alone.avg_logprob) == alone


def test_rehearsal_decodes_each_shape(long_windowed: ModelFiles) -> None:
    """Before a GPU is ready each window is decoded, alone and in the largest batch."""
    engine, whisper = watched(long_windowed, audio_context="12", max_batch=3)
    engine.warm_up(request())
    shapes = [features.shape[::2] for features in whisper.features]
    assert shapes == [(1, 1200), (1, 3000), (3, 1200), (3, 3000)]


def test_a_batch_that_does_not_fit_is_halved(
    english: ModelFiles, caplog: pytest.LogCaptureFixture
) -> None:
    """Where the memory is short the engine decodes fewer at once, and says so."""

    class SmallWhisper(WatchedWhisper):
        def encode(self, features: npt.NDArray[np.float32]) -> Any:  # noqa: ANN401
            if len(features) > 5:
                raise RuntimeError("CUDA failed with error out of memory")
            return super().encode(features)

    whisper = SmallWhisper(WhisperModel(str(english.path), device="cpu", cpu_threads=1))
    engine = WhisperDecoder([whisper], english, engine_options(gates=OPEN, max_batch=32))
    engine.warm_up(request())
    assert engine.max_batch == 4
    assert caplog.messages == [f"the memory does not suffice for {n} at once" for n in (32, 16, 8)]


def test_a_rehearsal_that_fails_for_another_reason_is_told(english: ModelFiles) -> None:
    """What is wrong with a device is not taken for a batch that is too large."""

    class BrokenWhisper(WatchedWhisper):
        def encode(self, features: npt.NDArray[np.float32]) -> Any:  # noqa: ANN401
            if len(features) > 1:
                raise RuntimeError("CUDA failed with error an illegal address")
            return super().encode(features)

    whisper = BrokenWhisper(WhisperModel(str(english.path), device="cpu", cpu_threads=1))
    engine = WhisperDecoder([whisper], english, engine_options(gates=OPEN, max_batch=32))
    with pytest.raises(RuntimeError, match="illegal address"):
        engine.warm_up(request())


def test_a_loop_is_tried_again_once(looping: ModelFiles) -> None:
    """What is rejected for a loop gets one wider search without repeats, and no third one."""
    engine, whisper = watched(looping, audio_context="full")
    (hypothesis,) = engine.transcribe([request()])
    assert (hypothesis.rejection, hypothesis.retried) == (Rejection.REPETITION, True)
    first, second = whisper.model.calls
    assert (first["beam_size"], first["no_repeat_ngram_size"]) == (1, 0)
    assert (second["beam_size"], second["no_repeat_ngram_size"]) == (5, 3)
    assert not any("sampling" in option for call in (first, second) for option in call)


def test_a_loop_of_what_has_parts_is_not_tried_again(looping: ModelFiles) -> None:
    """Whoever will have the parts decoded apart is told at once that the whole is not believed."""
    engine, whisper = watched(looping, audio_context="full")
    (hypothesis,) = engine.transcribe([request(has_parts=True, temperatures=(0.0, 0.4))])
    assert (hypothesis.rejection, hypothesis.retried) == (Rejection.REPETITION, False)
    assert len(whisper.model.calls) == 1


def test_only_what_loops_in_a_batch_is_tried_again(english: ModelFiles) -> None:
    """What needs a wider search gets it together, if of one limit, and without its companions."""
    engine, whisper = watched(english)
    good = ScriptedResult([whisper.hf_tokenizer.encode(" light on").ids], [-0.1], 0.0)
    loop = ScriptedResult([whisper.hf_tokenizer.encode(" ha" * 7).ids], [-0.1], 0.0)
    mended = ScriptedResult([whisper.hf_tokenizer.encode(" light off").ids], [-0.1], 0.0)
    whisper.model.script = [good, loop, good, loop, mended, loop]
    hypotheses = engine.transcribe([request(3.0)] * 4)
    assert [len(call["prompts"]) for call in whisper.model.calls] == [4, 2]
    assert [(h.text, h.rejection, h.retried) for h in hypotheses] == [
        ("light on", None, False),
        ("light off", None, True),
        ("light on", None, False),
        ("ha ha ha ha ha ha ha", Rejection.REPETITION, True),
    ]


@pytest.mark.parametrize(
    ("gates", "rejection", "n_decodes"),
    [
        (OPEN, None, 1),
        (replace(OPEN, logprob=-0.01), Rejection.LOW_PROBABILITY, 2),
        (replace(OPEN, logprob=-0.01, no_speech=-1.0), Rejection.NO_SPEECH, 1),
        (replace(OPEN, compression_ratio=0.01), Rejection.COMPRESSION, 2),
    ],
)
def test_the_gates_reject(
    english: ModelFiles, gates: Gates, rejection: Rejection | None, n_decodes: int
) -> None:
    """Each threshold has its rejection; what a better search may mend is decoded twice."""
    engine, whisper = watched(english, gates)
    (hypothesis,) = engine.transcribe([request(3.0)])
    assert hypothesis.text
    assert hypothesis.rejection is rejection
    assert len(whisper.model.calls) == n_decodes


def test_what_is_improbable_is_not_searched_twice_as_wide(english: ModelFiles) -> None:
    """Five beams find the same again, so only a loop is searched for once more, without repeats."""
    engine, whisper = watched(english, replace(OPEN, logprob=-1.0))
    unsure = ScriptedResult([whisper.hf_tokenizer.encode(" night on").ids], [-2.0], 0.0)
    loop = ScriptedResult([whisper.hf_tokenizer.encode(" ha" * 7).ids], [-0.1], 0.0)
    whisper.model.script = [unsure, loop, unsure]
    hypotheses = engine.transcribe([request(3.0, beam_size=5)] * 2)
    assert [(h.text, h.retried) for h in hypotheses] == [("night on", False), ("night on", True)]
    assert [len(call["prompts"]) for call in whisper.model.calls] == [2, 1]


@pytest.mark.parametrize(
    ("plain", "no_speech", "heard", "rejection"),
    [
        (" the kitchen lamp", 0.1, "the kitchen lamp", None),
        (" the kitchen amp", 0.1, "the kitchen amp", None),
        (" thank you", 0.9, "thank you", Rejection.NO_SPEECH),
    ],
)
def test_an_echo_of_the_prompt_is_heard_again_without_it(
    english: ModelFiles, plain: str, no_speech: float, heard: str, rejection: Rejection | None
) -> None:
    """What is found without prompt and hot words decides, and nothing of what may be silence."""
    engine, whisper = watched(english, replace(OPEN, no_speech=0.6))
    encode = whisper.hf_tokenizer.encode
    whisper.model.script = [
        ScriptedResult([encode(" the kitchen lamp").ids], [-0.1], 0.0),
        ScriptedResult([encode(plain).ids], [-0.1], no_speech),
    ]
    one = request(3.0, prompt="Say: the kitchen lamp!", hotwords="stove")
    (hypothesis,) = engine.transcribe([one])
    assert (hypothesis.text, hypothesis.rejection) == (heard, rejection)
    assert hypothesis.retried
    prompted, unprompted = (call["prompts"][0] for call in whisper.model.calls)
    assert unprompted == prompted[-len(unprompted) :]
    assert len(unprompted) < len(prompted)


def test_what_is_no_echo_is_not_heard_again(english: ModelFiles) -> None:
    """The request's own prompt is what a text is compared with, whatever its companion's is."""
    engine, whisper = watched(english)
    encode = whisper.hf_tokenizer.encode
    lamp = ScriptedResult([encode(" the kitchen lamp").ids], [-0.1], 0.0)
    whisper.model.script = [lamp, lamp, ScriptedResult([encode(" the lamp").ids], [-0.1], 0.0)]
    batch = [request(3.0, prompt=prompt) for prompt in ("a the kitchen lamp", "kitchen lamp a tea")]
    assert len({engine.batch_key(one) for one in batch}) == 1
    texts = [(found.text, found.retried) for found in engine.transcribe(batch)]
    assert texts == [("the lamp", True), ("the kitchen lamp", False)]


def test_what_is_measured(english: ModelFiles) -> None:
    """Text, mean log probability with the end of text, no-speech probability and length."""
    engine, whisper = watched(english)
    tokens = whisper.hf_tokenizer.encode(" Licht an ").ids
    whisper.model.script = [ScriptedResult([tokens], [-0.55], 0.25)]
    (hypothesis,) = engine.transcribe([request(3.0)])
    assert hypothesis.text == "Licht an"
    assert hypothesis.avg_logprob == pytest.approx(-0.55 * 10 / 11)
    assert hypothesis.no_speech_prob == 0.25
    assert hypothesis.n_tokens == len(tokens) == 10
    assert hypothesis.compression_ratio == pytest.approx(8 / 16)


def test_no_text_is_a_hypothesis(tmp_path: Path) -> None:
    """A model that says nothing at all is believed, and its figures are numbers."""
    model = found(write_english_model(tmp_path, eot_bias=100.0))
    (hypothesis,) = load(model, default_gates()).transcribe([request()])
    assert (hypothesis.text, hypothesis.n_tokens, hypothesis.rejection) == ("", 0, None)
    assert hypothesis.avg_logprob == 0.0


@pytest.mark.parametrize(
    ("compute_type", "used"), [("auto", "int8_float32"), ("float32", "float32")]
)
def test_the_compute_type(english: ModelFiles, compute_type: str, used: str) -> None:
    """On a CPU auto is int8; what the owner names is taken."""
    options = engine_options(device=Device("cpu"), compute_type=compute_type)
    assert load_decoder(english, options)._whispers[0].model.compute_type == used


def test_loading_is_logged_with_the_first_decode(
    english: ModelFiles, caplog: pytest.LogCaptureFixture
) -> None:
    """One line says what was loaded where and how, and how long that took."""
    caplog.set_level(logging.INFO)
    load(english)
    (message,) = [r.getMessage() for r in caplog.records if r.name.endswith("whisper.load")]
    assert message.startswith(f"loaded {english.name} on cpu as int8 in ")
    assert "first decode" in message


def test_each_device_takes_a_call(english: ModelFiles) -> None:
    """Calls on two models run at the same time, and say what one model alone says."""
    together = threading.Barrier(2, timeout=30)

    class MeetingWhisper(WatchedWhisper):
        def encode(self, features: npt.NDArray[np.float32]) -> Any:  # noqa: ANN401
            together.wait()
            return super().encode(features)

    whispers = [
        MeetingWhisper(WhisperModel(str(english.path), device="cpu", cpu_threads=1))
        for _ in range(2)
    ]
    engine = WhisperDecoder(whispers, english, engine_options(gates=OPEN))
    assert engine.slots == 2
    batches = [[request(seed=seed)] for seed in range(4)]
    with ThreadPoolExecutor(2) as threads:
        heard = list(threads.map(engine.transcribe, batches))
    assert [len(whisper.features) for whisper in whispers] == [2, 2]
    alone, _ = watched(english)
    assert heard == [alone.transcribe(batch) for batch in batches]


def test_closing_waits_for_the_calls(english: ModelFiles) -> None:
    """An engine is closed behind its last call, on whatever thread that runs."""
    in_call, go = threading.Event(), threading.Event()

    class GatedWhisper(WatchedWhisper):
        def encode(self, features: npt.NDArray[np.float32]) -> Any:  # noqa: ANN401
            in_call.set()
            assert go.wait(30)
            return super().encode(features)

    whisper = GatedWhisper(WhisperModel(str(english.path), device="cpu", cpu_threads=1))
    engine = WhisperDecoder([whisper], english, engine_options(gates=OPEN))
    with ThreadPoolExecutor(2) as threads:
        heard = threads.submit(engine.transcribe, [request()])
        assert in_call.wait(30)
        closing = threads.submit(engine.close)
        with pytest.raises(TimeoutError):
            closing.result(0.05)
        go.set()
        assert len(heard.result(30)) == 1
        closing.result(30)


def test_a_closed_engine_has_given_its_model_back(english: ModelFiles) -> None:
    """Closing frees the weights."""
    engine, whisper = watched(english)
    alive = weakref.ref(whisper)
    del whisper
    engine.transcribe([request()])
    engine.close()
    assert alive() is None


def test_where_an_engine_decodes(english: ModelFiles) -> None:
    """An engine names its device as the options would, several GPUs in one, and its type."""
    engine, whisper = watched(english)
    assert (engine.device, engine.compute_type) == ("cpu", whisper.model.model.compute_type)
    cards = [WatchedWhisper(WhisperModel(str(english.path))) for _ in range(2)]
    for index, card in enumerate(cards):
        vars(card.model).update(device="cuda", device_index=[index])
    assert WhisperDecoder(cards, english, engine_options(gates=OPEN)).device == "cuda:0,1"


@pytest.mark.skipif(not NO_GPU, reason="there is a GPU")
def test_auto_is_the_cpu_where_there_is_nothing_else(
    english: ModelFiles, caplog: pytest.LogCaptureFixture
) -> None:
    """Without a GPU auto loads on the CPU, and nobody is warned."""
    engine = load_decoder(english, engine_options(cpu_threads=1))
    assert engine._whispers[0].model.device == "cpu"
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


@pytest.mark.skipif(not NO_GPU, reason="there is a GPU")
def test_auto_falls_back_from_a_gpu_that_does_not_work(
    english: ModelFiles, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A card that the driver counts and CTranslate2 can't use is a warning, and the CPU."""
    monkeypatch.setattr(ctypes, "CDLL", one_card)
    engine = load_decoder(english, engine_options(cpu_threads=1))
    assert engine._whispers[0].model.device == "cpu"
    (warning,) = [r.getMessage() for r in caplog.records if r.levelno == logging.WARNING]
    assert warning.startswith("cuda does not work (")
    assert warning.endswith("; using the CPU")


@pytest.mark.skipif(not NO_GPU, reason="there is a GPU")
@pytest.mark.parametrize("device", ["cuda", "cuda:3", "cuda:0,1"])
def test_a_gpu_that_is_not_there_is_named(english: ModelFiles, device: str) -> None:
    """Who asks for a GPU and has none gets one line with a cure, and not the CPU."""
    message = refusal(DeviceUnavailable, english, engine_options(device=Device.parse(device)))
    assert message.startswith(f"{device} does not work (")
    assert "--device cpu" in message


def test_a_compute_type_that_the_device_lacks(english: ModelFiles) -> None:
    """A number format that can't be had is named, with the one that always can."""
    options = engine_options(device=Device("cpu"), compute_type="float16")
    assert refusal(DeviceUnavailable, english, options).endswith("; use --compute-type auto")


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("model.bin", b""),
        ("model.bin", b"\6\0\0\0\x0cWhisperSpec"),
        ("model.bin", b"<!DOCTYPE html><title>Sign in</title>" * 10),
        ("tokenizer.json", b"{}"),
        ("tokenizer.json", b"\xff"),
        ("vocabulary.json", b'["a", "b"]'),
        ("config.json", b"{}"),
        ("config.json", b'{"suppress_ids": [], "suppress_ids_begin": 220}'),
    ],
)
def test_a_damaged_model_is_named(tmp_path: Path, file: str, content: bytes) -> None:
    """Files that can't be loaded are one line with the model's directory, whichever they are."""
    model = found(write_english_model(tmp_path / "toy"))
    (tmp_path / "toy" / file).write_bytes(content)
    message = refusal(ModelNotFound, model, engine_options(device=Device("cpu")))
    assert message.startswith(f"model 'toy' in {tmp_path / 'toy'} cannot be loaded: ")


def test_the_self_test_finds_features_that_do_not_fit(tmp_path: Path) -> None:
    """A model whose preprocessor is another one's is found out when it is loaded."""
    write_english_model(tmp_path / "toy")
    (tmp_path / "toy" / "preprocessor_config.json").write_text(
        '{"chunk_length": 3, "feature_size": 128}'
    )
    message = refusal(ModelNotFound, found(tmp_path / "toy"), engine_options(device=Device("cpu")))
    assert "Invalid input features shape" in message


def test_torch_is_not_imported(english: ModelFiles, tmp_path: Path) -> None:
    """Loading and decoding work without a look at torch, even where it is installed."""
    (tmp_path / "torch").mkdir()
    (tmp_path / "torch" / "__init__.py").write_text("raise SystemExit('torch was imported')")
    code = (
        "import numpy, sys\n"
        "from options import engine_options\n"
        "from wyoming_whisper.engines.engine import DecodeRequest\n"
        "from wyoming_whisper.values import DecodeOptions\n"
        "from wyoming_whisper.config.device import Device\n"
        "from wyoming_whisper.engines.whisper.model_files import find_model\n"
        "from wyoming_whisper.engines.whisper.load import load_decoder\n"
        f"model = find_model({str(english.path)!r}, [])\n"
        "engine = load_decoder(model, engine_options(device=Device('cpu'), cpu_threads=1))\n"
        "samples = numpy.zeros(16_000, numpy.float32)\n"
        "print(len(engine.transcribe([DecodeRequest(samples, DecodeOptions())])))\n"
        "assert 'torch' not in sys.modules"
    )
    result = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.returncode, result.stdout) == (0, "1\n"), result.stderr


def one_card(name: str, mode: int = ctypes.DEFAULT_MODE) -> OneCard:
    """Open a driver that counts one card, and no other library, as ``ctypes.CDLL`` does."""
    if name != "libcuda.so.1":
        raise OSError(name)
    return OneCard()


class OneCard:
    """The two functions of libcuda that count devices."""

    def cuInit(self, flags: int) -> int:  # noqa: N802 - NVIDIA's name
        return 0

    def cuDeviceGetCount(self, count: Any) -> int:  # noqa: ANN401, N802 - a reference of ctypes'
        count._obj.value = 1
        return 0


def refusal(kind: type[Exception], model: ModelFiles, options: EngineOptions) -> str:
    """Return why a model can't be loaded; it is one line for a person."""
    with pytest.raises(kind) as error:
        load_decoder(model, options)
    message = str(error.value)
    assert "\n" not in message
    return message
