"""What the model is told before it decodes, as tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from faster_whisper.tokenizer import Tokenizer

from wyoming_whisper.transcript import Task

if TYPE_CHECKING:
    import tokenizers

    from wyoming_whisper.inference.engine import DecodeOptions

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
        tokens: list[int] = []
        if prompt := options.prompt.strip():
            tokens = [tokenizer.sot_prev, *tokenizer.encode(f" {prompt}")[-_MAX_PROMPT_TOKENS:]]
        return [*tokens, *tokenizer.sot_sequence, tokenizer.no_timestamps]
