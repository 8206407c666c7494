"""Words of a text and when they were said: whole, in order, and the same in any company."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pytest
from faster_whisper import WhisperModel
from hypothesis import given, settings
from hypothesis import strategies as st
from local_models import Shape, write_english_model
from options import default_gates, engine_options
from watched_engine import (
    NEVER,
    OPEN,
    ScriptedResult,
    WatchedWhisper,
    found,
    load,
    request,
    said,
    watched,
)

from wyoming_whisper.audio.pcm import SAMPLE_RATE
from wyoming_whisper.engines.engine import DecodeRequest
from wyoming_whisper.engines.whisper.decoder import WhisperDecoder
from wyoming_whisper.engines.whisper.word_times import first_sound, place_words
from wyoming_whisper.errors import UnsupportedValue
from wyoming_whisper.values import Hypothesis, Task, Word

if TYPE_CHECKING:
    from pathlib import Path

    from wyoming_whisper.engines.whisper.model_files import ModelFiles

SECOND: Final = SAMPLE_RATE
NOISE: Final = np.random.default_rng(0).normal(0, 0.1, 3 * SECOND).astype(np.float32)


def check_words(hypothesis: Hypothesis, n_samples: int) -> None:
    """Check that words are the whole text, in order, within the samples."""
    if hypothesis.rejection is not None or not hypothesis.text:
        assert hypothesis.words == ()
        return
    words = hypothesis.words
    assert "".join(word.text for word in words).strip() == hypothesis.text
    assert sum(word.n_tokens for word in words) == len(hypothesis.tokens)
    assert all(word.text.strip() and word.n_tokens for word in words)
    assert all(0 <= (word.probability or 0.0) <= 1 for word in words)
    positions = [position for word in words for position in (word.start, word.end)]
    assert positions == sorted(positions)
    assert all(isinstance(position, int) and position <= n_samples for position in positions)


def scripted(
    whisper: WatchedWhisper, engine: WhisperDecoder, one: DecodeRequest, tokens: list[int]
) -> Hypothesis:
    """Return what becomes of a text of these tokens."""
    whisper.model.script = [ScriptedResult([tokens], [-0.1], 0.0)]
    (hypothesis,) = engine.transcribe([one])
    return hypothesis


def test_words_are_the_text(multilingual: ModelFiles) -> None:
    """Whatever the language and the text, its words joined are it, and their tokens are its."""
    engine, whisper = watched(multilingual, gates=OPEN)
    texts = st.text(max_size=12) | st.text(" a.,'(¿！\n", max_size=12)  # noqa: RUF001 - Chinese

    @given(texts, st.sampled_from(["en", "ja", "th", "de"]))
    @settings(deadline=None, max_examples=60)
    def check(text: str, language: str) -> None:
        one = request(3.0, language=language, word_times=True)
        tokens = whisper.hf_tokenizer.encode(f" {text}", add_special_tokens=False).ids
        hypothesis = scripted(whisper, engine, one, tokens)
        assert hypothesis.tokens == tuple(tokens)
        check_words(hypothesis, len(one.samples))

    check()


def test_bytes_that_are_no_text_are_words_too(multilingual: ModelFiles) -> None:
    """Halves of characters, and tokens that are no text, spoil neither the text nor the count."""
    engine, whisper = watched(multilingual, gates=OPEN)
    tokens = st.integers(0, 255) | st.integers(256, 300) | st.integers(50_255, 50_400)

    @given(st.lists(tokens, max_size=8), st.sampled_from(["en", "zh"]))
    @settings(deadline=None, max_examples=60)
    def check(tokens: list[int], language: str) -> None:
        one = request(language=language, word_times=True)
        hypothesis = scripted(whisper, engine, one, tokens)
        assert hypothesis.tokens == tuple(token for token in tokens if token < 50_257)
        check_words(hypothesis, len(one.samples))

    check()


@pytest.mark.parametrize("n_samples", [1, 159, 161, 320, 479, 1_599, 47_999, 48_000])
def test_audio_of_any_length(english: ModelFiles, n_samples: int) -> None:
    """Neither less audio than a step of the encoder nor a full window is a problem."""
    engine, whisper = watched(english)
    samples = NOISE[:n_samples]
    one = DecodeRequest(samples, request(word_times=True).options)
    hypothesis = scripted(whisper, engine, one, whisper.hf_tokenizer.encode(" on and off").ids)
    assert [word.text for word in hypothesis.words] == [" on", " and", " off"]
    check_words(hypothesis, n_samples)


def test_the_longest_text(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A text of as many tokens as there may be has words, behind the longest prompt too."""
    folder = write_english_model(
        tmp_path_factory.mktemp("looping"), Shape(window_s=16), eot_bias=NEVER
    )
    engine, whisper = watched(found(folder))
    text = "".join(f" {number:03}" for number in range(56))[:223]
    whisper.model.script = [said(whisper, text)]
    one = request(16.0, prompt="lamp " * 100, word_times=True)
    (hypothesis,) = engine.transcribe([one])
    assert (hypothesis.n_tokens, hypothesis.rejection) == (223, None)
    assert len(hypothesis.words) == 56
    check_words(hypothesis, len(one.samples))


