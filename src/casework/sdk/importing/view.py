"""What an import takes in, or would take in: how columns and rows fit, counts, and whatever does
not fit, one entry each."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from casework.base.errors import UsageError
from casework.sdk.export import neutral
from casework.sdk.importing.columns import Columns
from casework.types.values import Json

Empty = Literal["unknown", "absent"]
"""What an empty cell of the file says: nothing, or that the documents do not state the value."""
EMPTY: tuple[Empty, ...] = ("unknown", "absent")
IssueKind = Literal[
    "no_case", "several_cases", "duplicate", "no_document", "unreadable", "two_readings",
    "not_located", "partly_located", "decided",
]  # fmt: skip
WORDS: Mapping[IssueKind, tuple[str, str]] = {
    "no_case": ("row names no case or file", "rows name no case or file"),
    "several_cases": ("row names several cases", "rows name several cases"),
    "duplicate": ("row repeats a case", "rows repeat a case; the first of a case holds"),
    "no_document": ("row has no document to read", "rows have no document to read"),
    "unreadable": ("cell could not be read", "cells could not be read"),
    "two_readings": ("cell can be read in two ways", "cells can be read in two ways"),
    "not_located": ("value was not found", "values were not found: kept, but not learned from"),
    "partly_located": ("value was found in part", "values were found in part: learned from"),
    "decided": ("cell has a verdict, which stands", "cells have a verdict, which stands"),
}
"""Each kind in words, of one and of several."""


@dataclass(frozen=True, slots=True)
class Issue:
    """Something of the file that is not taken, or not as it is. `row` as people count, `column` and
    `step` are '' for a whole row, `written` the text in question."""

    kind: IssueKind
    row: int
    reason: str
    column: str = ""
    step: str = ""
    case: str = ""
    written: str = ""


@dataclass(frozen=True, slots=True)
class ImportView:
    """An import as it is, or would be. `matched_by` is the column that names the cases; `source`
    what the file is called in what was learned; `values` and `absences` count cells that are taken,
    `located` those of them whose value was found. `trust` is how much one counts beside a verdict.
    """

    source: str
    sheet: str
    rows: int
    cases: int
    matched_by: str
    columns: Columns
    values: int
    located: int
    absences: int
    trust: float
    issues: tuple[Issue, ...]
    done: bool

    @property
    def unlocated(self) -> int:
        """How many values were found nowhere: kept, but not learned from."""
        return self.values - self.located

    @property
    def counts(self) -> dict[IssueKind, int]:
        """How many issues of each kind there are, in the order of `WORDS`."""
        found = Counter(issue.kind for issue in self.issues)
        return {kind: found[kind] for kind in WORDS if found[kind]}

    def as_json(self) -> dict[str, Json]:
        """All of it as JSON."""
        columns = self.columns
        return {
            "source": self.source,
            "sheet": self.sheet,
            "rows": self.rows,
            "cases": self.cases,
            "matched_by": self.matched_by,
            "columns": [
                {"column": one.heading, "step": one.step_id, "how": one.how}
                for one in columns.mapped
            ],
            "asked": [{"column": one.heading, "steps": [*one.steps]} for one in columns.asked],
            "columns_left": [*columns.left],
            "steps_without": [*columns.steps_without],
            "values": self.values,
            "located": self.located,
            "unlocated": self.unlocated,
            "absences": self.absences,
            "trust": self.trust,
            "issues": [_issue_json(issue) for issue in self.issues],
            "done": self.done,
        }


def empty_of(word: str) -> Empty:
    """What an empty cell says, as a person names it; raises `UsageError` for any other word."""
    for known in EMPTY:
        if word == known:
            return known
    raise UsageError(
        f"An empty cell cannot stand for {word!r}.",
        fix="Use unknown (it says nothing) or absent (the documents do not state the value).",
    )


def write_report(view: ImportView, path: Path) -> Path:
    """Write all issues as CSV; raises `UsageError` when the file cannot be written."""
    target = io.StringIO(newline="")
    writer = csv.writer(target)
    writer.writerow(("kind", "row", "column", "step", "case", "written", "reason"))
    for one in view.issues:
        texts = (one.column, one.step, one.case, one.written, one.reason)
        writer.writerow((one.kind, one.row, *map(neutral, texts)))
    try:
        path.write_text(target.getvalue(), encoding="utf-8", newline="")
    except OSError as error:
        raise UsageError(
            f"{path} cannot be written: {error.strerror or error}.", fix="Name another file."
        ) from error
    return path


def _issue_json(issue: Issue) -> dict[str, Json]:
    return {
        "kind": issue.kind,
        "row": issue.row,
        "column": issue.column,
        "step": issue.step,
        "case": issue.case,
        "written": issue.written,
        "reason": issue.reason,
    }
