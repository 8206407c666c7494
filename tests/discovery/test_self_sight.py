"""A probe on the loopback, and where there is no way for one."""

from __future__ import annotations

import pytest
from zeroconf.asyncio import AsyncServiceInfo, AsyncZeroconf

from wyoming_whisper.discovery.self_sight import look
from wyoming_whisper.discovery.zeroconf import SERVICE_TYPE


async def test_a_probe_is_seen() -> None:
    """What goes out through an interface comes in there; servers that answer are named."""
    info = AsyncServiceInfo(
        SERVICE_TYPE,
        f"kitchen-sight.{SERVICE_TYPE}",
        port=9,
        properties={"version": "1"},
        server="kitchen-sight.local.",
        addresses=[bytes((127, 0, 0, 1))],
    )
    async with AsyncZeroconf(interfaces=["127.0.0.1"]) as zeroconf:
        await (await zeroconf.async_register_service(info))
        sight = await look(["127.0.0.1"], 10)
    assert sight.itself
    assert "kitchen-sight" in sight.servers


# Zeroconf leaves it to the garbage collector to close its sockets where one cannot be made.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
async def test_an_interface_that_is_not_there() -> None:
    """An address of another machine cannot be announced through."""
    with pytest.raises(OSError, match=r"."):
        await look(["192.0.2.77"], 1)
