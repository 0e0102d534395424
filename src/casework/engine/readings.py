"""What was read before: looks up the outcome that a step would have under another method."""

from __future__ import annotations

from casework.base.hashing import digest
from casework.engine.fingerprint import DOCUMENTS, TODAY, documents_digest, fingerprint
from casework.procedures.meaning import meaning_of
from casework.procedures.rules import reads_today
from casework.types.case import Outcome
from casework.types.needs import CellStore, StepTask
from casework.types.procedure import Method


class RecordedReadings:
    """Implements `Readings` over the outcomes of a worksheet."""

    def __init__(self, cells: CellStore) -> None:
        self._cells = cells

    async def of(self, task: StepTask, method: Method) -> Outcome | None:
        """The outcome of the worksheet with the fingerprint that this step has by this method."""
        mark = fingerprint(digest(meaning_of(task.step, task.procedure, method)), _inputs(task))
        known = await self._cells.recorded(mark, worksheet_id=task.case.worksheet_id)
        return known.outcome if known is not None else None


def _inputs(task: StepTask) -> dict[str, str]:
    inputs = {name: given.read.digest for name, given in task.inputs.items()}
    if task.step.reads_documents:
        inputs[DOCUMENTS] = documents_digest(task.documents)
    rules = (task.step.rule, task.step.when)
    if any(rule is not None and reads_today(rule) for rule in rules):
        inputs[TODAY] = task.today
    return inputs
