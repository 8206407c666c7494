"""The evaluation's report in Markdown: tables, and what was asked beside what was found."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from wyoming_whisper.bench.figures import table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@dataclass(frozen=True, slots=True)
class Goal:
    """A figure that is to be at most `limit`, or at least where `at_least` is set.

    `n` says of how many things it is the figure, in words.
    """

    what: str
    n: str
    found: float
    limit: float
    unit: str = ""
    at_least: bool = False

    @property
    def met(self) -> bool:
        """Whether the figure is good enough, unrounded."""
        return self.found >= self.limit if self.at_least else self.found <= self.limit

    def row(self) -> tuple[str, ...]:
        """The goal as cells of a table."""
        limit = f"{'≥' if self.at_least else '≤'} {self.limit:g} {self.unit}".strip()
        found = f"{round(self.found, 2):g} {self.unit}".strip()
        return (self.what, self.n, limit, found, "yes" if self.met else "**no**")


@dataclass(slots=True)
class Report:
    """Grows section by section."""

    goals: list[Goal] = field(default_factory=list)
    sections: list[str] = field(default_factory=list)

    def table(
        self, title: str, head: Sequence[str], rows: Iterable[Sequence[object]], note: str = ""
    ) -> None:
        """Add a section: a table, and a remark below it."""
        parts = [f"#### {title}", table(head, rows), note]
        self.sections.append("\n\n".join(part for part in parts if part))

    def __str__(self) -> str:
        goals = table(("asked for", "n", "limit", "found", "met"), [g.row() for g in self.goals])
        return "\n\n".join(["#### Goals", goals, *self.sections])
