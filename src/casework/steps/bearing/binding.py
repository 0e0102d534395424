"""Whether every value of a sentence stands under its own name: Net is not called VAT.

Looks at values that could be mistaken for each other: those of one type.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from casework.steps.bearing.facts import Fact, name_stems
from casework.steps.bearing.items import Item, clauses_of, items_of
from casework.steps.bearing.mentions import Mention, mentions_of
from casework.steps.bearing.tongue import Tongue

_COUNT = -1


@dataclass(frozen=True, slots=True)
class _Label:
    """Items from `first` to `end` (exclusive) that name one of these columns. A `weak` one (amount,
    invoice) may also be meant in general: it counts where its clause has no other."""

    first: int
    end: int
    names: frozenset[str]
    weak: bool = False


def misnamed(
    items: Sequence[Item], mentions: Sequence[Mention], known: Sequence[Fact], tongue: Tongue
) -> str:
    """What value stands under another name than its own, in words; '' when none does. `known` are
    all facts that the sentence could speak of, cited or not."""
    taken = {at for m in mentions if m.facts[0].family == "text" for at in range(m.first, m.end)}
    for family in dict.fromkeys(fact.family for m in mentions for fact in m.facts):
        facts = [f for f in known if f.family == family and not f.states]
        told = [m for m in mentions if any(f.family == family for f in m.facts)]
        labels = list(_labels(items, facts, taken, tongue))
        if extra := _overnamed(items, told, labels):
            return extra
        for mention, label in _paired(items, told, labels):
            if label is None:
                if len(_cells(mentions)) > 1 and not _named(items, mention, taken, tongue):
                    return f"it does not say what {said_at(items, mention)} is"
            elif not any(fact.name in label.names for fact in mention.facts):
                called = " ".join(item.text for item in items[label.first : label.end])
                return f"{said_at(items, mention)} is not “{called}”"
    return _in_another_row(items, mentions, known, tongue)


def _labels(
    items: Sequence[Item], facts: Sequence[Fact], taken: set[int], tongue: Tongue
) -> Iterator[_Label]:
    """The places where a name stands that tells facts of one family apart."""
    stems = {fact.name: name_stems(fact, tongue) for fact in facts}
    if len(stems) < 2:
        return
    shared = frozenset.intersection(*stems.values())
    naming: dict[str, set[str]] = {}
    for name, words in stems.items():
        for word in words - shared:
            naming.setdefault(word, set()).add(name)
    found: list[_Label] = []
    for at, item in enumerate(items):
        names = frozenset(naming.get(item.stem, ()))
        if not names or at in taken or item.figure is not None:
            continue
        weak = not item.counts or item.word in tongue.topics
        together = found[-1].names & names if found and found[-1].end >= at - 1 else frozenset()
        if together:
            found[-1] = _Label(found[-1].first, at + 1, together, found[-1].weak and weak)
        else:
            found.append(_Label(at, at + 1, names, weak))
    clauses = clauses_of(items)
    strong = {clauses[label.first] for label in found if not label.weak}
    for label in found:
        whole = _named_whole(items[label.first : label.end], label.names, stems)
        if not label.weak:
            yield label
        elif whole and clauses[label.first] not in strong:
            yield replace(label, names=whole)


def _named_whole(
    items: Sequence[Item], names: frozenset[str], stems: Mapping[str, frozenset[str]]
) -> frozenset[str]:
    """Those of the names of which all words stand here."""
    said = {item.stem for item in items}
    return frozenset(name for name in names if stems[name] <= said)


def _paired(
    items: Sequence[Item], mentions: Sequence[Mention], labels: Sequence[_Label]
) -> Iterator[tuple[Mention, _Label | None]]:
    """Each value with the name that it stands under; None where it stands under none."""
    if len(labels) == len(mentions) > 1:
        before = labels[-1].end <= mentions[0].first
        behind = mentions[-1].end <= labels[0].first
        if before or behind:
            yield from zip(mentions, labels, strict=True)
            return
    clauses = clauses_of(items)
    for mention in mentions:
        clause = clauses[mention.first]
        here = [label for label in labels if clauses[label.first] == clause]
        if not here:
            others = {clauses[m.first] for m in mentions}
            here = [
                label
                for label in labels
                if label.end <= mention.first and clauses[label.first] not in others
            ][-1:]
        yield mention, min(here, key=lambda label: _distance(mention, label), default=None)


def _overnamed(items: Sequence[Item], mentions: Sequence[Mention], labels: Sequence[_Label]) -> str:
    """A clause with more names than values of one type, in words; '' when there is none."""
    clauses = clauses_of(items)
    for mention in mentions:
        here = [x for x in labels if clauses[x.first] == clauses[mention.first] and not x.weak]
        values = [m for m in mentions if clauses[m.first] == clauses[mention.first]]
        names = {name for label in here for name in label.names}
        if len(here) > len(values) and len(names) > len(values):
            return f"it gives {said_at(items, mention)} several names"
    return ""


def _distance(mention: Mention, label: _Label) -> tuple[int, int]:
    if label.end <= mention.first:
        return mention.first - label.end, 0
    return label.first - mention.end, 1


def _cells(mentions: Sequence[Mention]) -> set[tuple[str, str]]:
    return {(m.facts[0].cell, m.facts[0].name) for m in mentions}


def _named(items: Sequence[Item], mention: Mention, taken: set[int], tongue: Tongue) -> bool:
    """Whether a name of the value stands anywhere in the sentence; rows have names of their own."""
    if all(fact.row > 0 for fact in mention.facts):
        return True
    said = {item.stem for at, item in enumerate(items) if at not in taken and not item.figure}
    return any(said & name_stems(fact, tongue) for fact in mention.facts)


def _in_another_row(
    items: Sequence[Item], mentions: Sequence[Mention], known: Sequence[Fact], tongue: Tongue
) -> str:
    """A value of a table's row beside the words of another row, in words; '' for none."""
    rows = _by_cell(fact for fact in known if fact.row > 0 and fact.beside)
    for cell, facts in rows.items():
        labels = [fact for fact in facts if fact.wording]
        named = mentions_of(items, labels, tongue)
        used: set[int] = set()
        for mention in mentions:
            own = [fact for fact in mention.facts if fact.cell == cell and fact.row > 0]
            if not own or len(own) < len(mention.facts) or own[0].wording in own[0].beside:
                continue
            before = [m for m in named if m.end <= mention.first][-1:] or named[:1]
            values = {str(f.value) for f in facts if f.name == own[0].name}
            if not before and len(values) > 1:
                return f"it does not say in which row {said_at(items, mention)} stands"
            used.update(m.first for m in before)
            beside = {fact.row for m in before for fact in m.facts}
            if before and not beside & {fact.row for fact in own}:
                return f"{said_at(items, mention)} stands in another row"
        idle = [m for m in named if m.first not in used]
        if used and idle:
            return f"it does not say the value of {said_at(items, idle[0])}"
    return ""


def _by_cell(facts: Iterable[Fact]) -> dict[str, list[Fact]]:
    found: dict[str, list[Fact]] = {}
    for fact in facts:
        found.setdefault(fact.cell, []).append(fact)
    return found


def said_at(items: Sequence[Item], mention: Mention) -> str:
    return f"“{' '.join(item.text for item in items[mention.first : mention.end])}”"


def words_of(text: str, tongue: Tongue) -> frozenset[str]:
    """The stems of the words of a text."""
    return frozenset(item.stem for item in items_of(text, tongue))
