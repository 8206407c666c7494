"""Every spelling of a language that clients use, and Whisper's code for it."""

from __future__ import annotations

from typing import Final

from wyoming_whisper.errors import UnsupportedLanguage

# Code, ISO 639-3 code(s) and English name(s) of the languages in Whisper's vocabulary (the names as
# in openai/whisper's tokenizer.py, plus its own aliases).
_LANGUAGES: Final = """
af afr afrikaans | am amh amharic | ar ara arabic | as asm assamese | az aze azerbaijani
ba bak bashkir | be bel belarusian | bg bul bulgarian | bn ben bengali | bo bod tib tibetan
br bre breton | bs bos bosnian | ca cat catalan valencian | cs ces cze czech | cy cym wel welsh
da dan danish | de deu ger german | el ell gre greek | en eng english
es spa spanish castilian | et est estonian | eu eus baq basque | fa fas per persian
fi fin finnish | fo fao faroese | fr fra fre french | gl glg galician | gu guj gujarati
ha hau hausa | haw hawaiian | he heb hebrew iw | hi hin hindi | hr hrv croatian
ht hat haitian_creole haitian | hu hun hungarian | hy hye arm armenian | id ind indonesian in
is isl ice icelandic | it ita italian | ja jpn japanese | jw jav javanese jv
ka kat geo georgian | kk kaz kazakh | km khm khmer | kn kan kannada | ko kor korean
la lat latin | lb ltz luxembourgish letzeburgesch | ln lin lingala | lo lao
lt lit lithuanian | lv lav latvian | mg mlg malagasy | mi mri mao maori
mk mkd mac macedonian | ml mal malayalam | mn mon mongolian | mr mar marathi
ms msa may malay | mt mlt maltese | my mya bur myanmar burmese | ne nep nepali
nl nld dut dutch flemish | nn nno nynorsk | no nor norwegian nb nob bokmål | oc oci occitan
pa pan punjabi panjabi | pl pol polish | ps pus pashto pushto | pt por portuguese
ro ron rum romanian moldavian moldovan | ru rus russian | sa san sanskrit | sd snd sindhi
si sin sinhala sinhalese | sk slk slo slovak | sl slv slovenian | sn sna shona
so som somali | sq sqi alb albanian | sr srp serbian | su sun sundanese | sv swe swedish
sw swa swahili | ta tam tamil | te tel telugu | tg tgk tajik | th tha thai
tk tuk turkmen | tl tgl tagalog fil filipino | tr tur turkish | tt tat tatar
uk ukr ukrainian | ur urd urdu | uz uzb uzbek | vi vie vietnamese | yi yid yiddish
yo yor yoruba | yue cantonese | zh zho chi chinese mandarin cmn ch cn
"""
_CODES: Final[dict[str, str]] = {
    spelling.replace("_", " "): spellings[0]
    for entry in _LANGUAGES.replace("\n", "|").split("|")
    if (spellings := entry.split())
    for spelling in spellings
}
# The first spelling that is too long for a code.
_NAMES: Final[dict[str, str]] = {
    spellings[0]: next((s for s in spellings if len(s) > 3), spellings[-1]).replace("_", " ")
    for entry in _LANGUAGES.replace("\n", "|").split("|")
    if (spellings := entry.split())
}
_DETECT: Final = frozenset({"", "auto", "und", "none"})
# The longest legal tag in use is under 40 characters (BCP 47, section 4.4.1 asks for 35).
_MAX_SPELLING: Final = 64

# Written without spaces between words.
_UNSPACED: Final = frozenset({"ja", "km", "lo", "my", "th", "yue", "zh"})

WHISPER_LANGUAGES: Final = frozenset(_CODES.values())
"""All codes; a model before large-v3 lacks ``yue``."""


def normalize_language(spelling: object) -> str | None:
    """Return Whisper's code for a language as clients spell it.

    Accepted in any case: Whisper's codes, English names, BCP 47 tags and their underscore form
    (``en-US``, ``pt_BR``, ``zh-Hans``), ISO 639-3 codes and historical aliases (``iw``, ``nb``).

    Returns:
        The code, or ``None`` where the language is to be detected (``None``, ``""``, ``"auto"``…).

    Raises:
        UnsupportedLanguage: If it is no string, or no language that Whisper knows.
    """
    if spelling is None:
        return None
    if not isinstance(spelling, str) or len(spelling) > _MAX_SPELLING:
        raise UnsupportedLanguage("language must be a short string such as 'en' or 'pt-BR'")
    name = " ".join(spelling.casefold().split())
    if name in _DETECT:
        return None
    code = _CODES.get(name) or _CODES.get(name.replace("_", "-").split("-")[0])
    if code is None:
        raise UnsupportedLanguage(f"unknown language {spelling!r}")
    return code


def language_name(code: str) -> str:
    """Return the lower-case English name of a language, as Whisper and OpenAI have it."""
    return _NAMES.get(code, code)


def space_between(before: str, after: str) -> str:
    """Return what separates texts of two languages: a space, unless neither is written with any."""
    return "" if before in _UNSPACED and after in _UNSPACED else " "
