"""The audit stream of a promise: documents with what people found in them, as the bound takes them.

What counts is the first verdict on a cell of a drawn case: given blind, against an answer that the
step still gives as it is today. Whatever trained a version was said of an earlier one, so it is not
in the stream of the new one. An answer that was not blind speaks at most against the machine; one
that was taken back stays as it was given, for nobody can be blind twice. Where two people read a
cell both have to agree with the machine.

Documents count in the order in which they were drawn, each once nothing is open of it and of those
before it: so nobody makes the stream better by leaving hard ones for later. Of those that are read
twice only the good news waits for the second reader.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from casework.review.bound import Audited, Checked
from casework.types.confidence import NOVELTY
from casework.types.trust import Audit, DrawnCell, Judged
from casework.types.values import Json
from casework.types.verdict import SecondReading

Answer = tuple[Json, str]
"""A value and an absence, '' for a value."""
_Read = tuple[Judged, Sequence[SecondReading]]
Same = Callable[[str, Answer, Answer], bool]
"""Whether two answers of a step (its id) say the same."""
NEVER_PASSES = ("conflict", "unreadable", "failed")
"""Absences that a reader passes on however sure it is; of the last one only a conflict."""
_SAYS = ("accepted", "corrected", "rejected")
"""Kinds of verdicts that say what somebody read; `adopted`, `undone` and `redone` do not."""


@dataclass(frozen=True, slots=True)
class Covered:
    """What a promise covers: step ids, each with the meanings (digests) that its answers may have
    had, and the learned versions (ids) of which one must have told how sure it was, where any is at
    work."""

    marks: Mapping[str, frozenset[str]]
    versions: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @property
    def meanings(self) -> frozenset[str]:
        """The meanings of all its steps."""
        return frozenset().union(*self.marks.values())

    def holds(self, answer: Judged | DrawnCell) -> bool:
        """Whether an answer, judged or not, is one as the step gives it now."""
        wanted = self.versions.get(answer.step_id)
        at_work = not wanted or not wanted.isdisjoint(answer.versions)
        return at_work and answer.meaning in self.marks.get(answer.step_id, ())


@dataclass(frozen=True, slots=True)
class CheckedDocument:
    """A document of the stream. `at` is when nothing was open any more of it and of those before
    it, `found_at` when the machine last answered for it, `novelty` how unlike what was learned from
    it is (None: nobody measured)."""

    case_id: str
    at: str
    found_at: str
    audited: Audited
    probability: float
    novelty: float | None = None


@dataclass(frozen=True, slots=True)
class ReadTwice:
    """How often two people read the same cell, and how often they read the same."""

    cells: int = 0
    agreed: int = 0


@dataclass(frozen=True, slots=True)
class AuditStream:
    """`documents` in the order in which they were done; `open` counts drawn cases of which
    something is still to be read, `behind` those that were read and wait for one drawn before them,
    `second` those that wait for a second person."""

    documents: tuple[CheckedDocument, ...] = ()
    open: int = 0
    behind: int = 0
    second: int = 0
    twice: ReadTwice = field(default_factory=ReadTwice)

    @property
    def audited(self) -> list[Audited]:
        """The documents as the bound takes them."""
        return [document.audited for document in self.documents]


@dataclass(frozen=True, slots=True)
class Readings:
    """What is known of a worksheet's audit stream: the drawn cases, every verdict on cells of
    theirs (oldest first), what second people read, the cells as they are now, and those (case and
    step) that were decided before casework: they may have taught what they would certify."""

    audits: Mapping[str, Audit]
    judged: Sequence[Judged] = ()
    second: Sequence[SecondReading] = ()
    cells: Sequence[DrawnCell] = ()
    imported: Collection[tuple[str, str]] = frozenset()


def stream_of(readings: Readings, covered: Covered, same: Same) -> AuditStream:
    """The stream of what is covered."""
    first = _first(readings.judged, covered)
    others: dict[tuple[str, str], list[SecondReading]] = {}
    for one in readings.second:
        others.setdefault((one.case_id, one.step_id), []).append(one)
    cells: dict[str, list[DrawnCell]] = {}
    for cell in readings.cells:
        if cell.step_id in covered.marks:
            cells.setdefault(cell.case_id, []).append(cell)
    done: list[CheckedDocument] = []
    open_cases = behind = second = 0
    at = ""
    for case_id, audit in readings.audits.items():
        verdicts = first.get(case_id, {})
        taught = any((case_id, step) in readings.imported for step in covered.marks)
        if not all(covered.holds(judged) for judged in verdicts.values()):
            continue  # said of what the step was before
        unread = [cell for cell in cells.get(case_id, ()) if cell.step_id not in verdicts]
        measured = [one for one in unread if not one.decided and one.confidence is not None]
        if not taught and any(map(covered.holds, measured)):
            open_cases += 1
            continue
        if measured:
            continue  # nobody is asked before it is made anew, or it may say nothing
        read = [(one, others.get((case_id, step), ())) for step, one in verdicts.items()]
        told = taught or any(one.decided for one in unread)
        document = _document(case_id, audit, read, same, told=told)
        if open_cases:
            behind += document is not None
            continue
        at = max([at, *(one.at for one in verdicts.values())])
        if document is None:
            continue
        lacking = audit.twice and not all(late for _, late in read)
        second += lacking
        if _found_wrong(read, same):
            done.append(replace(document, at=at))
        elif not lacking:
            last = max([at, *(one.at for _, late in read for one in late)])
            done.append(replace(document, at=last))
    done.sort(key=lambda one: one.at)
    return AuditStream(tuple(done), open_cases, behind, second, _twice(first, others, same))


def is_right(judged: Judged, others: Iterable[SecondReading], same: Same) -> bool:
    """Whether everybody who read a cell read what the machine found."""
    found = (judged.machine_value, judged.machine_absence)
    agreed = judged.kind == "accepted" or (
        judged.kind == "corrected" and same(judged.step_id, found, (judged.value, judged.absence))
    )
    return agreed and all(same(judged.step_id, found, (one.value, one.absence)) for one in others)


def _first(judged: Iterable[Judged], covered: Covered) -> dict[str, dict[str, Judged]]:
    """The first verdict that says something on each covered cell, by case and step."""
    found: dict[str, dict[str, Judged]] = {}
    for one in judged:
        if one.step_id in covered.marks and one.kind in _SAYS:
            found.setdefault(one.case_id, {}).setdefault(one.step_id, one)
    return found


def _found_wrong(read: Sequence[_Read], same: Same) -> bool:
    """Whether the first reader of any cell read something else than the machine."""
    return any(one.wrong for judged, _ in read for one in _answers(judged, (), same))


def _document(
    case_id: str, audit: Audit, read: Sequence[_Read], same: Same, *, told: bool
) -> CheckedDocument | None:
    """A document of which nothing is open; None when nothing can be said by it. Where a cell was
    not hidden, or was `told` by something else than reading, it speaks only against the machine."""
    checked: list[Checked] = []
    blind = not told
    for judged, others in read:
        answers = _answers(judged, others, same)
        if not answers:
            continue  # such a cell never passes by itself
        hidden = judged.stream == "audit" and judged.blind
        blind = blind and hidden
        counting = [one for one in answers if hidden or one.wrong]
        if counting:
            checked.append(replace(counting[-1], earlier=tuple(counting[:-1])))
    if not checked or not (blind or any(cell.wrong for cell in checked)):
        return None
    return CheckedDocument(
        case_id,
        max(one.at for one, _ in read),
        max(one.found_at for one, _ in read),
        Audited(tuple(checked)),
        audit.probability,
        max(
            (one.signals[NOVELTY] for one, _ in read if NOVELTY in one.signals),
            default=None,
        ),
    )


def _answers(judged: Judged, others: Collection[SecondReading], same: Same) -> list[Checked]:
    """What each reader of a cell said that might pass by itself, the one that answered last."""
    read = (judged.value, judged.absence)
    found = []
    for one in judged.earlier:
        said = (one.value, one.absence)
        right = judged.kind != "rejected" and same(judged.step_id, said, read)
        right = right and all(same(judged.step_id, said, (o.value, o.absence)) for o in others)
        if one.absence not in NEVER_PASSES:
            found.append(Checked(one.confidence, not right))
    if judged.confidence is not None and judged.machine_absence not in NEVER_PASSES[:1]:
        found.append(Checked(judged.confidence, not is_right(judged, others, same)))
    return found


def _twice(
    first: Mapping[str, Mapping[str, Judged]],
    others: Mapping[tuple[str, str], Sequence[SecondReading]],
    same: Same,
) -> ReadTwice:
    """Of cells that two people read: whether they read the same, whatever the machine found."""
    cells = agreed = 0
    for (case_id, step_id), readings in others.items():
        one = first.get(case_id, {}).get(step_id)
        if one is None or one.kind == "rejected":
            continue
        for other in readings:
            cells += 1
            agreed += same(step_id, (one.value, one.absence), (other.value, other.absence))
    return ReadTwice(cells, agreed)
