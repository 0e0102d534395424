"""What is missing of the inputs of a cell that is computed all the same: its result is provisional,
and so is what is made of it. A person's decision ends that."""

from __future__ import annotations

from collections.abc import Mapping

from casework.engine.fan import join_words
from casework.engine.program import Column
from casework.types.case import CaseRecord
from casework.types.needs import StepInput

_CANNOT_BE_READ = frozenset({"empty", "unsupported"})
"""States of documents that no waiting will change."""


def lacking_of(column: Column, case: CaseRecord, inputs: Mapping[str, StepInput]) -> str:
    """What is missing, in words (`7 of 9 rows`, `Net: 1 of 2 receipts read`); '' for nothing."""
    told = [_unread(column, case)]
    for given in inputs.values():
        words = given.read.provisional
        if words:
            own = "." in given.step.id
            told.append(words if own else f"{given.step.name}: {words}")
    return join_words(told)


def _unread(column: Column, case: CaseRecord) -> str:
    """Documents of the kinds that a step asks for and that are not read yet."""
    kinds = column.step.sources
    if not kinds:
        return ""
    wanted = [d for d in column.documents(case.documents) if d.state not in _CANNOT_BE_READ]
    read = sum(document.state == "read" for document in wanted)
    if not read or read == len(wanted):
        return ""
    return f"{read} of {len(wanted)} documents read ({', '.join(kinds)})"
