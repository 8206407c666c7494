"""What the model is told before it decodes, as tokens."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Final

from faster_whisper.tokenizer import Tokenizer

from wyoming_whisper.values import Task

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import tokenizers

    from wyoming_whisper.values import DecodeOptions

MAX_LENGTH: Final = 448
"""The size of Whisper's decoder position table, prompt included."""

# What five special tokens leave of the half of the table, and one position, that is the prompt's
# where the longest text is still to fit.
_MAX_PROMPT_TOKENS: Final = MAX_LENGTH // 2 + 1 - 5


class Prompts:
    """Writes the prompts of one model.

    Args:
        vocabulary: The model's own tokenizer.
        multilingual: Whether it is told a language and a task.
    """

    def __init__(self, vocabulary: tokenizers.Tokenizer, *, multilingual: bool) -> None:
        self._vocabulary = vocabulary
        self._multilingual = multilingual

    def tokenizer(self, language: str, task: Task = Task.TRANSCRIBE) -> Tokenizer:
        """Return the tokenizer for texts of a language and a task."""
        return Tokenizer(self._vocabulary, self._multilingual, task.value, language)

    def tokens(self, options: DecodeOptions, language: str) -> list[int]:
        """Return all that goes before a text. How many they are depends on the options only."""
        tokenizer = self.tokenizer(language, options.task)
        previous = _previous(options, tokenizer.encode)
        if previous:
            previous.insert(0, tokenizer.sot_prev)
        return [*previous, *tokenizer.sot_sequence, tokenizer.no_timestamps]


def split_hotwords(hotwords: str) -> list[str]:
    """Return the hot words between commas."""
    return [word for part in hotwords.split(",") if (word := part.strip())]


def count_fitting(words: Sequence[str], room: int, n_tokens: Callable[[str], int]) -> int:
    """Return how many hot words, from the first, fit into so many tokens; the rest is dropped.

    Args:
        words: The hot words.
        room: Tokens that they may have, with the commas between them.
        n_tokens: Tells how many a text has.
    """
    most = min(len(words), room)  # there is a token in each
    return bisect_right(
        range(1, most + 1), room, key=lambda count: n_tokens(_joined(words[:count]))
    )


def _previous(options: DecodeOptions, encode: Callable[[str], list[int]]) -> list[int]:
    """Return the tokens of the text that seems to go before: the hot words, then the prompt.

    The prompt's end is what the speech continues, so the prompt goes first where room is short.
    """
    prompt = options.prompt.strip()
    after = encode(f" {prompt}")[-_MAX_PROMPT_TOKENS:] if prompt else []
    room = _MAX_PROMPT_TOKENS - len(after)
    words = split_hotwords(options.hotwords)
    if len(words) == 1:  # words in a row, for all we know: there is no comma to cut at
        return [*encode(_joined(words))[:room], *after]
    fitting = words[: count_fitting(words, room, lambda text: len(encode(text)))]
    return [*(encode(_joined(fitting)) if fitting else ()), *after]


def _joined(hotwords: Sequence[str]) -> str:
    return f" {', '.join(hotwords)}"
