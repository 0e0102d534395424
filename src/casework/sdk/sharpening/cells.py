"""The cells of a step on which people have spoken, as what a sharper instruction is made from and
measured by. What not everybody may read is left out: an instruction is read by everybody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from casework.base.hashing import sha256_text
from casework.learn.folds import units_of
from casework.procedures.sharpened import Example
from casework.sdk.desk.kin import alone, kin_of
from casework.sdk.show import shown
from casework.sdk.wire import House
from casework.steps.sharpen import Wrong
from casework.types.case import CaseRecord, Cell, Outcome, value_digest
from casework.types.label import Label, join_all
from casework.types.procedure import Step
from casework.types.verdict import Verdict

MOST = 12
"""So many wrong cells are shown to a model, or written as examples."""
_QUOTES = 3


@dataclass(frozen=True, slots=True)
class Spoken:
    """A cell on which somebody has spoken. `group` is the same for cases that look alike; `wrong`
    and `example` tell what went wrong, None where nothing did."""

    case: CaseRecord
    group: str
    wrong: Wrong | None = None
    example: Example | None = None


@dataclass(frozen=True, slots=True)
class SpokenCells:
    """Those of a step. `shown` are groups from which a proposal may be made; all others are held
    out, to measure it. `left_out` counts cells that not everybody may read."""

    cells: tuple[Spoken, ...]
    shown: frozenset[str]
    left_out: int

    @property
    def used(self) -> list[Spoken]:
        """The wrong cells that a proposal is made from."""
        wrong = (cell for cell in self.cells if cell.wrong and cell.group in self.shown)
        return list(wrong)[:MOST]


async def spoken_cells(house: House, worksheet_id: str, step: Step) -> SpokenCells:
    """Gather them, and part them by groups of documents that look alike."""
    kin = await kin_of(house.store, worksheet_id) or alone
    verdicts = await house.store.verdicts.of_worksheet(worksheet_id)
    cells: list[Spoken] = []
    left_out = 0
    for case_id in dict.fromkeys(one.case_id for one in verdicts if one.step_id == step.id):
        case = await house.store.cases.get(case_id)
        cell = (await house.store.cells.of_case(case_id)).get(step.id)
        if cell is None or cell.human is None or cell.human.kind == "adopted":
            continue
        against = await _against(house, cell, cell.human)
        if _label(case, cell, against).readers is not None:
            left_out += 1
        else:
            cells.append(_spoken(case, kin(case), step, cell.human, against))
    apart = _apart(cells)
    return SpokenCells(tuple(apart), _to_show(apart), left_out)


def _apart(cells: Sequence[Spoken]) -> list[Spoken]:
    """The cells by what stays together: their group, or where one group has most of all cells, the
    case alone."""
    units = units_of([cell.group for cell in cells], [cell.case.id for cell in cells])
    return [replace(cell, group=":".join(unit)) for cell, unit in zip(cells, units, strict=True)]


def _to_show(cells: Sequence[Spoken]) -> frozenset[str]:
    """Every other group with a wrong cell, by the digest of its name."""
    groups = sorted({cell.group for cell in cells if cell.wrong}, key=sha256_text)
    return frozenset(groups[::2])


async def _against(house: House, cell: Cell, verdict: Verdict) -> Outcome | None:
    """What the machine had said when the person spoke."""
    if cell.machine is not None and cell.machine.id == verdict.against:
        return cell.machine.outcome
    history = await house.store.cells.history(cell.case_id, cell.step_id)
    return next((one.outcome for one in history if one.id == verdict.against), None)


def _label(case: CaseRecord, cell: Cell, against: Outcome | None) -> Label:
    told = [Label(readers=document.readers) for document in case.documents]
    outcomes = (against, cell.machine.outcome if cell.machine else None)
    return join_all([*told, *(outcome.label for outcome in outcomes if outcome is not None)])


def _spoken(
    case: CaseRecord, group: str, step: Step, verdict: Verdict, against: Outcome | None
) -> Spoken:
    if against is None or verdict.kind == "accepted":
        return Spoken(case, group)
    rejected = verdict.kind == "rejected"
    if not rejected and value_digest(verdict.value, verdict.absence) == against.value_digest:
        return Spoken(case, group)
    said = shown(against.value, against.absence or "", step)
    right = "" if rejected else shown(verdict.value, verdict.absence, step)
    quotes = tuple(one.quote for one in against.proof.citations if one.quote)[:_QUOTES]
    wrong = Wrong(case.name, said, quotes, right, verdict.note)
    example = Example(quotes[0], right, said, verdict.note) if right and quotes else None
    return Spoken(case, group, wrong, example)
