"""What schemathesis cannot know of our API: what speech is, and which texts mean something."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import schemathesis
from fakes import silence
from hostile_files import wav
from hypothesis import strategies as st
from recordings import COMMANDS

if TYPE_CHECKING:
    from schemathesis import HookContext, SerializationContext

_SPEECH: Final = COMMANDS[8].samples
_FILES: Final = [*(wav(_SPEECH[: round(s * 16_000)]) for s in (1.0, 0.6, 0.2)), wav(silence(0.2))]
# Other texts are refused, which a schema for all models and all spellings cannot say.
_LANGUAGES: Final = ["en", "EN-us", "English"]
_STRATEGIES: Final = ["auto", '{"type": "server_vad", "threshold": 0.4}']

schemathesis.openapi.format("binary", st.sampled_from(_FILES))
schemathesis.openapi.media_type("audio/wav", st.sampled_from(_FILES))


@schemathesis.serializer("audio/wav")
def as_it_is(_: SerializationContext, value: Any) -> bytes:  # noqa: ANN401 - negative data may be anything
    """Send a body as bytes."""
    return value if isinstance(value, bytes) else str(value).encode()


@schemathesis.hook
def before_load_schema(_: HookContext, schema: dict[str, Any]) -> None:
    """Say what the embedded model takes."""
    paths = schema["paths"]
    for name in ("transcriptions", "translations"):
        body = paths[f"/v1/audio/{name}"]["post"]["requestBody"]
        fields = body["content"]["multipart/form-data"]["schema"]["properties"]
        fields["language"] |= {"enum": _LANGUAGES, "example": _LANGUAGES[0]}
        fields["languages[]"]["items"] = {"enum": _LANGUAGES}
        fields["chunking_strategy"]["enum"] = _STRATEGIES
    for parameter in paths["/api/speech-to-text"]["post"]["parameters"]:
        if parameter["name"] == "language":
            parameter["schema"] |= {"enum": ["", *_LANGUAGES]}
