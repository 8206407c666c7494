"""Which language is chosen, among which, and how sure the model is of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from local_models import write_english_model, write_multilingual_model
from options import engine_options
from watched_engine import OPEN, found, load, request, watched

from wyoming_whisper.config.device import Device
from wyoming_whisper.engines.whisper.language_detection import Spoken, choose, possible
from wyoming_whisper.engines.whisper.load import load_decoder
from wyoming_whisper.errors import UnsupportedLanguage
from wyoming_whisper.values import DecodeOptions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wyoming_whisper.engines.whisper.decoder import WhisperDecoder
    from wyoming_whisper.engines.whisper.model_files import ModelFiles

PROBABILITIES = [("<|de|>", 0.5), ("<|en|>", 0.3), ("<|nl|>", 0.2), ("<|haw|>", 0.0), ("<|yi|>", 0)]


@pytest.fixture(scope="module")
def multilingual(tmp_path_factory: pytest.TempPathFactory) -> ModelFiles:
    folder = write_multilingual_model(tmp_path_factory.mktemp("multilingual"), eot_bias=2.5)
    return found(folder)


@pytest.fixture(scope="module")
def engine(multilingual: ModelFiles) -> Iterator[WhisperDecoder]:
    engine = load(multilingual)
    yield engine
    engine.close()


@pytest.mark.parametrize(
    ("candidates", "spoken"),
    [
        ({"de", "en", "nl", "haw", "yi"}, Spoken("de", 0.5)),
        ({"en", "nl"}, Spoken("en", 0.6)),
        ({"nl", "haw"}, Spoken("nl", 1.0)),
        ({"haw", "yi"}, Spoken("haw", 0.0)),
        ({"nl"}, Spoken("nl", None)),
    ],
)
def test_the_most_probable_candidate(candidates: set[str], spoken: Spoken) -> None:
    """Its probability is that among the candidates; where there is but one, it was not asked."""
    assert choose(frozenset(candidates), PROBABILITIES) == spoken


@pytest.mark.parametrize(
    ("probability", "likely", "chosen"),
    [
        (0.5, ("en", 0.9), "en"),
        (0.79, ("en", 0.9), "en"),
        (0.8, ("en", 0.9), "de"),
        (0.6, ("en", 0.5), "de"),
        (0.5, ("en", 0.6), "en"),
        (0.5, ("de", 0.9), "de"),
        (0.5, ("fr", 0.9), "de"),
    ],
)
def test_a_change_of_language_has_to_be_sure(
    probability: float, likely: tuple[str, float], chosen: str
) -> None:
    """Surer than what was heard before, or as sure as can be; else it goes on as before."""
    found = [("<|de|>", probability), ("<|en|>", 1 - probability)]
    spoken = choose(frozenset({"de", "en"}), found, likely)
    assert spoken.language == chosen
    assert spoken.probability == pytest.approx(dict(found)[f"<|{chosen}|>"])


@pytest.mark.parametrize(
    ("options", "languages"),
    [
        ({}, {"de", "en", "nl"}),
        ({"languages": frozenset({"de", "fr"})}, {"de"}),
        ({"languages": frozenset({"fr"})}, set()),
        ({"languages": frozenset({"fr"}), "language": "en"}, {"en"}),
        ({"language": "fr"}, set()),
    ],
)
def test_what_is_possible(options: dict[str, Any], languages: set[str]) -> None:
    """The language given, or the candidates, or all; of these what the owner allows."""
    assert possible(DecodeOptions(**options), frozenset({"de", "en", "nl"})) == languages


def test_candidates_narrow_the_choice_down(
    multilingual: ModelFiles, engine: WhisperDecoder
) -> None:
    """Without the likeliest language the next one is heard, and it is heard more surely."""
    (free,) = engine.transcribe([request(seed=3)])
    others = multilingual.languages - {free.language}
    (narrow,) = engine.transcribe([request(seed=3, languages=others)])
    (two,) = engine.transcribe([request(seed=3, languages=frozenset({narrow.language, "en"}))])
    assert narrow.language in others
    assert free.language_probability is not None
    assert narrow.language_probability is not None
    assert two.language_probability is not None
    assert two.language == narrow.language
    assert narrow.language_probability < two.language_probability < 1


def test_each_request_of_a_batch_has_its_own_candidates(engine: WhisperDecoder) -> None:
    """Given, lone, few and all: none of them sees the others' languages."""
    few = frozenset({"ja", "ko", "zh"})
    batch = [
        request(seed=1, language="de", languages=few),
        request(seed=1, languages=frozenset({"fr"})),
        request(seed=1, languages=few),
        request(seed=1),
    ]
    assert len({engine.batch_key(one) for one in batch}) == 1
    heard = engine.transcribe(batch)
    assert [h.language for h in heard[:2]] == ["de", "fr"]
    assert [h.language_probability for h in heard[:2]] == [None, None]
    assert heard[2].language in few
    assert heard == [engine.transcribe([one])[0] for one in batch]


def test_nothing_is_detected_where_one_candidate_is_left(
    multilingual: ModelFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the owner allows may leave one candidate; then none is looked for."""
    engine, whisper = watched(multilingual, languages=frozenset({"de", "en"}))
    monkeypatch.setattr(whisper.model, "detect_language", None, raising=False)
    (hypothesis,) = engine.transcribe([request(languages=frozenset({"de", "fr"}))])
    assert (hypothesis.language, hypothesis.language_probability) == ("de", None)


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ({"de", "yue"}, "'yue'"),
        ({"fr", "nl"}, "'fr', 'nl'"),
    ],
    ids=["not the model's", "not allowed"],
)
def test_candidates_that_cannot_be_are_refused(
    multilingual: ModelFiles, asked: set[str], named: str
) -> None:
    """A candidate that the model lacks is named, and so are all if none of them is allowed."""
    options = engine_options(
        device=Device("cpu"), cpu_threads=1, gates=OPEN, languages=frozenset({"de", "en"})
    )
    engine = load_decoder(multilingual, options)
    with pytest.raises(UnsupportedLanguage, match=f"{multilingual.name} does not .* {named}$"):
        engine.transcribe([request(languages=frozenset(asked))])
    # A language that is given makes candidates pointless.
    assert engine.transcribe([request(languages=frozenset(asked), language="de")])


def test_an_english_model_detects_nothing(tmp_path_factory: pytest.TempPathFactory) -> None:
    """It takes English for a candidate, and no other language."""
    engine = load(found(write_english_model(tmp_path_factory.mktemp("english"))))
    (hypothesis,) = engine.transcribe([request(languages=frozenset({"en"}))])
    assert (hypothesis.language, hypothesis.language_probability) == ("en", None)
    with pytest.raises(UnsupportedLanguage, match="'de'"):
        engine.transcribe([request(languages=frozenset({"en", "de"}))])