def test_punctuation_belongs_to_its_word(english: ModelFiles) -> None:
    """As in Whisper's own words, what opens goes to the word behind, what closes to that before."""
    engine, whisper = watched(english)
    one = request(3.0, word_times=True)
    tokens = whisper.hf_tokenizer.encode(' She said: "Turn it on!" Now.').ids
    words = scripted(whisper, engine, one, tokens).words
    assert [word.text for word in words] == [" She", " said:", ' "Turn', " it", ' on!"', " Now."]
    assert [word.n_tokens for word in words] == [4, 6, 6, 3, 5, 5]


def test_a_language_without_spaces(multilingual: ModelFiles) -> None:
    """Its words are characters; a translation from it is split as English is."""
    engine, whisper = watched(multilingual, gates=OPEN)
    japanese = whisper.hf_tokenizer.encode(" 電気を消して。").ids
    english = whisper.hf_tokenizer.encode(" Turn it off.").ids
    one = request(3.0, language="ja", word_times=True)
    translated = request(3.0, language="ja", task=Task.TRANSLATE, word_times=True)
    texts = [word.text for word in scripted(whisper, engine, one, japanese).words]
    assert texts == [" 電", "気", "を", "消", "し", "て。"]
    texts = [word.text for word in scripted(whisper, engine, translated, english).words]
    assert texts == [" Turn", " it", " off."]


def test_only_who_asks_for_words_gets_them(english: ModelFiles) -> None:
    """They cost time; company of both kinds shares a call."""
    engine, whisper = watched(english)
    batch = [request(3.0), request(3.0, word_times=True), request(3.0)]
    assert len({engine.batch_key(one) for one in batch}) == 1
    whisper.model.script = [said(whisper, " light on") for _ in batch]
    heard = engine.transcribe(batch)
    assert [len(h.words) for h in heard] == [0, 2, 0]
    assert [len(h.tokens) for h in heard] == [0, 9, 0]
    assert replace(heard[1], words=(), tokens=()) == heard[0] == heard[2]


def test_what_is_not_believed_has_no_words(english: ModelFiles) -> None:
    """Nor has an empty text; neither is aligned."""
    engine, whisper = watched(english, gates=default_gates(logprob=-0.01))
    results = [said(whisper, " light on"), ScriptedResult([[]], [0.0], 0.0)]
    whisper.model.script = [*results, results[0]]
    heard = engine.transcribe([request(3.0, word_times=True)] * 2)
    assert [h.words for h in heard] == [(), ()]
    assert [len(h.tokens) for h in heard] == [9, 0]
    assert heard[0].rejection is not None


