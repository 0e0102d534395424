"""Whether a document describes how the work is done (a written procedure, an SOP), by how its
sentences speak: they tell somebody to check, compare, note and decide. Says no when in doubt: a
case that is taken for the procedure is missed, a procedure that is not seen can be named."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from casework.extraction.tokens import tokens
from casework.types.document import Document

_LETTERS = 60_000
"""So much of a document is looked at."""
_LEAST_WORDS = 4
"""A shorter line is a heading or a label: `Check number`."""
_LONGEST_WORDS = 60
"""A longer sentence is a clause of a contract."""
_REACH = 8
"""How far behind a modal verb its verb may stand, in words."""
_SAID = 0.5
"""What a sentence with a modal verb counts, beside one that tells somebody to do it."""
_TITLE_LINES = 3
_ITEM = re.compile(r"\s*(?:[-*•–·▪☐□o]|\(?\d{1,2}(?:\.\d{1,2})*[.):]?|\(?[a-z][.)])\s+")
_HASHES = re.compile(r"\s*#+\s*")
_SENTENCE = re.compile(r"(?<=[.!?;:])\s+")
_PARAGRAPH = re.compile(r"\n\s*\n")


@dataclass(frozen=True, slots=True)
class Speech:
    """How a document speaks: `told` sentences tell somebody to do work (one that only says that it
    is done counts half), by so many different `verbs`, of `sentences` in all; `titled` says that
    its name or its head calls it a procedure."""

    told: float
    verbs: int
    sentences: int
    titled: bool

    @property
    def instructs(self) -> bool:
        """Whether it is a written procedure."""
        share = self.told / max(self.sentences, 1)
        told, verbs, least = (3.0, 2, 0.25) if self.titled else (4.0, 3, 0.4)
        return self.told >= told and self.verbs >= verbs and share >= least


def speech_of(document: Document, name: str) -> Speech:
    """How a document speaks that came under this file name."""
    text = "\n\n".join(page.text for page in document.pages)[:_LETTERS]
    known = _known()
    sentences = list(_sentences(text))
    told, verbs = 0.0, set[str]()
    for words in sentences:
        worth, verb = _told(words, known)
        told += worth
        if verb:
            verbs.add(verb)
    lines = [line for line in text.splitlines() if line.strip()][:_TITLE_LINES]
    stem = name.rpartition(".")[0] or name
    heads = [f" {' '.join(tokens(line))} " for line in (stem.replace("_", " "), *lines)]
    short = [head for head in heads if len(head.split()) <= _REACH + _LEAST_WORDS]
    titled = any(f" {title} " in head for head in short for title in known.titles)
    return Speech(told, len(verbs), len(sentences), titled)


def _sentences(text: str) -> Iterator[list[str]]:
    """Sentences and items of lists, as folded words; headings and labels are left out. A line that
    begins with such a verb begins a sentence, also where nothing ended the one before."""
    known = _known()
    for paragraph in _PARAGRAPH.split(text):
        parts: list[str] = []
        for line in paragraph.splitlines():
            plain = _HASHES.sub("", line, count=1)
            item = _ITEM.match(plain)
            plain = plain[item.end() :] if item else plain
            first = tokens(plain[:40])[:1]
            begins = plain[:1].isupper() and bool(first) and first[0] in known.told
            if item or begins or not parts:
                parts.append(plain)
            else:
                parts[-1] += f" {plain}"
        for part in parts:
            for sentence in _SENTENCE.split(part):
                words = tokens(sentence.replace("'", " "))
                if len(words) >= _LEAST_WORDS:
                    yield words


def _told(words: Sequence[str], known: _Words) -> tuple[float, str]:
    """What a sentence counts, and the verb that it tells somebody to do."""
    start = words[:_REACH]
    text = f" {' '.join(start)} "
    if known.asking.intersection(start) or any(f" {one} " in text for one in known.phrases):
        return 0.0, ""
    if len(words) > _LONGEST_WORDS:
        return 0.0, ""
    at = 0
    while at < len(words) - 1 and words[at] in known.fillers:
        at += 1
    if words[at] in known.told:
        return 1.0, known.told[words[at]]
    if words[at] in known.conditions:
        return _after_condition(words[at + 1 :], known)
    if words[-1] in known.ending and words[-2] not in ("zu", "te"):
        return 1.0, known.ending[words[-1]]
    following = words[at + 1 : at + 3]
    if words[at] in known.we:
        return next(((1.0, known.any[one]) for one in following if one in known.any), (0.0, ""))
    if words[at] in known.articles:
        verb = next((one for one in words[at + 2 : at + 4] if one in known.done), "")
        if verb:
            return 1.0, known.done[verb]
    return _with_modal(words, known)


def _after_condition(words: Sequence[str], known: _Words) -> tuple[float, str]:
    """`If the total differs, ask the buyer`: a verb that tells what to do then."""
    found = [one for one in words[2:] if one in known.plain]
    if found:
        return 1.0, known.told[found[0]]
    return _with_modal(words, known)


def _with_modal(words: Sequence[str], known: _Words) -> tuple[float, str]:
    for at, word in enumerate(words):
        if word in known.modals:
            for other in words[at + 1 : at + 1 + _REACH]:
                if other in known.any:
                    return _SAID, known.any[other]
    return 0.0, ""


@dataclass(frozen=True, slots=True)
class _Words:
    """Forms of verbs with the verb that they are of, and the small words around them. `told` tells
    to do it, `done` says that it is done, `ending` may end a sentence."""

    told: dict[str, str]
    done: dict[str, str]
    any: dict[str, str]
    ending: dict[str, str]
    plain: frozenset[str]
    we: frozenset[str]
    articles: frozenset[str]
    conditions: frozenset[str]
    fillers: frozenset[str]
    modals: frozenset[str]
    asking: frozenset[str]
    phrases: tuple[str, ...]
    titles: tuple[str, ...]


_NOUNS = frozenset({"note", "record", "check", "state", "file", "list", "set", "match", "hold"})
"""Verbs that are as often nouns within a sentence."""


@cache
def _known() -> _Words:
    path = resources.files("casework.extraction.suggest") / "instructing.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    told: dict[str, str] = {}
    done: dict[str, str] = {}
    ending: dict[str, str] = {}
    for language, verbs in data["verbs"].items():
        for verb in verbs:
            first, _, second = (part.split() for part in verb.partition(";"))
            told.update(dict.fromkeys(first, first[0]))
            done.update(dict.fromkeys(second, first[0]))
            if language in data["ends"]:
                ending.update({one: first[0] for one in first if one.endswith("en")})
    return _Words(
        told,
        done,
        {**done, **told},
        ending,
        frozenset(told) - _NOUNS,
        frozenset(data["we"]),
        frozenset(data["articles"]),
        frozenset(data["conditions"]),
        frozenset(data["fillers"]),
        frozenset(data["modals"]),
        frozenset(data["asking"]),
        tuple(data["asking_phrases"]),
        tuple(data["titles"]),
    )
