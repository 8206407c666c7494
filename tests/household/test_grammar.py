"""Templates of sentences as automata, small ones and those of the package."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from wyoming_whisper.household.grammar import (
    Grammar,
    compile_grammar,
    grammar_language,
    languages,
    read_grammar,
)
from wyoming_whisper.household.template import Slot, SlotKind

if TYPE_CHECKING:
    from wyoming_whisper.household.template import Template


def grammar_of(*sentences: str, **intents: Any) -> Grammar:  # noqa: ANN401 - JSON
    blocks = [{"sentences": list(sentences), **intents.pop("block", {})}]
    return compile_grammar({"intents": {"Do": {"data": blocks}}, **intents})


def said_by(template: Template) -> set[str]:
    """Return all that a small template stands for, slots by their names."""
    texts: dict[int, set[str]] = {0: {""}}
    for arc in sorted(template.arcs, key=lambda arc: template.levels[arc.source]):
        label = arc.label
        if isinstance(label, Slot):
            label = f"{label.prefix}{{{label.list_name}}}{label.suffix}"
        for text in texts.get(arc.source, ()):
            texts.setdefault(arc.target, set()).add(f"{text} {label or ''}".strip())
    return texts[len(template.levels) - 1]


@pytest.mark.parametrize(
    ("sentence", "texts"),
    [
        ("turn on", {"turn on"}),
        ("turn (on|off)", {"turn on", "turn off"}),
        ("[please] turn on", {"turn on", "please turn on"}),
        ("light[s] on", {"light on", "lights on"}),
        ("<turn> on", {"turn on", "switch on"}),
        ("(turn;on)", {"turn on", "on turn"}),
        ("[the] {area} light", {"the {area} light", "{area} light"}),
        ("to {brightness}[[ ]%| percent]", {"to {brightness}", "to {brightness} percent"}),
        ("l'{name} et d'{name}", {"l'{name} et d'{name}"}),
        ("[a|b] c", {"c", "a c", "b c"}),
        ("打开{name}", {"打 开 {name}"}),
    ],
)
def test_a_template(sentence: str, texts: set[str]) -> None:
    """Optional parts, alternatives, rules, orders and parts of words are all ways through it."""
    grammar = grammar_of(
        sentence,
        expansion_rules={"turn": "(turn|switch)"},
        lists={"brightness": {"range": {"from": 0, "to": 100}}},
    )
    (template,) = grammar.templates
    assert said_by(template) == texts


def test_slots() -> None:
    """What may stand in a gap follows from its list, and of names from what the block is about."""
    grammar = grammar_of(
        "{name} {area} {floor} {color} {level} {item} {1..5:n}",
        lists={
            "color": {"values": [{"in": "(red|dark red)", "out": "x"}, "blue"]},
            "level": {"range": {"from": 0, "to": 9}},
            "item": {"wildcard": True},
        },
        block={"requires_context": {"domain": "light"}},
    )
    (template,) = grammar.templates
    slots = [arc.label for arc in template.arcs if isinstance(arc.label, Slot)]
    assert [slot.kind for slot in slots] == [
        SlotKind.NAME, SlotKind.AREA, SlotKind.FLOOR, SlotKind.CHOICE, SlotKind.NUMBER,
        SlotKind.ANYTHING, SlotKind.NUMBER,
    ]  # fmt: skip
    assert slots[0].domains == {"light"}
    assert not slots[1].domains
    assert grammar.choices == {"color": ("red", "dark red", "blue")}


def test_what_is_optional() -> None:
    """Words that a sentence can do without are told from those that it needs."""
    (template,) = grammar_of("[please] turn [it] (on|off)").templates
    optional = {arc.label: arc.is_optional for arc in template.arcs if arc.label}
    assert optional == {"please": True, "turn": False, "it": True, "on": False, "off": False}


def test_levels_ascend() -> None:
    """Every arc leads to a higher level, so one pass by level sees all ways."""
    for template in english().templates:
        for arc in template.arcs:
            assert template.levels[arc.source] < template.levels[arc.target]


def test_a_reference_to_nothing() -> None:
    """A template that is broken, or far too large, is left out, and the others are not."""
    many = " ".join(f"[(a{n}|b{n}|c{n})]" for n in range(2_000))
    grammar = grammar_of("<nothing> on", many, "turn on")
    assert [template.text for template in grammar.templates] == ["turn on"]


def test_fillers() -> None:
    """What may be left out of a sentence is known by its words."""
    grammar = grammar_of("turn on", skip_words=["please", "could you"])
    assert grammar.fillers == {("please",), ("could", "you")}


@cache
def english() -> Grammar:
    return read_grammar("en")


def test_the_packages_sentences() -> None:
    """English has hundreds of templates, of intents that Home Assistant knows."""
    intents = {template.intent for template in english().templates}
    assert {"HassTurnOn", "HassTurnOff", "HassStartTimer", "HassLightSet"} <= intents
    assert len(english().templates) > 500
    assert "red" in english().choices["color"]


@pytest.mark.parametrize("language", sorted(languages() & {"de", "fr", "ja", "zh-CN", "pl"}))
def test_other_languages(language: str) -> None:
    """Their sentences are read, in scripts with and without blanks."""
    grammar = read_grammar(language)
    assert len(grammar.templates) > 20
    assert any(arc.label for template in grammar.templates for arc in template.arcs)


@pytest.mark.parametrize(
    ("code", "spelled"),
    [("en", "en"), ("zh", "zh-CN"), ("no", "nb"), ("la", None), ("jw", None)],
)
def test_whispers_codes(code: str, spelled: str | None) -> None:
    """A language is found as Home Assistant spells it, and one that it does not speak is none."""
    assert grammar_language(code) == spelled


def test_an_unknown_language() -> None:
    """There are no sentences of it."""
    with pytest.raises(KeyError):
        read_grammar("tlh")
