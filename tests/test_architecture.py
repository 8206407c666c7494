"""The import rules and the fences; the tables are the diagram of the program."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

import wyoming_whisper

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE: Final = Path(wyoming_whisper.__file__).parent
MODULES: Final = {
    ".".join(path.relative_to(PACKAGE).with_suffix("").parts): path
    for path in sorted(PACKAGE.rglob("*.py"))
    if path.name != "__init__.py"
}
LEAVES: Final = frozenset({"errors", "values", "language", "system"})

# Which rooms, or modules of theirs, a room may look into, beside itself and the leaves. Whatever is
# not listed is not allowed; app, the composition root, sees everything. What the owner decides
# reaches a room as options of its own; of config, rooms know the values in settings at most.
MAY_IMPORT: Final[dict[str, frozenset[str]]] = {
    **dict.fromkeys(LEAVES, frozenset()),
    "system": frozenset({"config.address"}),
    "config": frozenset(),
    "audio": frozenset(),
    "speech": frozenset({"audio"}),
    "subtitles": frozenset({"audio"}),
    "household": frozenset(),
    "home_assistant": frozenset({"household"}),
    "uploads": frozenset({"audio"}),
    "engines": frozenset({"audio", "config.device"}),
    "scheduling": frozenset({"engines.engine"}),
    "recognition": frozenset(
        {"audio", "speech", "uploads", "scheduling", "household", "engines.engine"}
    ),
    "wyoming_api": frozenset({"audio", "recognition", "engines.engine", "config.address"}),
    "discovery": frozenset(),
    "http": frozenset(
        {"audio", "speech.endpointing", "speech.segmenter", "subtitles", "scheduling",
         "recognition", "household.snapper", "wyoming_api.info"}
    ),
    "bench": frozenset({"audio", "subtitles", "wyoming_api"}),
    "doctor": frozenset(
        {"audio", "engines.engine", "discovery", "wyoming_api", "bench.figures", "config.address",
         "config.device", "home_assistant"}
    ),
    "app": frozenset(
        {"audio", "speech", "uploads", "engines", "scheduling", "recognition", "wyoming_api",
         "discovery", "http", "config", "app_programs", "app_household", "app_wiring",
         "app_examination", "doctor", "household", "home_assistant"}
    ),
    "app_examination": frozenset(
        {"engines", "discovery", "doctor", "config", "app_wiring"}
    ),
    "app_programs": frozenset(
        {"recognition", "scheduling", "household", "engines.engine", "config", "app_household",
         "app_wiring"}
    ),
    "app_wiring": frozenset(
        {"audio", "speech", "uploads", "engines", "recognition", "http", "config", "household",
         "home_assistant.access"}
    ),
    "app_household": frozenset(
        {"config", "engines.engine", "household", "home_assistant", "app_wiring"}
    ),
    "cli": frozenset({"audio", "app", "bench", "doctor", "config", "wyoming_api", "http"}),
    "__main__": frozenset({"cli"}),
}  # fmt: skip
# Leaves that look into others: a value's own parts, and types that exist for the checker only.
LEAF_IMPORTS: Final = {("values", "audio")}
# What only one module, or one room, may import.
FENCES: Final[dict[str, str]] = {
    "ctranslate2": "engines.whisper",
    "faster_whisper": "engines.whisper",
    "huggingface_hub": "engines.whisper.hub",
    "soxr": "audio.normalizer",
    "av": "audio",
    "zeroconf": "discovery.zeroconf discovery.self_sight",
    "ifaddr": "discovery.network",
    "fastapi": "http",
    "starlette": "http",
    "uvicorn": "http",
    "h11": "http.connection",
    "pydantic": "http",
    "prometheus_client": "http.admin.metrics",
    "websockets": "home_assistant.client",
    "wyoming": "wyoming_api",
    "argparse": "cli config.sources",
    "rapidfuzz": "household.name_index household.sentence_index household.spoken_spans",
    "hassil": "household.grammar household.template_compiler",
    "jellyfish": "household.name_index",
    "cologne_phonetics": "household.name_index",
    "stopwordsiso": "household.ordinary_words",
    "unicode_rbnf": "household.ordinary_words",
    "torch": "",
    "onnxruntime": "",
    "silero_vad": "",
}
# The pure rooms: no event loop; the protocol knows no samples either.
PURE: Final[dict[str, frozenset[str]]] = {
    "wyoming_api.framing": frozenset({"asyncio", "socket", "threading", "numpy"}),
    "wyoming_api.errors": frozenset({"asyncio", "socket", "threading", "numpy"}),
    "wyoming_api.session": frozenset({"asyncio", "socket", "threading", "numpy"}),
    "wyoming_api.outbox": frozenset({"asyncio", "socket", "threading", "numpy"}),
    "wyoming_api.info": frozenset({"asyncio", "socket", "threading", "numpy"}),
    "speech": frozenset({"asyncio", "socket", "threading"}),
    "audio": frozenset({"asyncio", "socket", "threading"}),
    "subtitles": frozenset({"asyncio", "socket", "threading", "numpy"}),
    "household": frozenset({"asyncio", "socket", "threading"}),
    "home_assistant.access": frozenset({"asyncio", "socket", "threading"}),
    "home_assistant.registry": frozenset({"asyncio", "socket", "threading"}),
    "http.door.origins": frozenset({"asyncio", "socket", "threading"}),
    "http.door.authenticator": frozenset({"asyncio", "socket", "threading"}),
    "scheduling.policy": frozenset({"asyncio", "socket", "threading"}),
    "engines.whisper.audio_context": frozenset({"asyncio", "socket", "threading"}),
    "engines.whisper.gates": frozenset({"asyncio", "socket", "threading"}),
    "engines.registry": frozenset({"asyncio", "socket", "threading"}),
    "recognition.program": frozenset({"asyncio", "socket", "threading"}),
    "errors": frozenset({"asyncio", "socket", "threading"}),
    "config": frozenset({"asyncio", "socket", "threading"}),
}


def imports(module: str) -> Iterator[str]:
    """Yield the full names of the modules that a module imports, wherever it does so."""
    for node in ast.walk(ast.parse(MODULES[module].read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{module} imports relatively"
            if node.module == PACKAGE.name:
                yield from (f"{node.module}.{alias.name}" for alias in node.names)
            else:
                yield node.module


def inside(module: str, rooms: str) -> bool:
    """Tell whether a module is one of these modules or in one of these rooms."""
    return any(module == room or module.startswith(f"{room}.") for room in rooms.split())


@pytest.mark.parametrize("module", MODULES)
def test_import_rules(module: str) -> None:
    """A module imports only its own room, the leaves, and the rooms that its room may look into."""
    room = module.partition(".")[0]
    for name in imports(module):
        package, _, target = name.partition(".")
        other = target.split(".")[0]
        if package != PACKAGE.name or other in {room, "__version__"}:
            continue
        allowed = " ".join(MAY_IMPORT[room] | LEAVES)
        assert inside(target, allowed) or (room, other) in LEAF_IMPORTS, f"{module} imports {name}"


@pytest.mark.parametrize("module", MODULES)
def test_only_the_composition_root_knows_the_engine(module: str) -> None:
    """Nobody but the composition root reaches for a concrete engine."""
    if module not in {"app", "app_wiring", "app_examination"} and not inside(
        module, "engines.whisper"
    ):
        whisper = f"{PACKAGE.name}.engines.whisper"
        assert not any(inside(name, whisper) for name in imports(module))


@pytest.mark.parametrize("module", [name for name in MODULES if name.startswith("http.")])
def test_families_do_not_know_each_other(module: str) -> None:
    """A folder of HTTP looks into itself only; what puts them together looks into all."""
    if module in {"http.application", "http.families"}:
        return
    own = module.rpartition(".")[0]
    for name in imports(module):
        target = name.removeprefix(f"{PACKAGE.name}.")
        folder = target.rpartition(".")[0] if target in MODULES else target
        if inside(folder, "http"):
            assert folder in {"http", own}, f"{module} imports {name}"


@pytest.mark.parametrize("module", MODULES)
def test_a_stream_of_speech_is_found_below_the_servers(module: str) -> None:
    """Whoever serves leaves the detection of speech to the recognition."""
    if inside(module, "http wyoming_api"):
        assert f"{PACKAGE.name}.speech.vad" not in set(imports(module))


@pytest.mark.parametrize("module", MODULES)
def test_fences(module: str) -> None:
    """Each third-party library is imported in its one place, and the largest ones nowhere."""
    for name in imports(module):
        library = name.split(".")[0]
        if library in FENCES:
            assert inside(module, FENCES[library]), f"{module} imports {name}"


@pytest.mark.parametrize("module", MODULES)
def test_pure_rooms(module: str) -> None:
    """What is pure has no event loop, no sockets and no threads."""
    for room, forbidden in PURE.items():
        if inside(module, room):
            assert not forbidden & {name.split(".")[0] for name in imports(module)}


def test_every_room_is_in_the_diagram() -> None:
    """A new top-level module or package needs a row in the table."""
    assert {module.split(".")[0] for module in MODULES} == set(MAY_IMPORT)


@pytest.mark.parametrize("module", MODULES)
def test_names_and_sizes(module: str) -> None:
    """Names say what a thing is, and a module above 400 lines needs a reason that nobody gave."""
    vague = {"util", "utils", "common", "helpers", "const", "manager", "handler", "processor"}
    assert not vague & set(module.split("."))
    assert len(MODULES[module].read_text().splitlines()) <= 400


def test_serving_imports_nothing_large() -> None:
    """A server that has loaded everything has loaded neither torch nor onnxruntime."""
    code = (
        "import sys, wyoming_whisper.app, wyoming_whisper.engines.whisper.load\n"
        "from wyoming_whisper.speech.vad import SileroVad\n"
        "SileroVad()\n"
        "print([name for name in ('torch', 'silero_vad', 'onnxruntime') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_server_listens_before_the_decoder_is_imported() -> None:
    """The libraries of the decoder take a quarter of a second, which the listener does not."""
    code = (
        "import sys, wyoming_whisper.app\n"
        "print([name for name in ('ctranslate2', 'faster_whisper') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "path", sorted(Path(__file__).parent.rglob("test_*.py")), ids=lambda path: path.stem
)
def test_tests_state_a_behaviour(path: Path) -> None:
    """Every test's docstring states the behaviour in a sentence."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith(
            "test"
        ):
            assert (ast.get_docstring(node) or "").endswith("."), f"{path.name}: {node.name}"
