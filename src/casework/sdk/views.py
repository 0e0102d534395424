"""What actions give back, ready to be shown: frozen, plain, the same for every door."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace

from casework.sdk.notebook import report_html, table_html
from casework.types.case import AbsenceKind, CaseDocument, CaseRecord, CellState, Flag, WaitKind
from casework.types.document import DocumentState
from casework.types.procedure import Step
from casework.types.proof import Citation, Proof
from casework.types.run import RunRecord
from casework.types.usage import Usage
from casework.types.values import Json
from casework.types.verdict import Verdict


@dataclass(frozen=True, slots=True)
class WorksheetView:
    """A worksheet at a glance. `pending` says that its procedure file was edited since."""

    id: str
    name: str
    procedure_file: str
    procedure_version: int
    cases: int
    documents: int
    grouping: str
    pending: bool
    created_at: str
    slug: str = ""
    """Its name as it stands in addresses."""


@dataclass(frozen=True, slots=True)
class CellView:
    """A cell as people see it. `shown` is the value in force as text ('' when there is none);
    `needs` why a person should look at it ('' when nobody needs to); `proof_word` one of quoted,
    derived, reasoned, person, unproved, or the absence."""

    case_id: str
    case_name: str
    step_id: str
    step_name: str
    state: CellState
    shown: str
    value: Json
    absence: AbsenceKind | str
    reason: str
    since: str
    waiting_for: WaitKind | None
    proof: Proof
    proof_word: str
    needs: str
    conflict: bool
    machine_shown: str
    verdict: Verdict | None
    model: str
    usage: Usage
    score: float | None = None
    confidence: float | None = None
    age_s: float | None = None
    """For how many seconds its state has been so; None where nobody asked."""
    flags: tuple[Flag, ...] = ()
    outdated: str = ""
    """Why the value that is shown is out of date; '' when it is not."""
    proposed_shown: str = ""
    """What the pending change would put here, as text; '' when it would put nothing."""
    provisional: str = ""
    """What is missing of its inputs (`7 of 9 rows`); '' when nothing is."""
    readers: frozenset[str] | None = None
    """The groups that may read it; None means everybody."""
    hidden: bool = False
    """Whether the person who asks may not read it: it has a state then, and nothing else."""
    sureness: str = ""
    """How likely the machine's result is to be right, in words: `not measured yet` where nobody
    knows; '' where there is none, or where it is as right as what it reads."""
    signals: Mapping[str, float] = field(default_factory=dict)
    """What speaks for or against the machine's result (`casework.types.confidence`)."""

    def _repr_html_(self) -> str:
        return report_html(self)


@dataclass(frozen=True, slots=True)
class RowView:
    """One case with its cells in column order."""

    case: CaseRecord
    cells: tuple[CellView, ...]
    nested: tuple[NestedView, ...] = ()

    @property
    def needs(self) -> int:
        """Cells that a person should look at, those of its rows too."""
        return sum(bool(cell.needs) for cell in self.every)

    @property
    def every(self) -> Iterator[CellView]:
        """Its cells, then those of the rows of its tables, to any depth."""
        yield from self.cells
        for table in self.nested:
            for row in table.rows:
                yield from row.every


@dataclass(frozen=True, slots=True)
class NestedView:
    """The rows of one table of a case: the table's step, the steps of its rows, and these."""

    step: Step
    columns: tuple[Step, ...]
    rows: tuple[RowView, ...]


@dataclass(frozen=True, slots=True)
class TableView:
    """A worksheet as a table, or a page of it. `as_of` says of which moment it tells when that is
    not now ("after run 3, 2026-01-02 03:04")."""

    worksheet: WorksheetView
    columns: tuple[Step, ...]
    rows: tuple[RowView, ...]
    as_of: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    """Names of steps that stand somewhere else and are read here, by how they are referred to."""

    def of_steps(self, step_ids: Collection[str]) -> TableView:
        """The same with these columns only, in their order."""
        kept = [at for at, step in enumerate(self.columns) if step.id in step_ids]
        rows = tuple(
            replace(
                row,
                cells=tuple(row.cells[at] for at in kept),
                nested=tuple(table for table in row.nested if table.step.id in step_ids),
            )
            for row in self.rows
        )
        return replace(self, columns=tuple(self.columns[at] for at in kept), rows=rows)

    def _repr_html_(self) -> str:
        return table_html(self.columns, self.rows)


@dataclass(frozen=True, slots=True)
class CitationView:
    """A citation with the words around it: `before` + quote + `after` as they stand."""

    number: int
    document_name: str
    page: int
    place: str
    grade: str
    support: str
    before: str
    quote: str
    after: str
    picture: str = ""
    """The file that the page picture with the place marked was written to, or ''."""
    picture_problem: str = ""
    """Why the page could not be drawn, or ''."""
    further_pages: tuple[int, ...] = ()
    """The other pages that the quote runs over."""
    alike: int = 1
    """How many places of the document bear the quote as well, this one included."""


@dataclass(frozen=True, slots=True)
class PastRun:
    """A run with its number in the worksheet, from 1 as they began."""

    number: int
    run: RunRecord


@dataclass(frozen=True, slots=True)
class HistoryView:
    """Something that happened to a cell: what a run found, put in force or lost, or what a person
    decided. `by` is who or which model; `why` why a person was shown it, or which run did it;
    `places` are where that person took the value from."""

    at: str
    what: str
    shown: str
    by: str
    note: str = ""
    why: str = ""
    places: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class CellReport:
    """A cell with everything behind it. `inputs` are the cells it reads."""

    cell: CellView
    step: Step
    citations: tuple[CitationView, ...]
    inputs: tuple[CellView, ...]
    history: tuple[HistoryView, ...]
    documents: tuple[CaseDocument, ...]

    def _repr_html_(self) -> str:
        return report_html(self.cell, self.citations)


@dataclass(frozen=True, slots=True)
class AddedFile:
    """What became of a file that was handed in. `same_as` tells which case already held the same
    bytes; `left_out` why it was not added ('' when it was); `again` what changed when a document
    that its case had already was read anew ('' for one that is new to the case). `parent` is the
    sha256 of the document that it was attached to, `notes` are remarks of its reader, and `parts`
    is how many documents it surely looks like (0: one)."""

    name: str
    sha256: str
    state: DocumentState
    reason: str = ""
    pages: int = 0
    same_as: str = ""
    left_out: str = ""
    parent: str = ""
    again: str = ""
    notes: tuple[str, ...] = ()
    parts: int = 0


@dataclass(frozen=True, slots=True)
class Opened:
    """A mailbox that was handed in, whose mails were taken as if each had come as a file. `known`
    counts those that their cases had already."""

    name: str
    sha256: str
    mails: int
    threads: int
    known: int = 0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AddedCase:
    """A case that files were added to; `new` when it did not exist before."""

    id: str
    name: str
    new: bool
    files: tuple[AddedFile, ...]


@dataclass(frozen=True, slots=True)
class Added:
    """What `add` did: cases in order, how they were formed, files that nobody could use, and
    mailboxes that were opened."""

    grouping: str
    cases: tuple[AddedCase, ...]
    left_out: tuple[AddedFile, ...] = ()
    opened: tuple[Opened, ...] = ()

    @property
    def files(self) -> tuple[AddedFile, ...]:
        """All files that were added, or read anew with a result that changed."""
        return tuple(file for case in self.cases for file in case.files)

    @property
    def new_files(self) -> tuple[AddedFile, ...]:
        """The files that their cases did not have before."""
        return tuple(file for file in self.files if not file.again)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that doctor looked at."""

    name: str
    ok: bool
    message: str
    fix: str = ""
