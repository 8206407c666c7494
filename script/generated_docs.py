"""Writes those parts of the documentation that the code tells: options and the map of modules."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from wyoming_whisper.config.settings import defaults, flag, options

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT: Final = Path(__file__).parents[1]
PACKAGE: Final = ROOT / "wyoming_whisper"


def option_table() -> str:
    """Return the options as a Markdown table."""
    rows = ["| Option | Default | |", "|---|---|---|"]
    for name, option in options().items():
        default = defaults()[name]
        shown = " ".join(map(str, default)) if isinstance(default, tuple) else str(default)
        repeated = ", repeatable" if option.repeated else ""
        rows.append(
            f"| `{flag(name)}`{repeated} | {f'`{shown}`' if shown else 'none'} "
            f"| {option.help.replace('|', chr(92) + '|')} |"
        )
    return "\n".join(rows)


def module_map() -> str:
    """Return every module of the package with the first sentence of its docstring."""
    return "\n".join(("```", f"{PACKAGE.name}/", *_rows(PACKAGE, 1), "```"))


def _rows(folder: Path, depth: int) -> Iterator[str]:
    files = [path for path in sorted(folder.glob("*.py")) if not path.stem.startswith("__")]
    for path in files:
        yield _row(path.name, path, depth)
    for inner in sorted(path.parent for path in folder.glob("*/__init__.py")):
        yield _row(f"{inner.name}/", inner / "__init__.py", depth)
        yield from _rows(inner, depth + 1)


def _row(name: str, path: Path, depth: int) -> str:
    return f"{'  ' * depth}{name:{32 - 2 * depth}} {_first_sentence(path)}"


def _first_sentence(path: Path) -> str:
    text = ast.get_docstring(ast.parse(path.read_text())) or ""
    return " ".join(text.split("\n\n")[0].split())


# What stands between the marks of a name, in which file.
GENERATED: Final[dict[str, tuple[Path, Callable[[], str]]]] = {
    "options": (ROOT / "docs" / "options.md", option_table),
    "modules": (ROOT / "docs" / "architecture.md", module_map),
}


def updated(name: str) -> str:
    """Return a document's text with what is generated in it brought up to date."""
    path, generate = GENERATED[name]
    begin, end = f"<!-- {name}: written by script/format -->", f"<!-- end of {name} -->"
    return re.sub(
        f"{re.escape(begin)}.*{re.escape(end)}",
        lambda _: f"{begin}\n{generate()}\n{end}",
        path.read_text(),
        flags=re.DOTALL,
    )


if __name__ == "__main__":
    for name, (path, _) in GENERATED.items():
        path.write_text(updated(name))
