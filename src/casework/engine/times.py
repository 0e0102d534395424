"""When a case was first answered (nothing of it is left that can be settled without a person), and
since when no cell of it needs a person. What needs a person is told from outside.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from casework.engine.assess import Assessment, readable
from casework.engine.program import Column
from casework.types.case import CaseRecord, Cell, CellState, WaitKind
from casework.types.procedure import Step

Wants = Callable[[Sequence[Step], Mapping[str, Cell]], bool]
"""Whether a cell of a case needs a person, by its steps and its cells by step id."""

_SETTLED: frozenset[CellState] = frozenset({"value", "absent", "skipped"})


def nobody(steps: Sequence[Step], cells: Mapping[str, Cell]) -> bool:
    """The `Wants` of whoever does not ask for people."""
    return False


def timed(
    case: CaseRecord, steps: Sequence[Step], cells: Mapping[str, Cell], wants: Wants, now: str
) -> CaseRecord:
    """The case with its times as they are now; when it was first answered stays. `steps` come in
    an order in which each stands after what it reads."""
    answered = answered_at(steps, cells)
    first = case.answered_at or answered
    decided = ""
    if answered and not wants(steps, cells):
        decided = case.decided_at or now
    return replace(case, answered_at=first, decided_at=decided)


def answered_at(steps: Sequence[Step], cells: Mapping[str, Cell]) -> str:
    """When the last cell settled that needs no person; '' while one is open, or none is settled.

    Cells that wait for a person, are set aside, or hang on such cells are a person's.
    """
    last = ""
    by_hand: set[str] = set()
    for step in steps:
        cell = cells.get(step.id) or Cell("", step.id)
        if cell.human is not None and not cell.rejected:
            last = max(last, cell.human.at)
        elif cell.state in _SETTLED and not cell.rejected:
            last = max(last, cell.since)
            effective = cell.effective()
            if effective is None or not readable(effective.digest):
                by_hand.add(step.id)
        elif cell.rejected or of_a_person(cell.state, cell.waiting_for, step.references, by_hand):
            by_hand.add(step.id)
        else:
            return ""
    return last


def only_people_left(cells: Iterable[tuple[Column, Assessment]]) -> bool:
    """The same of cells as a plan judges them, those that are settled left out."""
    by_hand: set[str] = set()
    for column, judged in cells:
        references = column.step.references
        if judged.kind == "run" or not of_a_person(
            judged.state, judged.waiting_for, references, by_hand
        ):
            return False
        by_hand.add(column.step.id)
    return True


def of_a_person(
    state: CellState,
    waiting_for: WaitKind | None,
    references: Collection[str],
    by_hand: Collection[str],
) -> bool:
    """Whether only a person can bring a cell further, or a cell that it reads."""
    if state == "set_aside" or waiting_for == "person":
        return True
    return waiting_for == "input" and any(name in by_hand for name in references)
