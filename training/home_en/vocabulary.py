"""The part of Whisper's vocabulary that home-en keeps.

Half of tiny.en's weights are the embeddings of 50,257 pieces of text, most of which are no English
that anybody says: code, links, other scripts. Those are dropped, and with them nearly half of the
file and a third of a decode. Kept are

- every byte, so any text can still be written;
- the pieces of the most frequent words (wordfreq's list of English, with and without a capital),
  and those of the words of our own grammar;
- numbers of up to four digits, and marks;
- whatever the merges of these pass through, so a text is cut into the same pieces as before.

A word whose piece was dropped is written in smaller ones.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from tokenizers import Tokenizer
from wordfreq import top_n_list, word_frequency

from .weights import EMBEDDING, read_weights, write_spec

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

_BYTES: Final = 256
_WORDS: Final = 150_000
_PIECES: Final = 25_000
# How much rarer a word is with a capital, where nothing is known of it.
_CAPITAL: Final = 0.1
_NUMBER_OR_MARKS: Final = re.compile(r"Ġ?(?:[0-9]{1,4}|[!-/:-@\[-`{-~]{1,3})")
_END: Final = "<|endoftext|>"


def prune(original: Path, texts: Iterable[str], target: Path) -> None:
    """Write a model with the part of its vocabulary that is kept, in float16.

    Args:
        original: The model's directory, with ``tokenizer.json`` and ``vocabulary.txt``.
        texts: Whose words are kept whole.
        target: The directory to write.
    """
    tokenizer = json.loads((original / "tokenizer.json").read_bytes())
    config = json.loads((original / "config.json").read_bytes())
    vocabulary = (original / "vocabulary.txt").read_text().splitlines()
    pieces = _kept(original, tokenizer["model"], texts, config["suppress_ids"])
    first_special = tokenizer["model"]["vocab"][_END]
    kept = sorted(pieces | set(range(first_special, len(vocabulary))))
    new_ids = {old: new for new, old in enumerate(kept)}
    weights = read_weights(original)
    weights[EMBEDDING] = weights[EMBEDDING][kept]
    for key in ("suppress_ids", "suppress_ids_begin"):
        config[key] = [new_ids[old] for old in config[key]]
    config["lang_ids"] = []
    write_spec(weights, config, [vocabulary[old] for old in kept], target, "float16")
    _renumber(tokenizer, new_ids)
    path = target / "tokenizer.json"
    path.write_text(json.dumps(tokenizer, ensure_ascii=False, separators=(",", ":")) + "\n")


def _kept(
    original: Path, model: dict[str, Any], texts: Iterable[str], never_written: Iterable[int]
) -> set[int]:
    """Return the ids of the pieces of text that are kept."""
    tokenizer = Tokenizer.from_file(str(original / "tokenizer.json"))
    ids: dict[str, int] = model["vocab"]
    names = {index: name for name, index in ids.items()}

    def pieces(text: str) -> list[int]:
        found: list[int] = tokenizer.encode(f" {text}", add_special_tokens=False).ids
        return found

    weights: Counter[int] = Counter()
    for word in top_n_list("en", _WORDS):
        frequency = word_frequency(word, "en")
        for piece in pieces(word):
            weights[piece] += frequency
        for piece in pieces(word.capitalize()):
            weights[piece] += _CAPITAL * frequency
    kept = {piece for piece, _ in weights.most_common(_PIECES)}
    kept.update(piece for text in texts for piece in pieces(text))
    kept.update(index for name, index in ids.items() if _NUMBER_OR_MARKS.fullmatch(name))
    # What is never written at all would be taken for its first byte, if it were not there.
    kept.update(index for index in never_written if index in names)
    halves = {left + right: (left, right) for left, right in _pairs(model)}
    todo = [names[index] for index in (*range(_BYTES), *kept)]
    reached: set[str] = set()
    while todo:
        name = todo.pop()
        if name not in reached:
            reached.add(name)
            todo.extend(halves.get(name, ()))
    return {ids[name] for name in reached}


def _renumber(tokenizer: dict[str, Any], new_ids: Mapping[int, int]) -> None:
    """Leave in a ``tokenizer.json`` what is kept, under its new ids."""
    model = tokenizer["model"]
    pairs = _pairs(model)
    model["vocab"] = {name: new_ids[i] for name, i in model["vocab"].items() if i in new_ids}
    kept = model["vocab"].keys()
    model["merges"] = [list(pair) for pair in pairs if {*pair, "".join(pair)} <= kept]
    for token in tokenizer["added_tokens"]:
        token["id"] = new_ids[token["id"]]
    for token in tokenizer["post_processor"]["special_tokens"].values():
        token["ids"] = [new_ids[old] for old in token["ids"]]


def _pairs(model: dict[str, Any]) -> list[tuple[str, str]]:
    """Return what BPE merges, in the order of its ranks."""
    return [tuple(m.split(" ") if isinstance(m, str) else m) for m in model["merges"]]
