"""The times of words whose text was changed."""

from __future__ import annotations

import re
from dataclasses import replace
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Final

from wyoming_whisper.values import Word

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from wyoming_whisper.values import Hypothesis

_WORD: Final = re.compile(r"\s*\S+")


def rewritten(hypothesis: Hypothesis, text: str) -> Hypothesis:
    """Return a hypothesis with another text, whose words have the times of those that they replace.

    Words that stay keep theirs. Words in the place of others share the time of those, by their
    letters; words that are put in where none was have no time, at the end of the word before.
    """
    words = tuple(_rewritten(hypothesis.words, text)) if hypothesis.words else ()
    return replace(hypothesis, text=text, words=words)


def _rewritten(words: Sequence[Word], text: str) -> Iterator[Word]:
    texts = _WORD.findall(text)
    old = [word.text.strip() for word in words]
    matcher = SequenceMatcher(None, old, [t.strip() for t in texts], autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            for word, new in zip(words[a:b], texts[c:d], strict=True):
                yield replace(word, text=_spaced(new, words[0].text, is_first=new is texts[0]))
        elif c < d:
            yield from _shared(words, a, b, texts[c:d], is_first=c == 0)


def _shared(
    words: Sequence[Word], first: int, last: int, texts: Sequence[str], *, is_first: bool
) -> Iterator[Word]:
    """Yield words in the place of others."""
    replaced = words[first:last]
    start = replaced[0].start if replaced else (words[first - 1].end if first else words[0].start)
    end = replaced[-1].end if replaced else start
    known = [word.probability for word in replaced if word.probability is not None]
    n_tokens = sum(word.n_tokens for word in replaced)
    letters = sum(len(text.strip()) for text in texts)
    done = 0
    for number, text in enumerate(texts):
        begin = start + (end - start) * done // letters
        done += len(text.strip())
        yield Word(
            _spaced(text, words[0].text, is_first=is_first and number == 0),
            begin,
            start + (end - start) * done // letters,
            min(known, default=None),
            n_tokens if number == 0 else 0,
        )


def _spaced(text: str, first_text: str, *, is_first: bool) -> str:
    """Return a word's text with white space before it as the model writes it."""
    return (" " if first_text[:1].isspace() else "") + text.lstrip() if is_first else text
