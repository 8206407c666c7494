from __future__ import annotations

from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wyoming_whisper.errors import UnsupportedLanguage
from wyoming_whisper.language import WHISPER_LANGUAGES, language_name, normalize_language

# The languages of openai/whisper's tokenizer.py.
_TABLE: Final = """
    en:english zh:chinese de:german es:spanish ru:russian ko:korean fr:french ja:japanese
    pt:portuguese tr:turkish pl:polish ca:catalan nl:dutch ar:arabic sv:swedish it:italian
    id:indonesian hi:hindi fi:finnish vi:vietnamese he:hebrew uk:ukrainian el:greek ms:malay
    cs:czech ro:romanian da:danish hu:hungarian ta:tamil no:norwegian th:thai ur:urdu
    hr:croatian bg:bulgarian lt:lithuanian la:latin mi:maori ml:malayalam cy:welsh sk:slovak
    te:telugu fa:persian lv:latvian bn:bengali sr:serbian az:azerbaijani sl:slovenian kn:kannada
    et:estonian mk:macedonian br:breton eu:basque is:icelandic hy:armenian ne:nepali
    mn:mongolian bs:bosnian kk:kazakh sq:albanian sw:swahili gl:galician mr:marathi pa:punjabi
    si:sinhala km:khmer sn:shona yo:yoruba so:somali af:afrikaans oc:occitan ka:georgian
    be:belarusian tg:tajik sd:sindhi gu:gujarati am:amharic yi:yiddish lo:lao uz:uzbek
    fo:faroese ht:haitian_creole ps:pashto tk:turkmen nn:nynorsk mt:maltese sa:sanskrit
    lb:luxembourgish my:myanmar bo:tibetan tl:tagalog mg:malagasy as:assamese tt:tatar
    haw:hawaiian ln:lingala ha:hausa ba:bashkir jw:javanese su:sundanese yue:cantonese
"""
NAMES: Final = dict(pair.split(":") for pair in _TABLE.split())


def test_the_codes_are_whispers() -> None:
    """The languages are the hundred of Whisper's vocabulary."""
    assert set(NAMES) == WHISPER_LANGUAGES
    assert len(NAMES) == 100


@pytest.mark.parametrize("code", sorted(NAMES))
def test_a_code_is_itself(code: str) -> None:
    """Whisper's own code is kept, alone and as the head of a tag, in any case."""
    for spelling in (code, code.upper(), f" {code} ", f"{code}-XX", f"{code.title()}_XX"):
        assert normalize_language(spelling) == code


@pytest.mark.parametrize(("code", "name"), NAMES.items())
def test_english_names(code: str, name: str) -> None:
    """A language's English name stands for its code, in any case."""
    for spelling in (name, name.title(), name.upper(), name.replace("_", " ")):
        assert normalize_language(spelling) == code


@pytest.mark.parametrize(
    ("spelling", "code"),
    [
        # region and script
        ("en-US", "en"),
        ("en_GB", "en"),
        ("EN-us", "en"),
        ("pt-BR", "pt"),
        ("pt_BR", "pt"),
        ("zh-Hans", "zh"),
        ("zh-Hant-TW", "zh"),
        ("zh_CN", "zh"),
        ("sr-Latn", "sr"),
        ("de-CH-1996", "de"),
        ("en_US.UTF-8", "en"),
        # ISO 639-3, terminological and bibliographic
        ("eng", "en"),
        ("deu", "de"),
        ("ger", "de"),
        ("zho", "zh"),
        ("nob", "no"),
        ("yue-HK", "yue"),
        # historical and Whisper's own aliases
        ("iw", "he"),
        ("in", "id"),
        ("jv", "jw"),
        ("jw", "jw"),
        ("nb", "no"),
        ("nb-NO", "no"),
        ("fil", "tl"),
        ("fil-PH", "tl"),
        ("cmn", "zh"),
        ("cmn-Hans-CN", "zh"),
        ("ch", "zh"),
        ("cn", "zh"),
        ("mandarin", "zh"),
        ("Haitian  Creole", "ht"),
        ("castilian", "es"),
        ("burmese", "my"),
        ("Bokmål", "no"),
        ("BOKMÅL", "no"),
    ],
)
def test_spellings(spelling: str, code: str) -> None:
    """Tags, ISO 639-3 codes and historical aliases stand for Whisper's code."""
    assert normalize_language(spelling) == code


@pytest.mark.parametrize("spelling", [None, "", "  ", "auto", "Auto", " AUTO ", "und", "none"])
def test_languages_to_detect(spelling: str | None) -> None:
    """No language, and the words for none, ask for detection."""
    assert normalize_language(spelling) is None


@pytest.mark.parametrize(
    "spelling",
    ["xx", "klingon", "e", "-", "_", "-en", "x-en", "en us", "\0", "\ud800"],
)
def test_unknown_languages(spelling: str) -> None:
    """A string that names no language of Whisper's is refused with one printable line."""
    with pytest.raises(UnsupportedLanguage, match="unknown language") as caught:
        normalize_language(spelling)
    assert str(caught.value).isprintable()


def test_over_long_languages() -> None:
    """A string longer than any tag is refused, however it begins, and not repeated."""
    assert normalize_language("en-" + 61 * "x") == "en"
    with pytest.raises(UnsupportedLanguage) as caught:
        normalize_language("en-" + 62 * "x")
    assert "xxx" not in str(caught.value)


@pytest.mark.parametrize("value", [7, 0, False, True, 1.5, ["en"], {"en": 1}, [], {}, b"en"])
def test_languages_that_are_no_strings(value: object) -> None:
    """What is no string is refused, also where it is falsy or cannot be hashed."""
    with pytest.raises(UnsupportedLanguage, match="must be a short string"):
        normalize_language(value)


@settings(deadline=None, max_examples=200)
@given(st.text(max_size=80) | st.sampled_from(sorted(NAMES)).map(lambda code: code + "-x"))
def test_any_string_is_a_code_or_refused(spelling: str) -> None:
    """Any string gives a code of Whisper's, detection or UnsupportedLanguage, and nothing else."""
    try:
        code = normalize_language(spelling)
    except UnsupportedLanguage:
        return
    assert code is None or code in WHISPER_LANGUAGES


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("en", "english"),
        ("ht", "haitian creole"),
        ("zh", "chinese"),
        ("lo", "lao"),
        ("ms", "malay"),
        ("yue", "cantonese"),
        ("jw", "javanese"),
        ("haw", "hawaiian"),
    ],
)
def test_names(code: str, name: str) -> None:
    """A language's name is Whisper's own."""
    assert language_name(code) == name


@pytest.mark.parametrize("code", sorted(WHISPER_LANGUAGES))
def test_a_name_means_its_language(code: str) -> None:
    """Every name reads back as its code, so no two languages share one."""
    assert normalize_language(language_name(code)) == code
