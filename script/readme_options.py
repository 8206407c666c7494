"""Write the README's table of options from their declaration in settings.py."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from wyoming_whisper.settings import defaults, flag, options

README: Final = Path(__file__).parents[1] / "README.md"
_BEGIN: Final = "<!-- options: written by script/format -->"
_END: Final = "<!-- end of options -->"


def table() -> str:
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


def with_table(text: str) -> str:
    """Return a README's text with the table brought up to date."""
    return re.sub(
        f"{re.escape(_BEGIN)}.*{re.escape(_END)}",
        lambda _: f"{_BEGIN}\n{table()}\n{_END}",
        text,
        flags=re.DOTALL,
    )


if __name__ == "__main__":
    README.write_text(with_table(README.read_text()))
