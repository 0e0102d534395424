"""Gathers the cells that wait for a person, with all that their order is made of."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeVar

from casework.base.hashing import sha256_text
from casework.base.ids import uuid7
from casework.review.acceptance import NOTHING_PROMISED, Acceptances
from casework.review.decide import same_answer
from casework.review.order import Waiting, Why, doubt_of
from casework.review.queue import AUDIT, Grounds, review_reason, unconfirmed
from casework.sdk.desk.kin import kin_of
from casework.sdk.desk.views import BECAUSE_SECOND
from casework.sdk.following import Following
from casework.sdk.nested import CaseTree, columns_read, load_tree
from casework.sdk.pages import Pages
from casework.sdk.promised.passing import acceptances_now
from casework.sdk.rows import batches
from casework.sdk.sheet.waits import AWAITS, dependents
from casework.sdk.wire import House
from casework.types.assignment import Assignment
from casework.types.case import CaseRecord, Cell
from casework.types.nesting import has_rows
from casework.types.procedure import Procedure, Step
from casework.types.verdict import SecondReading, Verdict

_TEACHES = "to learn how sure it is of this step"
_TAUGHT = 25
"""So many answers to a promised step are asked for until its confidence is measured, which takes 20
(`learn.calibrate`): some say nothing of the value."""
_KEEPS = "looks right: an answer teaches what must stay so"
_KEPT = 5
"""So many values that stand are asked about in a step that learns from corrections: those alone
would not show what a new version makes worse."""
_TAKEN_BACK = "the decision was taken back"
_NOT_DRAWN = (0.0, False, 0)
_Place = tuple[str, str]
_Key = TypeVar("_Key", bound=Hashable)
Only = Literal["", "unsure", "audit"]


@dataclass(frozen=True, slots=True)
class Asked:
    """Which cells are asked about: of these cases and steps (paths), all for none; only those of
    the audit stream, or only the others; never those that `who` has read before."""

    who: str
    cases: tuple[str, ...] = ()
    paths: frozenset[str] = frozenset()
    only: Only = ""


@dataclass(slots=True)
class Read:
    """What people have read in a worksheet: the first blind reading of each audited cell, all
    verdicts by cell, second readings by the verdict they follow."""

    first: dict[_Place, Verdict] = field(default_factory=dict)
    verdicts: dict[_Place, list[Verdict]] = field(default_factory=dict)
    second: dict[str, list[SecondReading]] = field(default_factory=dict)
    _steps: dict[str, set[str]] = field(default_factory=dict)

    def of(self, case_id: str) -> list[list[Verdict]]:
        """What was decided in a case, cell by cell."""
        return [self.verdicts[case_id, step_id] for step_id in self._steps.get(case_id, ())]

    def seen(self, place: _Place, outcome_id: str) -> bool:
        """Whether somebody has decided on this outcome of a cell, whatever became of it."""
        return any(one.against == outcome_id for one in self.verdicts.get(place, ()))

    def people(self, place: _Place) -> frozenset[str]:
        """Who has decided on a cell, whatever became of it."""
        return frozenset(one.who for one in self.verdicts.get(place, ()))

    def forget(self, case_ids: Collection[str], verdict_ids: Collection[str]) -> None:
        """Know nothing of these cases any more, so that it can be told anew."""
        for id in verdict_ids:
            self.second.pop(id, None)
        for case_id in case_ids:
            for step_id in self._steps.pop(case_id, ()):
                self.first.pop((case_id, step_id), None)
                self.verdicts.pop((case_id, step_id), None)

    def add(self, verdicts: Iterable[Verdict], readings: Iterable[SecondReading]) -> None:
        """Know of these decisions and readings, told in their order."""
        for verdict in verdicts:
            place = (verdict.case_id, verdict.step_id)
            self.verdicts.setdefault(place, []).append(verdict)
            self._steps.setdefault(verdict.case_id, set()).add(verdict.step_id)
            if verdict.stream == "audit" and verdict.blind:
                self.first.setdefault(place, verdict)
        for reading in readings:
            self.second.setdefault(reading.verdict, []).append(reading)

    def by(self, place: _Place, who: str) -> bool:
        """Whether this person has decided on a cell, whatever became of it."""
        return any(one.who == who for one in self.verdicts.get(place, ()))


async def what_was_read(house: House, worksheet_id: str) -> Read:
    """What people have read in a worksheet so far."""
    read = Read()
    store = house.store
    read.add(
        await store.verdicts.of_worksheet(worksheet_id),
        await store.second_readings.of_worksheet(worksheet_id),
    )
    return read


class Queue:
    """Tells of each cell whether it waits for a person, and what its place rests on."""

    def __init__(self, house: House, worksheet_id: str, procedure: Procedure, asked: Asked) -> None:
        self._house = house
        self._asked = asked
        self.worksheet_id = worksheet_id
        self.procedure = procedure
        self.read = Read()
        self.acceptances: Acceptances = NOTHING_PROMISED
        self._drawn: Mapping[str, tuple[float, bool, int]] = {}
        self._second: Mapping[str, str] = {}
        self._kin: Callable[[CaseRecord], str] | None = None
        self._noted: set[str] = set()
        self._since = ""
        self._dependents: dict[str, Mapping[str, frozenset[str]]] = {}
        self._corrected: frozenset[str] = frozenset()
        self._stood: Counter[str] = Counter()
        self._judged: Counter[str] = Counter()
        self._asked_of: Mapping[_Place, Assignment] = {}

    async def prepare(self, following: Following, *, every_verdict: bool = True) -> None:
        """Read what holds for all cases; what was decided in them only with `every_verdict`, else
        whoever looks at a case tells it (`read`)."""
        store = self._house.store
        self._since = uuid7()
        self.acceptances = await acceptances_now(self._house, following)
        if every_verdict:
            self.read = await what_was_read(self._house, self.worksheet_id)
        for step, kind, _, count, cells in await store.verdicts.tally(self.worksheet_id):
            self._judged[step] += cells
            self._stood[step] += count if kind == "accepted" else 0
            self._corrected |= {step} if kind == "corrected" else set()
        await self.asked_else()
        self._kin = await kin_of(store, self.worksheet_id)

    def know(
        self,
        families: Mapping[str, str],
        verdicts: Sequence[Verdict],
        readings: Iterable[SecondReading],
    ) -> None:
        """Know of all that was decided and read in cases and rows (ids, with that of their case).
        It is kept of cases that were drawn, where it tells what is still to be read; of the others
        decisions that were given since it was prepared are counted."""
        self.read.forget(families, {one.id for one in verdicts})
        self.read.add((one for one in verdicts if families[one.case_id] in self._drawn), readings)
        for verdict in verdicts:
            if verdict.id > self._since and verdict.id not in self._noted:
                self._noted.add(verdict.id)
                self._judged[verdict.step_id] += 1
                self._stood[verdict.step_id] += verdict.kind == "accepted"
                if verdict.kind == "corrected":
                    self._corrected |= {verdict.step_id}

    @property
    def knows_kin(self) -> bool:
        """Whether any cases look alike."""
        return self._kin is not None

    def kin(self, case: CaseRecord) -> str:
        """What a case has in common with those that look alike."""
        return self._kin(case) if self._kin is not None else case.id

    def drawn(self, *, twice: bool = False) -> list[str]:
        """The cases that were drawn at random, in that order; with `twice` those that two read."""
        return [id for id, told in self._drawn.items() if told[1] or not twice]

    async def gather(self) -> list[Waiting]:
        """All cells that wait, in the order of the cases."""
        found: list[Waiting] = []
        teaching: dict[str, list[Waiting]] = {}
        pages = Pages(self._house.store, self.worksheet_id)
        async for cases in batches(pages.chosen(self._asked.cases)):
            for tree in await self.trees(cases):
                for one in self.of(tree):
                    (teaching.setdefault(one.path, []) if teaches(one) else found).append(one)
        return [*found, *self.few(teaching)]

    @property
    def audit_share(self) -> float:
        """The share of what is shown that comes of cases drawn at random."""
        return self._house.settings.number("review.audit_share")

    @property
    def asked_of(self) -> Mapping[_Place, Assignment]:
        """Who was asked to decide on which cells."""
        return self._asked_of

    async def ask_again(self) -> set[str]:
        """Read again who was asked to decide; the ids of the cases and rows where that changed."""
        before = self._asked_of
        self._asked_of = await self._house.store.assignments.open(self.worksheet_id)
        return {case_id for case_id, _ in _differing(before, self._asked_of)}

    async def asked_else(self) -> set[str]:
        """Read again all that is asked of people beside what stands in cells: assignments, cases
        that were drawn, second readings; the ids of the cases and rows where that changed."""
        store, sheet = self._house.store, self.worksheet_id
        audits = enumerate((await store.audits.of_worksheet(sheet)).items())
        drawn = {id: (one.probability, one.twice, at) for at, (id, one) in audits}
        read = {one.id: one.case_id for one in await store.second_readings.of_worksheet(sheet)}
        changed = _differing(self._drawn, drawn)
        changed |= {case_id for _, case_id in self._second.items() ^ read.items()}
        self._drawn, self._second = drawn, read
        return changed | await self.ask_again()

    def may_teach(self) -> bool:
        """Whether any step is asked about so that something of it is learned."""
        return any(self._learns(step) for step in self.procedure.steps)

    def few(self, teaching: Mapping[str, list[Waiting]]) -> Iterator[Waiting]:
        """Of the cells that would teach something of a step as many as that takes, picked by chance
        and always the same."""
        for path, waiting in teaching.items():
            yield from heapq.nsmallest(
                self._wanted(path), waiting, key=lambda one: sha256_text(one.case_id)
            )

    def learning(self) -> dict[str, int]:
        """Of which steps (paths) something is to be learned, and how many answers that takes."""
        steps = [step.id for step in self.procedure.steps if self._learns(step)]
        return {path: wanted for path in steps if (wanted := self._wanted(path))}

    def _wanted(self, path: str) -> int:
        """How many answers are still asked for so that something of a step is learned."""
        if path in self.acceptances:
            return max(0, _TAUGHT - self._judged[path])
        return max(0, _KEPT - self._stood[path])

    def _learns(self, step: Step) -> bool:
        taught = step.id in self.acceptances or step.id in self._corrected
        return taught and step.reads_documents and step.review == "unsure"

    async def trees(self, cases: Sequence[CaseRecord]) -> list[CaseTree]:
        """These cases with their rows; where there are none, all cells in one go."""
        if has_rows(self.procedure):
            sheet = self.worksheet_id
            return [await load_tree(self._house, sheet, self.procedure, case) for case in cases]
        cells = await self._house.store.cells.of_cases([case.id for case in cases])
        return [CaseTree(case, self.procedure, cells.get(case.id, {})) for case in cases]

    def of(self, tree: CaseTree) -> list[Waiting]:
        """Those of one case and of its rows."""
        return [waiting for one in tree.every() for waiting in self._of_level(one)]

    def _of_level(self, tree: CaseTree) -> Iterator[Waiting]:
        """Those of a case, or of a row, itself."""
        case, passing = tree.case, NOTHING_PROMISED if tree.outer else self.acceptances
        steps = tree.procedure.steps
        row = {one.id: (one, tree.cells.get(one.id) or Cell(case.id, one.id)) for one in steps}
        grounds = Grounds({**columns_read(tree), **row}, passing)
        for step, cell in row.values():
            path = f"{tree.path}{step.id}"
            if self._asked.paths and path not in self._asked.paths:
                continue
            if not self._house.rights.may_read_cell(case, cell):
                continue
            needs = review_reason(step, cell, grounds.of(step.id), passing.get(step.id))
            kind, because = self._why(tree, step, cell, needs)
            given = self._asked_of.get((case.id, step.id))
            if given is not None and kind == "unsure":
                because = _asked_for(given, because)
            if because and _meant(kind, self._asked.only):
                waiting = self._waiting(tree, step, cell, kind, because)
                if is_for(waiting, self._asked.who):
                    yield waiting

    def _waiting(self, tree: CaseTree, step: Step, cell: Cell, kind: Why, because: str) -> Waiting:
        path = f"{tree.path}{step.id}"
        passes = self.acceptances.get(path)
        probability, _, place = self._drawn.get(tree.case.id, _NOT_DRAWN)
        given = self._asked_of.get((tree.case.id, step.id))
        return Waiting(
            tree.top.case.id,
            tree.case.id,
            path,
            step.id,
            kind,
            because,
            self.kin(tree.top.case),
            doubt_of(cell, passes.threshold if passes else None),
            self._blocks(tree, step, cell),
            probability if kind != "unsure" else 0.0,
            place,
            _since(cell),
            given.whose if given else "",
            self._apart_from(tree, step, cell, kind),
        )

    def _apart_from(self, tree: CaseTree, step: Step, cell: Cell, kind: Why) -> frozenset[str]:
        """Who is not to decide: whoever has read what another person is to read once more, or has
        given the decision that waits for a second one."""
        if kind == "second":
            return self.read.people((tree.case.id, step.id))
        waits = cell.human is not None and not cell.conflict and unconfirmed(step, cell.human)
        return frozenset({cell.human.who}) if waits and cell.human else frozenset()

    def _why(self, tree: CaseTree, step: Step, cell: Cell, needs: str) -> tuple[Why, str]:
        """Why a person should look at a cell, beside what it `needs`; '' when nobody has to."""
        place = (tree.case.id, step.id)
        outcome_id = cell.machine.id if cell.machine else ""
        if needs == AUDIT:
            seen = self.read.seen(place, outcome_id)
            return ("unsure", _TAKEN_BACK) if seen else ("audit", needs)
        first = self.read.first.get(place)
        if first is not None and first.against == outcome_id:
            readings = self.read.second.get(first.id, [])
            twice = self._drawn.get(tree.case.id, _NOT_DRAWN)[1]
            if twice and not readings and not self.read.by(place, self._asked.who):
                return "second", BECAUSE_SECOND
            if not needs:
                return "unsure", _apart(step, cell, first, readings)
        return "unsure", needs or self._teaches(tree, step, cell)

    def _teaches(self, tree: CaseTree, step: Step, cell: Cell) -> str:
        """Why a cell that needs nobody is asked about: its step bears a promise, and how sure the
        machine is of it was not measured yet; or it learns from corrections. '' for none."""
        if tree.outer or cell.human is not None or not step.reads_documents:
            return ""
        machine = cell.machine if cell.state in ("value", "absent") else None
        if machine is None or machine.outcome.confidence is not None:
            return ""
        if step.id in self.acceptances:
            return _TEACHES
        learns = step.id in self._corrected and step.review == "unsure"
        return _KEEPS if learns and machine.outcome.kind == "value" else ""

    def _blocks(self, tree: CaseTree, step: Step, cell: Cell) -> int:
        """How many cells of its case wait for this one, directly or through others."""
        if cell.state in ("value", "absent") and not cell.rejected:
            return 0
        reads = self._dependents.get(tree.path)
        if reads is None:
            reads = self._dependents[tree.path] = dependents(tree.procedure)
        waits = (tree.cells.get(id) for id in reads[step.id])
        return sum(one is None or one.state in AWAITS for one in waits)


def teaches(waiting: Waiting) -> bool:
    """Whether a cell needs nobody, and is asked about for what it teaches."""
    return waiting.because in (_TEACHES, _KEEPS)


def is_for(waiting: Waiting, who: str) -> bool:
    """Whether a cell is this person's to decide; '' asks for everybody's."""
    return not who or (waiting.whose in ("", who) and who not in waiting.apart)


def _asked_for(given: Assignment, because: str) -> str:
    """Why a cell waits that somebody was asked to decide."""
    what = "sent back by" if given.kind == "sent_back" else "assigned by"
    words = f"{what} {given.who}"
    told = given.note or because
    return f"{words}: {told}" if told else words


def _since(cell: Cell) -> str:
    """Since when a cell has waited."""
    return cell.human.at if cell.human is not None and not cell.conflict else cell.since


def _differing(before: Mapping[_Key, object], now: Mapping[_Key, object]) -> set[_Key]:
    """The keys that tell something else than before, or are in one of the two alone."""
    return {key for key in {*before, *now} if before.get(key) != now.get(key)}


def _meant(kind: Why, only: Only) -> bool:
    return not only or (kind == "unsure") == (only == "unsure")


def _apart(step: Step, cell: Cell, first: Verdict, readings: Collection[SecondReading]) -> str:
    """That two people read a cell differently, while nobody has decided between them."""
    for reading in readings:
        if cell.human is None or cell.human.at > reading.at:
            continue
        if not same_answer(step, (first.value, first.absence), (reading.value, reading.absence)):
            return f"{first.who} and {reading.who} read it differently"
    return ""
