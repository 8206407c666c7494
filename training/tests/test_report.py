"""Tables and goals."""

import pytest
from home_en.report import Goal, Report

from wyoming_whisper.bench.figures import table


@pytest.mark.parametrize(
    ("found", "at_least", "met"),
    [(2.0, False, True), (2.001, False, False), (2.0, True, True), (1.999, True, False)],
)
def test_a_goal_is_met_at_its_limit(found: float, at_least: bool, met: bool) -> None:
    """The limit itself is good enough; what is beyond it is not, even where it rounds to it."""
    goal = Goal("WER", "60", found, 2, "%", at_least=at_least)
    assert goal.met is met
    assert goal.row()[-1] == ("yes" if met else "**no**")


def test_a_table_has_a_row_for_each_entry() -> None:
    """Cells stand between bars, and the head is underlined."""
    assert table(("a", "b"), [(1, "x"), (2, "")]) == "| a | b |\n| --- | --- |\n| 1 | x |\n| 2 |  |"


def test_goals_come_first() -> None:
    """The report begins with what was asked, and keeps the order of the sections."""
    report = Report()
    report.table("First", ("a",), [(1,)], "A remark.")
    report.table("Second", ("b",), [(2,)])
    report.goals.append(Goal("size", "1", 5.25, 10, "MB"))
    text = str(report)
    assert "| size | 1 | ≤ 10 MB | 5.25 MB | yes |" in text
    places = [text.index(part) for part in ("Goals", "First", "A remark.", "Second")]
    assert places == sorted(places)
