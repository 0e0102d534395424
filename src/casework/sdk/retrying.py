"""What was set aside, in groups with one reason each, and bringing groups back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from casework.base.errors import NotFoundError
from casework.store.aside import AsideCell
from casework.types.nesting import placed_steps
from casework.types.procedure import Procedure

_WORDS = {
    "model.invalid_answer": "invalid answer after repair",
    "model.answer_cut": "answer cut off",
    "model.refused": "refused by the model",
    "document.broken": "unreadable document",
    "python.failed": "Python step failed",
    "python.too_long": "Python step took too long",
    "rule.division": "division by zero",
    "rule.limit": "rule met a limit",
    "internal.error": "fault of casework",
}
_ROOMS = {"rule": "rule failed", "document": "unreadable document", "value": "unreadable value"}


@dataclass(frozen=True, slots=True)
class AsideGroup:
    """Cells of one step that were set aside for one kind of reason. `reason` is that of the first;
    `cases` are the names of all; `whole` counts those whose case is set aside as a whole."""

    step_id: str
    step_name: str
    code: str
    words: str
    reason: str
    since: str
    cases: tuple[str, ...]
    whole: int
    cells: tuple[tuple[str, str], ...]
    """Case id and step id of each."""


def groups_of(
    found: Iterable[AsideCell],
    procedure: Procedure,
    *,
    cases: Sequence[str] = (),
    steps: Sequence[str] = (),
    reason: str = "",
) -> tuple[AsideGroup, ...]:
    """The cells in groups, the largest first; only of these cases and steps (ids), and for a
    reason: a code, its kind in words, or words of the reason itself."""
    told: dict[tuple[str, str], list[AsideCell]] = {}
    for cell in found:
        chosen = (not cases or cell.case_id in cases) and (not steps or cell.step_id in steps)
        if chosen and _is_for(cell, reason):
            told.setdefault((cell.step_id, cell.code), []).append(cell)
    groups = [_group(step_id, code, cells, procedure) for (step_id, code), cells in told.items()]
    return tuple(sorted(groups, key=lambda group: -len(group.cells)))


def words_of(code: str) -> str:
    """The kind of a failure in words."""
    return _WORDS.get(code) or _ROOMS.get(code.partition(".")[0]) or code or "failed"


def check_found(
    groups: Sequence[AsideGroup], everything: Sequence[AsideGroup], reason: str
) -> None:
    """Raise `NotFoundError` when nothing is aside for this reason while other things are."""
    if groups or not everything or not reason:
        return
    kinds = ", ".join(dict.fromkeys(group.words for group in everything))
    raise NotFoundError(f"Nothing is set aside for {reason!r}.", fix=f"There is: {kinds}.")


def _is_for(cell: AsideCell, reason: str) -> bool:
    word = reason.strip().casefold()
    told = (cell.code, words_of(cell.code), cell.reason)
    return not word or any(word in text.casefold() for text in told)


def _group(step_id: str, code: str, cells: Sequence[AsideCell], procedure: Procedure) -> AsideGroup:
    placed = next((one for one in placed_steps(procedure.steps) if one.path == step_id), None)
    return AsideGroup(
        step_id,
        placed.title if placed else step_id,
        code,
        words_of(code),
        cells[0].reason,
        min(cell.since for cell in cells),
        tuple(cell.case_name for cell in cells),
        sum(cell.case_too for cell in cells),
        tuple((cell.case_id, cell.step_id) for cell in cells),
    )