def test_the_words_are_those_of_the_last_try(english: ModelFiles) -> None:
    """A text that was mended, or sampled, is the one that is aligned."""
    engine, whisper = watched(english)
    loop = said(whisper, " ha" * 7)
    whisper.model.script = [loop, loop, said(whisper, " light on")]
    (hypothesis,) = engine.transcribe([request(3.0, temperatures=(0.0, 0.5), word_times=True)])
    assert hypothesis.temperature == 0.5
    assert [word.text for word in hypothesis.words] == [" light", " on"]


requests = st.builds(
    request,
    st.sampled_from([0.1, 0.7, 1.0, 1.01, 2.2, 3.0]),
    seed=st.integers(0, 20),
    language=st.sampled_from([None, "en", "de", "ja"]),
    task=st.sampled_from(Task),
    word_times=st.booleans(),
)


def test_companions_change_no_words(multilingual: ModelFiles) -> None:
    """In any batch, whoever asks, each word is what it would be if its speaker were alone."""
    engine = load(multilingual)

    @given(batch=st.lists(requests, min_size=2, max_size=4))
    @settings(deadline=None, max_examples=12)
    def check(batch: list[DecodeRequest]) -> None:
        together = engine.transcribe(batch)
        assert together == [engine.transcribe([one])[0] for one in batch]
        for one, hypothesis in zip(batch, together, strict=True):
            if one.options.word_times:
                check_words(hypothesis, len(one.samples))
            else:
                assert (hypothesis.words, hypothesis.tokens) == ((), ())

    check()


def test_a_gpu_aligns_together(multilingual: ModelFiles) -> None:
    """What begins with the same tokens shares a call there; nobody gets another one's words."""

    class OnGpu(WatchedWhisper):
        """A model that says that it is on a GPU, and counts what it aligns at once."""

        def __init__(self) -> None:
            super().__init__(WhisperModel(str(multilingual.path), device="cpu", cpu_threads=1))
            self.aligned: list[int] = []
            self.model.device = "cuda"

        def find_alignment(self, *arguments: Any) -> Any:  # noqa: ANN401 - faster-whisper's
            self.aligned.append(len(arguments[1]))
            return self._whisper.find_alignment(*arguments)

    whisper = OnGpu()
    engine = WhisperDecoder([whisper], multilingual, engine_options(gates=OPEN))
    texts = [" one two", " three", " four five six", " seven eight", " nine"]
    languages = ["en", "de", "en", "de", "en"]
    whisper.model.script = [said(whisper, text) for text in texts]
    heard = engine.transcribe(
        [request(3.0, language=language, word_times=True) for language in languages]
    )
    assert whisper.aligned == [3, 2]
    assert ["".join(word.text for word in h.words) for h in heard] == texts
    for hypothesis in heard:
        check_words(hypothesis, 3 * SECOND)


HEARD: Final = Hypothesis("Turn it on.", "en", -0.1, 0.0, 1.0, 4, tokens=(1, 2, 3, 4))


def aligned() -> list[dict[str, Any]]:
    """Return what faster-whisper says of that text: it begins at 0, and ends on time."""
    times = {" Turn": (0.0, 0.8), " it": (0.8, 0.9), " on": (0.9, 1.2), ".": (1.2, 1.3)}
    return [
        {"word": word, "tokens": [n], "start": start, "end": end, "probability": n / 4}
        for n, (word, (start, end)) in enumerate(times.items(), 1)
    ]


def test_words_are_placed_at_16_khz() -> None:
    """Positions are samples; a word's probability is the mean of its tokens', punctuation's too."""
    assert place_words(aligned(), HEARD, NOISE) == (
        Word(" Turn", 0, 12_800, 0.25, 1),
        Word(" it", 12_800, 14_400, 0.5, 1),
        Word(" on.", 14_400, 19_200, 0.875, 2),
    )


