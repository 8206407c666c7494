"""Which names of a home are near to what was said, by spelling and by sound.

Theory of operation. A *form* is a spelling of a name: its text, an alias, or what it sounds like.
Forms and spans of words are compared joined, so that blanks between words count for nothing.

1. Letters: the Levenshtein distance of the keys over the length of the longer one (RapidFuzz).
2. Sounds: the same distance of phonetic keys: Metaphone (jellyfish) for English, Kölner Phonetik
   (cologne-phonetics) for German. Both are consonants without their spelling, and the kind of vowel
   that a word begins with is dropped here. Words are encoded one by one and joined, so "wohn
   zimmer" sounds like "Wohnzimmer". For other languages there is no key: Double Metaphone is made
   for how English speakers read foreign names, which a French or a Polish decoder does not, and it
   brought nothing over Metaphone in English.
3. The distance is that of the letters, or the mean of letters and sounds where that is smaller: two
   names with the same consonants are not the same ("Kate", "kid"), but half as far as they look.
   Equal keys have distance 0, and different ones never.
4. Short names have many neighbours, so whatever was asked for, a form of few characters is matched
   at no more than the distance that `_LIMITS` has for it.
5. Digits are never misheard for others: both must have the same, in the same order.

Comparing each span with each form would take too long. Features of a form are the pairs of
neighbours in its key and in its sounds; an inverted index counts how many a span shares with each
form, and only forms that share enough of the larger number are compared. The share was chosen on
the transcripts of benchmarks/household_names.py: of the matches up to a distance of 0.3 it loses
none, of those up to 0.5 one in fifty.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Final

import numpy as np

from wyoming_whisper.household.wording import keys_of

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterator, Sequence

    import numpy.typing as npt

    from wyoming_whisper.household.vocabulary import Name, NameKind


# Up to how many characters of a form, which distance at most: none, a letter that sounds the same,
# or one that does not.
_LIMITS: Final = ((3, 0.0), (5, 0.13), (7, 0.25))
# A form shares at least this part of the features, less the distance that is asked for.
_SHARED: Final = 0.7
_SHARED_AT_LEAST: Final = 0.2
# A span is at most this many times as long as a form, or the other way round.
_LONGER: Final = 1.5
# How many counts of shared features are held at once: so few that the allocator uses their memory
# again. Larger arrays are fresh pages at every call, which took twice the time.
_BLOCK: Final = 12_000
# Letters of Metaphone and the digit of Kölner Phonetik; and what all of them count as.
_VOWELS: Final = frozenset("AEIOU0")
_VOWEL: Final = "a"
# Words whose sounds are kept: all of a large home's, and of some hours of talk.
_REMEMBERED: Final = 10_000


@dataclass(frozen=True, slots=True)
class NameMatch:
    """A name near to some of the words that were said.

    Attributes:
        first: Index of the first of them.
        last: Index behind the last one.
        name: What may have been meant.
        written: The name or its alias, as it is written.
        distance: From 0, the same, to 1, nothing alike.
    """

    first: int
    last: int
    name: Name
    written: str
    distance: float


@dataclass(frozen=True, slots=True)
class _Form:
    """A spelling of a name, and how it sounds."""

    name: Name
    written: str
    words: tuple[str, ...]
    key: str
    sounds: str


class NameIndex:
    """Finds names in what was said.

    Args:
        names: The names.
        language: Whisper's code of what is spoken.

    Attributes:
        words: Keys of the words that the names are made of.
    """

    def __init__(self, names: Sequence[Name], language: str) -> None:
        # Here, and neither at the start of a server nor in the first command: it takes 50 ms.
        from rapidfuzz.distance import Levenshtein  # noqa: PLC0415
        from rapidfuzz.process import cpdist  # noqa: PLC0415

        self._distances = partial(cpdist, scorer=Levenshtein.normalized_distance)
        self._sounds = _Sounds(language)
        self._forms = [
            _Form(name, written, words, "".join(words), self._sounds(words))
            for name in names
            for written, words in _spellings(name)
        ]
        self.words: Final = frozenset(word for form in self._forms for word in form.words)
        # The first words of a form, which has more → its names.
        self._begun: defaultdict[tuple[str, ...], list[Name]] = defaultdict(list)
        for form in self._forms:
            for n_words in range(1, len(form.words)):
                self._begun[form.words[:n_words]].append(form.name)
        self._longest = max((len(form.words) for form in self._forms), default=0)
        self._exact: dict[str, list[int]] = {}
        # Feature → the forms that have it.
        postings: dict[str, list[int]] = {}
        # Of each form: how many features and characters it has, its limit, and which digits.
        self._n_features = np.zeros(len(self._forms), np.int32)
        self._n_characters = np.array([len(form.key) for form in self._forms], np.int32)
        self._limits = np.array([_limit(len(form.key)) for form in self._forms])
        self._digits = {"": 0}
        self._digits_of = np.array(
            [self._digits.setdefault(_digits(f.key), len(self._digits)) for f in self._forms],
            np.int32,
        )
        for place, form in enumerate(self._forms):
            self._exact.setdefault(form.key, []).append(place)
            features = _features(form.key, form.sounds)
            self._n_features[place] = len(features)
            for feature in features:
                postings.setdefault(feature, []).append(place)
        self._postings = {
            feature: np.array(places, np.intp) for feature, places in postings.items()
        }
        # The lengths that a span may have to be near to some form.
        self._lengths = {
            length
            for n_characters in {len(form.key) for form in self._forms}
            for length in _near_lengths(n_characters)
        }

    def matches(
        self,
        words: Sequence[str],
        *,
        max_distance: float,
        kinds: Container[NameKind] | None = None,
    ) -> list[NameMatch]:
        """Return the names near to spans of words: by first and last word, the nearest first.

        A name is found once in a span, in the spelling that is nearest.

        Args:
            words: Their keys.
            max_distance: Of a match, at most; short names have smaller limits.
            kinds: What names to find; all where there is no choice.
        """
        spans = [
            (first, last, key)
            for first in range(len(words))
            for last in range(first + 1, min(first + self._longest + 1, len(words)) + 1)
            if len(key := "".join(words[first:last])) in self._lengths
        ]
        nearest: dict[tuple[int, int, int], NameMatch] = {}
        for match in self._near(words, spans, max_distance):
            if kinds is None or match.name.kind in kinds:
                place = match.first, match.last, id(match.name)
                if place not in nearest or match.distance < nearest[place].distance:
                    nearest[place] = match
        return sorted(nearest.values(), key=lambda m: (m.first, m.last, m.distance))

    def beginning_with(self, words: Sequence[str]) -> Sequence[Name]:
        """Return the names that begin with some words, by their keys, and have more."""
        return self._begun.get(tuple(words), ())

    def _near(
        self, words: Sequence[str], spans: Sequence[tuple[int, int, str]], max_distance: float
    ) -> Iterator[NameMatch]:
        for first, last, key in spans:
            for place in self._exact.get(key, ()):
                form = self._forms[place]
                yield NameMatch(first, last, form.name, form.written, 0.0)
        if max_distance <= 0:
            return
        keys = [key for _, _, key in spans]
        sounds = [self._sounds(words[first:last]) for first, last, _ in spans]
        share = max(_SHARED - max_distance, _SHARED_AT_LEAST)
        n_spans = max(1, _BLOCK // max(len(self._forms), 1))
        spots: list[int] = []
        places: list[int] = []
        for start in range(0, len(spans), n_spans):
            block = slice(start, start + n_spans)
            found, forms = self._candidates(keys[block], sounds[block], share)
            spots += (start + spot for spot in found)
            places += forms
        letters = self._distances(
            [keys[spot] for spot in spots], [self._forms[place].key for place in places]
        )
        # What sounds the same may look twice as far away.
        allowed = np.minimum(max_distance, self._limits[places])
        near = np.flatnonzero((letters > 0) & (letters <= 2 * allowed))
        heard = self._distances(
            [sounds[spots[pair]] for pair in near],
            [self._forms[places[pair]].sounds for pair in near],
        )
        for pair, sound in zip(near.tolist(), heard.tolist(), strict=True):
            spelling, form = float(letters[pair]), self._forms[places[pair]]
            known = sounds[spots[pair]] and form.sounds
            distance = min(spelling, (spelling + sound) / 2) if known else spelling
            if distance <= allowed[pair]:
                first, last, _ = spans[spots[pair]]
                yield NameMatch(first, last, form.name, form.written, distance)

    def _candidates(
        self, keys: Sequence[str], sounds: Sequence[str], share: float
    ) -> tuple[list[int], list[int]]:
        """Return spans and, beside each, a form that may be near, by their indices."""
        n_forms = len(self._forms)
        found: list[npt.NDArray[np.intp]] = []
        n_features = np.zeros(len(keys), np.int32)
        for spot, (key, sound) in enumerate(zip(keys, sounds, strict=True)):
            features = _features(key, sound)
            n_features[spot] = len(features)
            own = [self._postings[f] for f in features if f in self._postings]
            if own:
                found.append(np.concatenate(own) + spot * n_forms)
        if not found:
            return [], []
        shared = np.bincount(np.concatenate(found), minlength=len(keys) * n_forms)
        # Nearly all share fewer than even the smallest form needs, and are looked at no more.
        fewest = np.ceil(share * np.maximum(n_features, self._n_features.min())).astype(np.intp)
        cells = (shared.reshape(len(keys), n_forms) >= fewest[:, None]).ravel().nonzero()[0]
        spots, places = np.divmod(cells, n_forms)
        n_characters = np.array([len(key) for key in keys])[spots]
        digits = np.array([self._digits.get(_digits(key), -1) for key in keys])[spots]
        lengths = self._n_characters[places]
        kept = (
            (shared[cells] >= share * np.maximum(n_features[spots], self._n_features[places]))
            & (self._digits_of[places] == digits)
            & (self._limits[places] > 0)
            & (n_characters <= _LONGER * lengths)
            & (lengths <= _LONGER * n_characters)
        )
        return spots[kept].tolist(), places[kept].tolist()


def _spellings(name: Name) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield what is written for a name, and the words that are heard for it."""
    for text in (name.text, *name.aliases):
        if words := keys_of(text):
            yield text, words
    for text in name.sounds_like:
        if words := keys_of(text):
            yield name.text, words


