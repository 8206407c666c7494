"""Requests' bodies: forms, their texts and their files, or nothing but a file.

What goes wrong while a body is read is raised as one of our errors; the framework's own would be
unknown to who counts the request.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, BinaryIO, Final

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from wyoming_whisper.audio.pcm_format import PcmFormat
from wyoming_whisper.errors import ClientGone, InvalidParameter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.datastructures import FormData
    from starlette.requests import Request

# APIs have some thirty fields, of which three are lists; nobody expects more names than this.
_MAX_FIELDS: Final = 1_000
_BARE_SAMPLES: Final = frozenset({"audio/pcm", "audio/raw", "audio/x-raw"})
_BARE_RATE: Final = 16_000


async def read_form(request: Request) -> FormData:
    """Read a form; its file, if it is large, to the disk. It has to be closed.

    Raises:
        InvalidParameter: If it is no form, or holds more than any API asks for.
        ClientGone: If the client leaves before its end.
    """
    with _own_errors():
        try:
            return await request.form(max_files=1, max_fields=_MAX_FIELDS)
        except UnicodeError:
            # Of Python's codecs, Starlette takes any that the client names.
            raise InvalidParameter(
                "the form's texts are not in the charset that it names"
            ) from None


async def read_file(request: Request, file: BinaryIO) -> None:
    """Write a body to a file.

    Raises:
        ClientGone: If the client leaves before its end.
    """
    with _own_errors():
        async for part in request.stream():
            file.write(part)


def form_texts(form: FormData) -> dict[str, list[str]]:
    """Return all texts of each field.

    Raises:
        InvalidParameter: If one of them is no Unicode.
    """
    texts = {name: [text for text in form.getlist(name) if isinstance(text, str)] for name in form}
    try:
        for name, given in texts.items():
            "".join([name, *given]).encode()
    except UnicodeEncodeError:
        # A codec that decodes to halves of characters, which neither models nor answers can hold.
        raise InvalidParameter("the form's texts are no Unicode") from None
    return texts


def form_file(form: FormData, name: str) -> UploadFile:
    """Return the file of a field.

    Raises:
        InvalidParameter: If there is none.
    """
    file = form.get(name)
    if not isinstance(file, UploadFile):
        raise InvalidParameter(f"{name} must be an uploaded file", parameter=name)
    return file


def bare_samples(content_type: str | None) -> PcmFormat | None:
    """Return the format of what says that it is bare samples; ``None`` for a container.

    Raises:
        UnsupportedAudio: If its rate is out of range.
    """
    kind, *parameters = (part.strip() for part in (content_type or "").lower().split(";"))
    if kind not in _BARE_SAMPLES:
        return None
    values = dict(parameter.split("=", 1) for parameter in parameters if "=" in parameter)
    texts = {name: text.strip('"') for name, text in values.items()}
    numbers = {name: int(text) for name, text in texts.items() if text.isdecimal()}
    return PcmFormat(numbers.get("rate", _BARE_RATE), 2, numbers.get("channels", 1))


@contextlib.contextmanager
def _own_errors() -> Iterator[None]:
    try:
        yield
    except ClientDisconnect:
        raise ClientGone("the client has left") from None
    except HTTPException as error:  # all that Starlette raises of a form is the client's fault
        raise InvalidParameter(str(error.detail)) from None
