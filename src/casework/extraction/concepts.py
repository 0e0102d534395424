"""The label lexicon: concepts, their names in several languages, and a trie that finds them.

Data lives in `lexicon/*.json`. A name that ends in `~` is weak: it may mean other things. `near`
lists concepts whose label will do too, with how well; `hints` and `shape` say what a value of the
concept looks like. Reads no document.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

from casework.base.hashing import digest
from casework.extraction.tokens import tokens
from casework.types.values import Json

LANGUAGES = ("en", "de", "fr", "es", "nl", "it")
WEAK = 0.6
_FUZZY_LETTERS = 6
"""A word of the lexicon at least this long may have one wrong letter in a document (poor scans)."""
_SPLIT_LETTERS = 8
_END = ""
_CHOICE = re.compile(r"\(([^()]*)\)")


@dataclass(frozen=True, slots=True)
class Concept:
    """Something that documents have a label for. `index` is its number in the lexicon."""

    index: int
    name: str
    types: frozenset[str]
    shape: str
    hints: frozenset[str]
    pair: str
    near: dict[str, float]


@dataclass(frozen=True, slots=True)
class Match:
    """A label found among tokens: `first` to `last` (inclusive); `concepts` it may stand for, each
    with its strength."""

    first: int
    last: int
    concepts: tuple[tuple[int, float], ...]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All concepts by name, in the order of their index, and the trie of their names."""

    concepts: tuple[Concept, ...]
    by_name: dict[str, Concept]
    trie: dict[str, object] = field(repr=False)
    known: dict[str, str] = field(repr=False)
    whole: dict[str, tuple[tuple[int, float], ...]] = field(default_factory=dict, repr=False)
    skip: frozenset[str] = frozenset()
    version: str = ""

    def matches(self, names: Sequence[str], breaks: Sequence[bool] | None = None) -> list[Match]:
        """The longest labels among the tokens, left to right, none overlapping.

        Words of labels that a scan has misread by one letter count as read. `breaks[i]` says that
        token i does not follow the token before it closely enough to be in one label with it.
        A long label of one word is known in two pieces too (`Ver käufer`, badly spaced).
        """
        known = self.known
        names = [known.get(name, name) for name in names]
        whole = self.whole
        found: list[Match] = []
        at, count, trie = 0, len(names), self.trie
        while at < count:
            node = trie.get(names[at])
            if node is None:
                if at + 1 < count and not (breaks is not None and breaks[at + 1]):
                    ends = whole.get(names[at] + names[at + 1])
                    if ends is not None:
                        found.append(Match(at, at + 1, ends))
                        at += 1
                at += 1
                continue
            best: tuple[int, tuple[tuple[int, float], ...]] | None = None
            here = at
            while isinstance(node, dict):
                ends = node.get(_END)
                if ends is not None:
                    best = (here, ends)
                here = self._next(names, breaks, here + 1, node)
                if here < 0:
                    break
                node = node[names[here]]
            if best is None:
                at += 1
                continue
            found.append(Match(at, best[0], best[1]))
            at = best[0] + 1
        return found

    def _next(
        self, names: Sequence[str], breaks: Sequence[bool] | None, at: int, node: dict[str, object]
    ) -> int:
        """The token from `at` on that goes on in the trie, leaving out words that may be; or -1."""
        while at < len(names) and not (breaks is not None and breaks[at]):
            if names[at] in node:
                return at
            if names[at] not in self.skip:
                break
            at += 1
        return -1


@cache
def lexicon() -> Lexicon:
    """The shipped lexicon."""
    tables: list[dict[str, Json]] = []
    words: dict[str, Json] = {}
    for entry in sorted(_folder().iterdir(), key=lambda each: each.name):
        if entry.name.endswith(".json"):
            table = json.loads(entry.read_text(encoding="utf-8"))
            if "concepts" in table:
                tables.append(table)
            elif entry.name == "words.json":
                words = table
    return build(tables, words)