def _features(key: str, sounds: str) -> set[str]:
    """Return the pairs of neighbours in a key, and in how it sounds; both have ends."""
    padded, heard = f" {key} ", f"/{sounds}/"
    features = {padded[place : place + 2] for place in range(len(padded) - 1)}
    if sounds:
        features |= {f"/{heard[place : place + 2]}" for place in range(len(heard) - 1)}
    return features


def _near_lengths(n_characters: int) -> range:
    """Return the lengths of what may be near to a form of so many characters."""
    if _limit(n_characters) == 0:
        return range(n_characters, n_characters + 1)
    return range(int(n_characters / _LONGER), int(n_characters * _LONGER) + 1)


def _limit(n_characters: int) -> float:
    return next((limit for most, limit in _LIMITS if n_characters <= most), 1.0)


def _digits(key: str) -> str:
    return "".join(filter(str.isdigit, key))


def _encoder(language: str) -> Callable[[str], str] | None:
    """Return what encodes a word of a language by its sound, or ``None``."""
    if language == "en":
        from jellyfish import metaphone  # noqa: PLC0415 - each home needs one of these at most

        return metaphone
    if language == "de":
        from cologne_phonetics import encode  # noqa: PLC0415

        return lambda word: "".join(code for _, code in encode(word))
    return None


class _Sounds:
    """How words of a language sound together; an empty text where there is no key for it."""

    def __init__(self, language: str) -> None:
        encoder = _encoder(language)
        self._encode = lru_cache(_REMEMBERED)(encoder) if encoder is not None else None

    def __call__(self, words: Sequence[str]) -> str:
        if self._encode is None:
            return ""
        joined = ""
        for word in words:
            code = self._encode(word)
            if code[:1] in _VOWELS:
                # Inside a word no vowel counts, and which one it is does not at the start.
                code = code[1:] if joined else _VOWEL + code[1:]
            joined += code[1:] if joined[-1:] == code[:1] else code
        return joined
