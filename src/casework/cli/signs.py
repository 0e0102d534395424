"""Signs and voices of cells: a shape first, then a word, then a colour, never colour alone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from casework.cli.terminal import said
from casework.sdk.notebook import mark_of
from casework.types.case import CellState

if TYPE_CHECKING:
    from rich.text import Text

    from casework.sdk.views import CellView

PROVED = "green"
LOOK = "yellow"
WRONG = "red"
QUIET = "dim"
PERSON = "bold"
RUNNING = "blue"
_REJECTED = "✗"

_VOICES = {
    "quoted": PROVED,
    "derived": PROVED,
    "reasoned": PROVED,
    "accepted": PROVED,
    "audit": LOOK,
    "unproved": LOOK,
    "unreadable": LOOK,
    "out_of_date": LOOK,
    "person": PERSON,
    "conflict": WRONG,
    "rejected": WRONG,
    "failed": WRONG,
    "set_aside": WRONG,
    "running": RUNNING,
}
_STATE_ORDER: tuple[CellState, ...] = (
    "value",
    "absent",
    "skipped",
    "waiting",
    "failed",
    "set_aside",
    "running",
    "queued",
    "idle",
)
_STATE_WORDS = {
    "value": "with a value",
    "absent": "absent",
    "skipped": "skipped",
    "waiting": "waiting",
    "failed": "failed",
    "set_aside": "set aside",
    "running": "running",
    "queued": "queued",
    "idle": "not run yet",
}


def word_of(cell: CellView) -> str:
    """The one word that a cell's sign stands for."""
    if cell.conflict:
        return "conflict"
    if cell.outdated:
        return "out_of_date"
    if cell.verdict is not None and cell.verdict.kind == "rejected":
        return "rejected"
    if "audit" in cell.flags:
        return "audit"
    if "accepted" in cell.flags:
        return "accepted"
    return cell.proof_word or cell.state


def voice_of(cell: CellView) -> str:
    """The colour that goes with the sign."""
    return _VOICES.get(word_of(cell), QUIET)


def sign(cell: CellView) -> Text:
    """The sign of a cell in its colour."""
    return said(_shape(cell), voice_of(cell))


def legend(cells: Iterable[CellView]) -> list[tuple[str, str, str]]:
    """The signs that occur, each once with its word and its colour."""
    seen: dict[str, tuple[str, str, str]] = {}
    for cell in cells:
        word = word_of(cell).replace("_", " ").replace("audit", "drawn at random")
        seen.setdefault(word, (_shape(cell), word, voice_of(cell)))
    return list(seen.values())


def state_counts(counts: dict[str, int]) -> list[tuple[str, int]]:
    """Counts by state in the order in which people want to hear them, with words."""
    return [(_STATE_WORDS[state], counts[state]) for state in _STATE_ORDER if counts.get(state)]


def _shape(cell: CellView) -> str:
    return _REJECTED if word_of(cell) == "rejected" else mark_of(cell)
