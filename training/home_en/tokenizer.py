"""The byte-level BPE, its special tokens, and the character set of the CTC loss.

faster-whisper suppresses the first token of " -", " '" and " ♩" and, at the beginning, of " ".
With few merges that token could be the bare space, which then no sentence could contain. So the
first merges are forced: the space with every letter and digit and with "-", "'" and the byte
which begins "♩". After that no transcript holds a bare space, and what is suppressed is harmless.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

TEXT_TOKENS = 640
SPECIAL_TOKENS = (
    "<|endoftext|>",
    "<|startoftranscript|>",
    "<|en|>",
    "<|translate|>",
    "<|transcribe|>",
    "<|startoflm|>",
    "<|startofprev|>",
    "<|nospeech|>",
    "<|notimestamps|>",
)
TIMESTAMP_TOKENS = tuple(f"<|{index * 0.02:.2f}|>" for index in range(1501))
TIMESTAMP_STEP = 0.02
"""Seconds between two timestamp tokens."""

EOT = TEXT_TOKENS
SOT = TEXT_TOKENS + 1
PREVIOUS = TEXT_TOKENS + 6
NO_SPEECH = TEXT_TOKENS + 7
NO_TIMESTAMPS = TEXT_TOKENS + 8
FIRST_TIMESTAMP = TEXT_TOKENS + 9
VOCABULARY_SIZE = TEXT_TOKENS + len(SPECIAL_TOKENS) + len(TIMESTAMP_TOKENS)

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_SPACE = "Ġ"
_FORCED = tuple((_SPACE, symbol) for symbol in (*_LETTERS, *"0123456789", "-", "'", "â"))
_PIECES = re.compile(r"'s|'t|'re|'ve|'m|'ll|'d| ?[A-Za-z]+| ?[0-9]+| ?[^\sA-Za-z0-9]+|\s+")

CTC_CHARACTERS = "abcdefghijklmnopqrstuvwxyz'- "
"""CTC label of a character is its index + 1; 0 is the blank."""


def _byte_alphabet() -> list[str]:
    """GPT-2's printable stand-in of every byte, in token order."""
    shown = [*range(33, 127), *range(161, 173), *range(174, 256)]
    hidden = [byte for byte in range(256) if byte not in shown]
    return [chr(b) for b in shown] + [chr(256 + index) for index in range(len(hidden))]


def _merge(word: tuple[str, ...], pair: tuple[str, str]) -> tuple[str, ...]:
    out: list[str] = []
    for symbol in word:
        if out and (out[-1], symbol) == pair:
            out[-1] += symbol
        else:
            out.append(symbol)
    return tuple(out)


def learn(texts: Iterable[str]) -> tuple[list[str], list[tuple[str, str]]]:
    """The text tokens and merges learned from `texts`.

    Words count by the square root of how often they occur, lest a few command verbs take every
    merge. Ties are broken by the pair itself, so the result depends on the texts alone.
    """
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(piece.replace(" ", _SPACE) for piece in _PIECES.findall(" " + text))
    pieces = {tuple(piece): count**0.5 for piece, count in counts.items()}
    tokens = _byte_alphabet()
    merges: list[tuple[str, str]] = []
    while len(tokens) < TEXT_TOKENS:
        if len(merges) < len(_FORCED):
            pair = _FORCED[len(merges)]
        else:
            scores: Counter[tuple[str, str]] = Counter()
            for symbols, weight in pieces.items():
                for left, right in pairwise(symbols):
                    scores[left, right] += weight
            pair = max(scores, key=lambda p: (scores[p], p))
        merges.append(pair)
        tokens.append(pair[0] + pair[1])
        merged: dict[tuple[str, ...], float] = {}
        for symbols, weight in pieces.items():
            key = _merge(symbols, pair)
            merged[key] = merged.get(key, 0.0) + weight
        pieces = merged
    return tokens, merges


def vocabulary(tokens: list[str]) -> list[str]:
    """Every token in the order of its id."""
    return [*tokens, *SPECIAL_TOKENS, *TIMESTAMP_TOKENS]


def tokenizer_json(tokens: list[str], merges: list[tuple[str, str]]) -> dict[str, Any]:
    """The contents of `tokenizer.json`."""
    byte_level = {
        "type": "ByteLevel",
        "add_prefix_space": False,
        "trim_offsets": True,
        "use_regex": True,
    }
    added = [
        {
            "id": TEXT_TOKENS + index,
            "content": content,
            "single_word": False,
            "lstrip": False,
            "rstrip": False,
            "normalized": False,
            "special": index < len(SPECIAL_TOKENS),
        }
        for index, content in enumerate((*SPECIAL_TOKENS, *TIMESTAMP_TOKENS))
    ]
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": added,
        "normalizer": None,
        "pre_tokenizer": byte_level,
        "post_processor": None,
        "decoder": byte_level,
        "model": {
            "type": "BPE",
            "dropout": None,
            "unk_token": None,
            "continuing_subword_prefix": None,
            "end_of_word_suffix": None,
            "fuse_unk": False,
            "byte_fallback": False,
            "ignore_merges": False,
            "vocab": {token: index for index, token in enumerate(tokens)},
            "merges": [list(pair) for pair in merges],
        },
    }


def ctc_labels(text: str) -> list[int]:
    """Labels (≥ 1) of the spoken characters: lower case, no punctuation."""
    return [CTC_CHARACTERS.index(char) + 1 for char in text.lower() if char in CTC_CHARACTERS]


def timestamp(seconds: float) -> int:
    """The token of a time in the window (0..30 s)."""
    return FIRST_TIMESTAMP + min(max(round(seconds / TIMESTAMP_STEP), 0), 1500)
