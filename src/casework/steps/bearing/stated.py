"""Facts whose name is a statement: yes-or-no answers and absences. Whether a sentence says them
the way they are, and denies nothing else."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from casework.steps.bearing.facts import Fact, name_items, name_stems
from casework.steps.bearing.items import Item, clauses_of
from casework.steps.bearing.tongue import Tongue

_NOT_THERE = frozenset({"stated_absent", "not_applicable", "skipped"})
"""Absences of which a sentence may say that there is none; of the others, that none was found."""


def contradicted(
    items: Sequence[Item], free: Collection[int], facts: Sequence[Fact], tongue: Tongue
) -> str:
    """What answer or absence the sentence turns round, in words; '' when none. `free` are the items
    that no running text and no text value bears."""
    clauses = clauses_of(items)
    denials = {at for at in free if items[at].weight == "negation"}
    answered: set[int] = set()
    for fact in facts:
        if not fact.states:
            continue
        own, shared = name_stems(fact, tongue), _stems_of_others(fact, facts, tongue)
        places = [at for at in free if items[at].stem in own and items[at].figure is None]
        if not any(items[at].stem not in shared and items[at].counts for at in places):
            continue
        where = {clauses[at] for at in places}
        here = {at for at in denials if clauses[at] in where}
        answered |= here
        problem = _of_fact(fact, items, places, here, tongue)
        if problem:
            return problem
    if denials - answered:
        at = min(denials - answered)
        return f"it denies (“{items[at].text}”) what nothing that it rests on denies"
    return ""


def _stems_of_others(fact: Fact, facts: Sequence[Fact], tongue: Tongue) -> frozenset[str]:
    others = (name_stems(other, tongue) for other in facts if other.cell != fact.cell)
    return frozenset().union(*others)


def _of_fact(
    fact: Fact, items: Sequence[Item], places: Sequence[int], denials: set[int], tongue: Tongue
) -> str:
    if fact.absence:
        return _of_absence(fact, items, denials, tongue)
    name = [item for item in name_items(fact, tongue) if item.counts]
    said = [items[at].stem for at in sorted(places)]
    wanted = [item.stem for item in name if item.weight != "negation"]
    if not _in_order(wanted, said):
        return f"it says only a part of {fact.name}"
    own = sum(item.weight == "negation" for item in name)
    if len(denials) != own + (fact.value is False):
        return f"{fact.name} is {'yes' if fact.value else 'no'}"
    return ""


def _of_absence(fact: Fact, items: Sequence[Item], denials: set[int], tongue: Tongue) -> str:
    words = fact.absence.replace("_", " ")
    if len(denials) != 1:
        return f"{fact.name} is absent ({words})"
    told = {items[at].word for at in denials}
    looked_for = any(item.word in tongue.absences for item in items) or told & tongue.missing
    if fact.absence not in _NOT_THERE and not looked_for:
        return f"{fact.name} was {words}, which does not say that there is none"
    return ""


def _in_order(wanted: Sequence[str], said: Sequence[str]) -> bool:
    rest = iter(said)
    return all(word in rest for word in wanted)