def build(tables: Sequence[dict[str, Json]], words: dict[str, Json] | None = None) -> Lexicon:
    """A lexicon from the JSON of its files. In a phrase `(a|b|)` stands for each of its parts."""
    same = _same(words or {})
    concepts: list[Concept] = []
    trie: dict[str, object] = {}
    for table in tables:
        entries = table["concepts"]
        assert isinstance(entries, dict)
        for name, entry in entries.items():
            assert isinstance(entry, dict)
            concept = _concept(len(concepts), name, entry)
            concepts.append(concept)
            for language in LANGUAGES:
                for phrase in _texts(entry.get(language)):
                    for written in _written_out(phrase):
                        _plant(trie, written, concept.index, same)
    by_name = {concept.name: concept for concept in concepts}
    known = {**_near_words(trie), **same}
    skip = frozenset(_texts((words or {}).get("skip")))
    version = digest([*tables, words])[:12]
    return Lexicon(tuple(concepts), by_name, trie, known, _whole(trie), skip, version)


def _whole(trie: dict[str, object]) -> dict[str, tuple[tuple[int, float], ...]]:
    """The labels of one long word, which bad spacing may have split."""
    found: dict[str, tuple[tuple[int, float], ...]] = {}
    for name, following in trie.items():
        ends = following.get(_END) if isinstance(following, dict) else None
        if isinstance(ends, tuple) and len(name) >= _SPLIT_LETTERS:
            found[name] = ends
    return found


def _same(words: dict[str, Json]) -> dict[str, str]:
    """Each other spelling of a word to the one that the lexicon uses."""
    table = words.get("same")
    if not isinstance(table, dict):
        return {}
    return {other: word for word, others in table.items() for other in _texts(others)}


def _written_out(phrase: str) -> list[str]:
    match = _CHOICE.search(phrase)
    if not match:
        return [phrase]
    head, tail = phrase[: match.start()], phrase[match.end() :]
    return [
        written
        for part in match.group(1).split("|")
        for written in _written_out(head + part + tail)
    ]


def _folder() -> resources.abc.Traversable:
    return resources.files("casework.extraction") / "lexicon"


def _concept(index: int, name: str, entry: dict[str, Json]) -> Concept:
    near = entry.get("near")
    return Concept(
        index=index,
        name=name,
        types=frozenset(_texts(entry.get("types"))),
        shape=str(entry.get("shape", "")),
        hints=frozenset(_texts(entry.get("hints"))),
        pair=str(entry.get("pair", "")),
        near={key: float(str(value)) for key, value in near.items()}
        if isinstance(near, dict)
        else {},
    )


def _texts(value: Json) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else []


def _plant(trie: dict[str, object], phrase: str, index: int, same: dict[str, str]) -> None:
    strength = WEAK if phrase.endswith("~") else 1.0
    node = trie
    for name in tokens(phrase):
        name = same.get(name, name)
        following = node.setdefault(name, {})
        assert isinstance(following, dict)
        node = following
    if node is trie:
        return
    ends = node.get(_END, ())
    assert isinstance(ends, tuple)
    if all(known != index for known, _ in ends):
        node[_END] = (*ends, (index, strength))


def _near_words(trie: dict[str, object]) -> dict[str, str]:
    """Words with one letter lost or one wrong, each to the word of the lexicon it may stand for.

    A misread word is looked up by itself only, so the table holds the usual confusions of scans,
    not every neighbour.
    """
    known = _words(trie)
    table: dict[str, str] = {}
    for word in sorted(known):
        if len(word) < _FUZZY_LETTERS:
            continue
        for at in range(len(word)):
            shorter = word[:at] + word[at + 1 :]
            table.setdefault(shorter, word)
            for wrong in _CONFUSED.get(word[at], ""):
                table.setdefault(word[:at] + wrong + word[at + 1 :], word)
    return {wrong: right for wrong, right in table.items() if wrong not in known}


_CONFUSED = {
    "i": "l1t", "l": "i1t", "o": "0cea", "c": "eo", "e": "co", "a": "oe", "s": "5", "b": "6h",
    "m": "n", "n": "mr", "r": "n", "t": "lfi", "u": "vo", "v": "yu", "d": "o", "g": "q9", "f": "t",
    "h": "b",
}  # fmt: skip


def _words(node: dict[str, object]) -> set[str]:
    found: set[str] = set()
    for name, following in node.items():
        if name != _END and isinstance(following, dict):
            found.add(name)
            found |= _words(following)
    return found
