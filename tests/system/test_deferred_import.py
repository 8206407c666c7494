from __future__ import annotations

import subprocess
import sys

import pytest

from wyoming_whisper.system.deferred_import import defer_import


def test_a_module_is_loaded_when_it_is_used() -> None:
    """Importing it costs nothing; using it works as ever, also for who imports it later."""
    script = (
        "import sys; from wyoming_whisper.system.deferred_import import defer_import\n"
        "defer_import('colorsys')\n"
        "import colorsys\n"
        "assert 'ONE_THIRD' not in vars(sys.modules['colorsys'])\n"
        "assert colorsys.rgb_to_hsv(0, 0, 0) == (0.0, 0.0, 0)\n"
        "assert 'ONE_THIRD' in vars(sys.modules['colorsys'])\n"
        "from colorsys import ONE_THIRD\n"
        "assert ONE_THIRD == colorsys.ONE_THIRD\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


def test_a_package_s_modules() -> None:
    """Importing a part of a deferred package loads the package."""
    script = (
        "from wyoming_whisper.system.deferred_import import defer_import\n"
        "defer_import('xml')\n"
        "import xml.dom.minidom\n"
        "assert xml.dom.minidom.parseString('<a/>')\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


def test_a_loaded_module_is_left_alone() -> None:
    """Who has the module keeps it."""
    defer_import("sys")
    assert sys.modules["sys"] is sys


def test_a_module_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot be imported is told at its first use, each time."""
    monkeypatch.setattr(sys, "modules", dict(sys.modules))
    defer_import("no_such_module")
    module = sys.modules["no_such_module"]
    for _ in range(2):
        with pytest.raises(ModuleNotFoundError, match="no_such_module"):
            module.something  # noqa: B018 - asking is the point


def test_the_server_loads_no_media_library() -> None:
    """FFmpeg's libraries are loaded for files only; faster-whisper imports them all the same."""
    script = (
        "import sys; from wyoming_whisper import app; import faster_whisper; "
        "assert 'av.container' not in sys.modules, 'loaded'"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
