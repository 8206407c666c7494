"""The tree of errors, and how tables of them are read."""

from __future__ import annotations

import re

import pytest
from error_kinds import below

from wyoming_whisper import errors
from wyoming_whisper.errors import (
    ClientError,
    EngineFailed,
    InvalidParameter,
    Overloaded,
    ServiceError,
    WyomingWhisperError,
    entry_of,
    public_message,
)


def _drawn_tree() -> dict[str, str]:
    """Read the docstring's drawing: each error's name and its base's."""
    bases: dict[str, str] = {}
    branch: list[str] = []
    for line in (errors.__doc__ or "").splitlines():
        found = re.match(r"    ([│ ├└─]*)(\w+)", line)
        if found is not None:
            depth, name = len(found[1]) // 4, found[2]
            del branch[depth:]
            if branch:
                bases[name] = branch[-1]
            branch.append(name)
    return bases


def test_drawn_tree_is_the_class_tree() -> None:
    """The tree in the module's docstring is the tree of its classes."""
    assert _drawn_tree() == {
        cls.__name__: cls.__bases__[0].__name__ for cls in below(WyomingWhisperError)
    }


def test_a_client_error_names_its_parameter() -> None:
    """An error of one of a request's parameters says which."""
    assert InvalidParameter("must be a number", parameter="temperature").parameter == "temperature"


def test_a_derived_error_is_reported_as_its_base() -> None:
    """An error that is not in a table has the entry of its nearest base that is, or a bug's."""

    class QueueFull(Overloaded):
        pass

    table: dict[type[WyomingWhisperError], str] = {
        ServiceError: "service",
        Overloaded: "overloaded",
        ClientError: "client",
    }
    assert entry_of(QueueFull, table, "bug") == "overloaded"
    assert entry_of(EngineFailed, table, "bug") == "service"
    assert entry_of(WyomingWhisperError, table, "bug") == "bug"
    assert entry_of(KeyError, table, "bug") == "bug"


def test_own_errors_are_told_in_their_words() -> None:
    """A peer is told the text of an error that was raised on purpose."""
    assert public_message(Overloaded("too many connections")) == "too many connections"


@pytest.mark.parametrize("error", [KeyError("secret"), RuntimeError("secret"), OSError(2, "s")])
def test_a_bug_is_told_without_its_insides(error: Exception) -> None:
    """A peer learns of a bug no more than that it was one."""
    assert public_message(error) == "internal error"