def test_no_word_begins_before_the_first_sound() -> None:
    """The path through the attention begins at 0; the first word begins where it is heard."""
    late = np.concatenate([np.zeros(8_000, np.float32), NOISE])
    assert [word.start for word in place_words(aligned(), HEARD, late)] == [8_000, 12_800, 14_400]
    later = np.concatenate([np.zeros(13_440, np.float32), NOISE])
    words = place_words(aligned(), HEARD, later)
    assert [(word.start, word.end) for word in words] == [
        (13_440, 13_440),
        (13_440, 14_400),
        (14_400, 19_200),
    ]


def test_no_word_ends_behind_the_segment() -> None:
    """The model's steps are longer than samples: the last one may stand out."""
    words = place_words(aligned(), HEARD, NOISE[:19_000])
    assert words[-1] == Word(" on.", 14_400, 19_000, 0.875, 2)


@pytest.mark.parametrize(
    ("number", "blank", "words"),
    [
        (0, "\n", [("\n it", 2), (" on.", 2)]),
        (1, "\n", [(" Turn\n", 2), (" on.", 2)]),
        (1, "  ", [(" Turn", 1), ("   on.", 3)]),
        (3, " ", [(" Turn", 1), (" it", 1), (" on ", 2)]),
    ],
)
def test_white_space_is_no_word(number: int, blank: str, words: list[tuple[str, int]]) -> None:
    """It belongs to a word beside it."""
    parts = aligned()
    parts[number]["word"] = blank
    text = "".join(part["word"] for part in parts).strip()
    placed = place_words(parts, replace(HEARD, text=text), NOISE)
    assert [(word.text, word.n_tokens) for word in placed] == words


def test_a_text_that_cannot_be_split_is_one_word() -> None:
    """Where the words would not be the text, the text is the word, from the first to the last."""
    (word,) = place_words(aligned(), replace(HEARD, text="Turn it on\ufffd"), NOISE)
    assert word.probability == pytest.approx((0.25 + 0.5 + 0.875) / 3)
    assert replace(word, probability=0.5) == Word("Turn it on\ufffd", 0, 19_200, 0.5, 4)
    assert place_words([], HEARD, NOISE) == (Word(HEARD.text, 0, len(NOISE), 0.0, 4),)


@pytest.mark.parametrize("level", [0.0, 1e-4, 0.01])
@pytest.mark.parametrize("lead_s", [0.1, 0.5, 5.0])
def test_the_first_sound(level: float, lead_s: float) -> None:
    """It is found behind silence and behind noise 20 dB below, to the step of the encoder."""
    lead = round(lead_s * SECOND)
    noise = np.random.default_rng(1).normal(0, 1, lead).astype(np.float32)
    samples = np.concatenate([np.float32(level) * noise, NOISE])
    assert abs(first_sound(samples) - lead) <= 320


@pytest.mark.parametrize(
    "samples", [np.zeros(0, np.float32), np.zeros(9_999, np.float32), np.ones(5, np.float32)]
)
def test_where_nothing_stands_out_sound_begins_at_once(samples: Any) -> None:  # noqa: ANN401
    """Silence, or a blink of sound, has no quiet before it."""
    assert first_sound(samples) == 0


@pytest.mark.parametrize("heads", ["none", None, [], [[0]], [[-1, 0]], [["0", 0]], {"0": 0}])
def test_a_model_without_alignment_heads(tmp_path: Path, heads: object) -> None:
    """It decodes as ever; that it can't tell when words are said is told to who asks."""
    config = write_english_model(tmp_path / "old") / "config.json"
    entries = json.loads(config.read_text())
    if heads == "none":
        del entries["alignment_heads"]
    else:
        entries["alignment_heads"] = heads
    config.write_text(json.dumps(entries))
    engine = load(found(tmp_path / "old"))
    assert len(engine.transcribe([request()])) == 1
    with pytest.raises(UnsupportedValue, match="old can't tell when words were said"):
        engine.transcribe([request(word_times=True)])
