"""Listeners' addresses."""

from __future__ import annotations

from pathlib import Path

import pytest

from wyoming_whisper.config.address import TcpAddress, UnixAddress, parse_uri


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("tcp://127.0.0.1:10300", TcpAddress("127.0.0.1", 10300)),
        ("tcp://[::]:1234", TcpAddress("::", 1234)),
        ("tcp://:10300", TcpAddress("", 10300)),
        ("tcp://homeserver", TcpAddress("homeserver", 10300)),
        ("tcp://127.0.0.1:0", TcpAddress("127.0.0.1", 0)),
        ("unix:///run/wyoming.sock", UnixAddress(Path("/run/wyoming.sock"))),
    ],
)
def test_uris(text: str, address: TcpAddress | UnixAddress) -> None:
    """Listeners are TCP addresses of either family, or Unix sockets."""
    assert parse_uri(text) == address


@pytest.mark.parametrize(
    "text",
    ["", "10300", "http://x:1", "tcp://x:y", "tcp://x:70000", "tcp://x:1/path", "unix://", "unix://a/b",
     "unix:///", "stdio://", "tcp://user@x:1", "tcp://[::1:80"],
)  # fmt: skip
def test_impossible_uris(text: str) -> None:
    """What is no listener is refused."""
    with pytest.raises(ValueError, match=r"."):
        parse_uri(text)


@pytest.mark.parametrize(
    ("host", "here"),
    [("", "localhost"), ("0.0.0.0", "127.0.0.1"), ("::", "::1"), ("192.0.2.2", "192.0.2.2")],
)
def test_where_a_machine_reaches_itself(host: str, here: str) -> None:
    """What listens everywhere is reached on the loopback, and other listeners where they are."""
    assert TcpAddress(host, 10300).host_here == here
