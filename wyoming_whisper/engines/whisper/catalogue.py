"""The names that Whisper models go by, where they are on the Hub, and which `auto` prefers."""

from __future__ import annotations

from typing import Final

from wyoming_whisper.language import WHISPER_LANGUAGES

HOME_EN: Final = "home-en"
AUTO: Final = "auto"

# Short names as faster-whisper has them → CTranslate2 conversions on the Hugging Face Hub.
HUB: Final = {
    "tiny": "Systran/faster-whisper-tiny",
    "tiny.en": "Systran/faster-whisper-tiny.en",
    "base": "Systran/faster-whisper-base",
    "base.en": "Systran/faster-whisper-base.en",
    "small": "Systran/faster-whisper-small",
    "small.en": "Systran/faster-whisper-small.en",
    "medium": "Systran/faster-whisper-medium",
    "medium.en": "Systran/faster-whisper-medium.en",
    "large-v1": "Systran/faster-whisper-large-v1",
    "large-v2": "Systran/faster-whisper-large-v2",
    "large-v3": "Systran/faster-whisper-large-v3",
    "large": "Systran/faster-whisper-large-v3",
    "large-v3-turbo": "mobiuslabsgmbh/faster-whisper-large-v3-turbo",
    "turbo": "mobiuslabsgmbh/faster-whisper-large-v3-turbo",
    **{
        f"{size}{joint}int8": f"rhasspy/faster-whisper-{size}-int8"
        for size in ("tiny", "base", "small", "medium")
        for joint in "-."
    },
    "distil-small.en": "Systran/faster-distil-whisper-small.en",
    "distil-medium.en": "Systran/faster-distil-whisper-medium.en",
    "distil-large-v2": "Systran/faster-distil-whisper-large-v2",
    "distil-large-v3": "Systran/faster-distil-whisper-large-v3",
    "distil-large-v3.5": "distil-whisper/distil-large-v3.5-ct2",
}
# What `auto` prefers. On a CPU the light must go on within a second or so, which leaves three.
PREFERRED: Final = {
    "cuda": (
        "large-v3-turbo", "large-v3", "large-v2", "distil-large-v3.5", "distil-large-v3",
        "medium", "small", "base", "medium.en", "small.en", "base.en", "tiny", "tiny.en",
    ),
    "cpu": ("base", "small", "base.en", "small.en", "tiny", "tiny.en"),
}  # fmt: skip

BEAMS: Final = 5
"""Of a search, where a model says nothing else: OpenAI's own number, and faster-whisper's."""
ENGLISH: Final = frozenset({"en"})
BEFORE_V3: Final = WHISPER_LANGUAGES - {"yue"}
"""What multilingual models before large-v3 understand."""


def hub_id(name: str) -> str | None:
    """Return the Hub id that a short name stands for, or that a name is; ``None`` if neither."""
    return HUB.get(name) or (name if is_repo_id(name) else None)


def languages_by_name(name: str) -> frozenset[str]:
    """Guess what a model understands by its name."""
    if name.endswith(".en"):
        return ENGLISH
    v3 = any(part in name for part in ("large-v3", "turbo")) or name == "large"
    return WHISPER_LANGUAGES if v3 else BEFORE_V3


def is_repo_id(name: str) -> bool:
    """Tell whether a name may be a Hub id, ``owner/repository``."""
    owner, slash, repository = name.partition("/")
    return bool(slash) and all(
        part
        and not part.startswith(".")
        and part.replace("-", "").replace(".", "").replace("_", "").isalnum()
        for part in (owner, repository)
    )
