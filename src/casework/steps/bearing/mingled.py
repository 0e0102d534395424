"""Whether a clause puts together what only stands apart: the values of two cells, an answer and a
name, running text and a cell; and whether its reasons are those by which a cell was worked out.

What `from the customer`, `of the supplier` or `has` may claim between two values no cell says.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from casework.steps.bearing.binding import said_at
from casework.steps.bearing.facts import Fact, Ground, name_stems
from casework.steps.bearing.items import Item, clauses_of
from casework.steps.bearing.mentions import Mention
from casework.steps.bearing.runs import Covered, Word
from casework.steps.bearing.tongue import Tongue


@dataclass(frozen=True, slots=True)
class Looked:
    """A sentence taken apart: its words that have to be borne, and how each is."""

    items: tuple[Item, ...]
    tongue: Tongue
    mentions: list[Mention]
    words: list[Word]
    covered: Covered

    @property
    def by_cells(self) -> list[Word]:
        """The words that cells bear."""
        spots = zip(self.words, self.covered.spots, strict=False)
        return [word for word, spot in spots if spot is None]

    def states_at(self, fact: Fact) -> list[int]:
        """Where the words of the name of a statement stand; empty when some are missing."""
        own = name_stems(fact, self.tongue)
        at = [word.at for word in self.by_cells if word.item.stem in own]
        return at if {self.items[one].stem for one in at} else []


def mingled(looked: Looked, ground: Ground) -> str:
    """What a clause puts together without ground, in words; '' when nothing."""
    clauses = clauses_of(looked.items)
    running = _running(looked, ground, clauses)
    for mention in looked.mentions:
        clause = clauses[mention.first]
        cells = {fact.cell for fact in mention.facts}
        others = [
            m
            for m in looked.mentions
            if clauses[m.first] == clause and cells.isdisjoint(f.cell for f in m.facts)
        ]
        if others:
            return f"nothing says how {said_at(looked.items, mention)} goes with the rest"
        if clause in running and not cells & running[clause]:
            return f"nothing says how {said_at(looked.items, mention)} goes with the rest"
    return (
        _some_of_a_set(looked, ground.facts)
        or _in_statement(looked, ground.facts, clauses)
        or _beside_running(looked, ground, clauses, running)
    )


def _some_of_a_set(looked: Looked, facts: Sequence[Fact]) -> str:
    """A set of which only some items are said."""
    said = {(fact.cell, fact.row) for m in looked.mentions for fact in m.facts}
    for fact in facts:
        of_set = fact.row > 0 and not fact.beside and not fact.inside
        others = any(cell == fact.cell and row > 0 for cell, row in said)
        if of_set and others and (fact.cell, fact.row) not in said:
            return f"it says only some of {fact.name}"
    return ""


def _running(looked: Looked, ground: Ground, clauses: Sequence[int]) -> dict[int, set[str]]:
    """By clause, the cells ('' for passages) whose running text bears words of it."""
    found: dict[int, set[str]] = {}
    for word, spot in zip(looked.words, looked.covered.spots, strict=False):
        if spot is not None:
            found.setdefault(clauses[word.at], set()).add(ground.texts[spot[0]].cell)
    return found


def _in_statement(looked: Looked, facts: Sequence[Fact], clauses: Sequence[int]) -> str:
    """A value beside an answer or absence that does not speak of it, or a value without a name."""
    said = {item.stem for item in looked.items}
    for fact in facts:
        places = looked.states_at(fact) if fact.states else []
        where = {clauses[at] for at in places if looked.items[at].counts}
        own = name_stems(fact, looked.tongue)
        for mention in looked.mentions if where else ():
            told = (name_stems(other, looked.tongue) for other in mention.facts)
            if not any(f.choice for f in mention.facts) and all(
                said.isdisjoint(name) for name in told
            ):
                return f"it does not say what {said_at(looked.items, mention)} is"
            if clauses[mention.first] not in where or any(f is fact for f in mention.facts):
                continue
            names = (name_stems(other, looked.tongue) for other in mention.facts)
            stems = {looked.items[at].stem for at in places}
            if not any(name <= own for name in names) and stems & _only(fact, mention, looked):
                return f"{fact.name} does not speak of {said_at(looked.items, mention)}"
    return ""


def _only(fact: Fact, mention: Mention, looked: Looked) -> frozenset[str]:
    """The words of a statement's name that are no words of the value's name."""
    named = (name_stems(other, looked.tongue) for other in mention.facts)
    return name_stems(fact, looked.tongue).difference(*named)


def _beside_running(
    looked: Looked, ground: Ground, clauses: Sequence[int], running: dict[int, set[str]]
) -> str:
    """The name of a cell beside running text of something else."""
    for word in looked.by_cells:
        cells = running.get(clauses[word.at])
        if cells is None or "name" not in word.kinds:
            continue
        named = [f for f in ground.facts if word.item.stem in name_stems(f, looked.tongue)]
        if named and not any(fact.cell in cells for fact in named):
            return f"nothing says how {named[0].name} goes with the rest"
    return ""


def misreasoned(looked: Looked, ground: Ground) -> str:
    """A reason that is none, in words: only what a cell was worked out from is a reason for it."""
    tongue = looked.tongue
    for word in looked.by_cells:
        if word.item.word not in tongue.reasons | tongue.conclusions:
            continue
        before = _used(looked, ground.facts, range(word.at))
        behind = _used(looked, ground.facts, range(word.at, len(looked.items)))
        result, grounds = (behind, before)
        if word.item.word in tongue.reasons:
            result, grounds = before, behind
            if not result:
                return "it does not say what the reason is for"
        known = [fact for fact in ground.facts if fact.cell in result]
        if not known or not grounds or not all(grounds <= set(f.reads) for f in known):
            return f"what stands behind “{word.item.text}” is not what was decided by"
    return ""


def _used(looked: Looked, facts: Sequence[Fact], places: Iterable[int]) -> set[str]:
    """The cells whose value or statement stands in some places."""
    inside = set(places)
    used = {f.cell for m in looked.mentions if m.first in inside for f in m.facts}
    for fact in facts:
        if fact.states and any(
            at in inside and looked.items[at].counts for at in looked.states_at(fact)
        ):
            used.add(fact.cell)
    return used
