"""Hosts on one cable, made of network namespaces."""

from __future__ import annotations

import contextlib
import ctypes
import itertools
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

_CLONE_NEWNET: Final = 0x40000000
_NAMESPACES: Final = Path("/var/run/netns")
_LIBC: Final = ctypes.CDLL(None, use_errno=True)
_numbers: Final = itertools.count()


@dataclass(frozen=True)
class Host:
    """A network namespace."""

    name: str

    def ip(self, command: str) -> None:
        """Run ``ip`` in it."""
        _ip(f"-n {self.name} {command}")

    @contextlib.contextmanager
    def entered(self) -> Iterator[None]:
        """Be there: sockets opened and programs started meanwhile stay there."""
        with Path("/proc/thread-self/ns/net").open() as home:
            with (_NAMESPACES / self.name).open() as there:
                _move_to(there.fileno())
            try:
                yield
            finally:
                _move_to(home.fileno())


@contextlib.contextmanager
def cable() -> Iterator[tuple[Host, Host]]:
    """Two hosts whose interfaces eth0 are connected; up, and without addresses."""
    if os.geteuid() != 0 or shutil.which("ip") is None:
        pytest.skip("network namespaces need root and iproute2")
    prefix = f"wyoming-{os.getpid()}-{next(_numbers)}"
    ends = Host(f"{prefix}-a"), Host(f"{prefix}-b")
    with contextlib.ExitStack() as stack:
        for end in ends:
            try:
                _ip(f"netns add {end.name}")
                stack.callback(_ip, f"netns delete {end.name}")
                with end.entered():
                    # The kernel would try an IPv6 address for a second before it may be used.
                    for scope in "all", "default":
                        Path(f"/proc/sys/net/ipv6/conf/{scope}/accept_dad").write_text("0")
            except (OSError, subprocess.CalledProcessError) as error:
                reason = error.stderr if isinstance(error, subprocess.CalledProcessError) else error
                pytest.skip(f"network namespaces cannot be made here: {reason}")
        ends[0].ip(f"link add eth0 type veth peer name eth0 netns {ends[1].name}")
        for end in ends:
            end.ip("link set lo up")
            end.ip("link set eth0 up")
        yield ends


def _ip(command: str) -> None:
    subprocess.run(["ip", *command.split()], check=True, capture_output=True, text=True)


def _move_to(namespace: int) -> None:
    """Move this thread, and with it the processes that it starts."""
    if _LIBC.setns(namespace, _CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "setns")
