"""The sentences that Home Assistant understands, as small automata over words.

Each template of a language (``"<turn> on [<the>] {area} light[s]"``, from the package
home-assistant-intents, parsed by hassil) becomes an acyclic automaton whose arcs are words, slots
and nothing at all. A language has a thousand templates that stand for millions of sentences, so
they are never written out.

An arc always leads to a state of a higher level; who goes through the arcs by level has seen all
ways to a state before he leaves it.
"""

from __future__ import annotations

import importlib.resources
import itertools
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from hassil.expression import Alternative, Expression, Group, Sentence, TextChunk
from hassil.parse_expression import parse_sentence

from wyoming_whisper.household.template_compiler import TemplateCompiler
from wyoming_whisper.household.wording import key_of, keys_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wyoming_whisper.household.template import Template

_DATA: Final = "home_assistant_intents.data"
# Whisper's codes that Home Assistant spells otherwise.
_SPELLINGS: Final = {"zh": "zh-CN", "yue": "zh-HK", "no": "nb", "nn": "nb", "tl": "fil"}
_MAX_CHOICES: Final = 200


@dataclass(frozen=True, slots=True)
class Grammar:
    """What can be said in a language.

    Attributes:
        templates: All of them.
        choices: The texts of each list of choices, as they are written.
        fillers: Words that change nothing, such as "please"; each a tuple of keys.
    """

    templates: tuple[Template, ...]
    choices: Mapping[str, tuple[str, ...]]
    fillers: frozenset[tuple[str, ...]]


def grammar_language(language: str) -> str | None:
    """Return the language of a grammar for Whisper's code; ``None`` where there is none."""
    name = _SPELLINGS.get(language, language)
    return name if name in languages() else None


def languages() -> frozenset[str]:
    """Return the languages that there are sentences for, as Home Assistant spells them."""
    files = importlib.resources.files(_DATA).iterdir()
    return frozenset(f.name.removesuffix(".json") for f in files if f.name.endswith(".json"))


def read_grammar(language: str) -> Grammar:
    """Read the sentences of a language; takes a second or so.

    Raises:
        KeyError: If there are none.
    """
    if language not in languages():
        raise KeyError(language)
    file = importlib.resources.files(_DATA) / f"{language}.json"
    return compile_grammar(json.loads(file.read_text(encoding="utf-8")))


def compile_grammar(intents: Mapping[str, Any]) -> Grammar:
    """Make a grammar of intents as the package home-assistant-intents has them."""
    lists = intents.get("lists", {})
    rules = _parsed(intents.get("expansion_rules", {}))
    templates = []
    for intent, described in intents["intents"].items():
        for block in described["data"]:
            compiler = TemplateCompiler(
                rules | _parsed(block.get("expansion_rules", {})),
                lists | block.get("lists", {}),
                frozenset(_as_list((block.get("requires_context") or {}).get("domain"))),
            )
            meaning = json.dumps(block.get("slots") or {}, sort_keys=True)
            for text in block["sentences"]:
                template = compiler.template(intent, meaning, text)
                if template is not None:
                    templates.append(template)
    return Grammar(
        tuple(templates),
        {name: choices for name, values in lists.items() if (choices := _choices(values))},
        frozenset(keys_of(words) for words in intents.get("skip_words", ())),
    )


def _parsed(rules: Mapping[str, str]) -> dict[str, Sentence]:
    return {name: parse_sentence(text) for name, text in rules.items()}


def _as_list(domain: object) -> list[str]:
    if isinstance(domain, str):
        return [domain]
    return [str(one) for one in domain] if isinstance(domain, list) else []


def _choices(values: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the texts of a list, where it has texts."""
    found: dict[str, None] = {}
    for value in values.get("values", ()):
        text = value["in"] if isinstance(value, dict) else str(value)
        for words in _texts(parse_sentence(text)):
            found[" ".join(words.split())] = None
    return tuple(text for text in found if key_of(text))


def _texts(expression: Expression | Sentence) -> list[str]:
    """Return all that an expression without slots stands for."""
    if isinstance(expression, Sentence):
        return _texts(expression.expression)
    if isinstance(expression, TextChunk):
        return [expression.text]
    if isinstance(expression, Alternative):
        return [text for item in expression.items for text in _texts(item)]
    if isinstance(expression, Group):
        parts = itertools.product(*map(_texts, expression.items))
        return ["".join(part) for part in itertools.islice(parts, _MAX_CHOICES)]
    return [""]
