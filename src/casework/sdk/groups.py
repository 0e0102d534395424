"""What a worksheet leads to: groups of actions, each in a module of its own that is read when it is
asked for. A new group of actions is hung in here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.sdk.action import action
from casework.sdk.following import Following
from casework.sdk.planning import Planning
from casework.sdk.views import WorksheetView
from casework.sdk.wire import House

if TYPE_CHECKING:
    from casework.sdk.bulk import Bulk
    from casework.sdk.casefile.casefile import CaseFiles
    from casework.sdk.casefile.paper import Paper
    from casework.sdk.changes import Changes
    from casework.sdk.desk.desk import Desk
    from casework.sdk.desk.reviewing import Reviewing
    from casework.sdk.documents import Documents
    from casework.sdk.dossier import Dossier
    from casework.sdk.drafting.drafting import Drafting
    from casework.sdk.drafting.procedure_text import ProcedureText
    from casework.sdk.importing.past_decisions import PastDecisions
    from casework.sdk.learned.learning import Learning
    from casework.sdk.observing.calls import Calls
    from casework.sdk.observing.costs import Costing
    from casework.sdk.observing.runs import Runs
    from casework.sdk.past import Past
    from casework.sdk.people.locks import Locks
    from casework.sdk.promised.trusting import Trusting
    from casework.sdk.replaying import Replaying
    from casework.sdk.row_tables import RowTables
    from casework.sdk.sharpening.instructions import Instructions
    from casework.sdk.sheet.sheet import Sheet
    from casework.sdk.splitting import Splitting
    from casework.sdk.written import WrittenDocuments
    from casework.store.records import WorksheetRecord


class Groups:
    """The groups of actions of one worksheet, and how it stands."""

    def __init__(self, house: House, record: WorksheetRecord, following: Following) -> None:
        self._house = house
        self._record = record
        self._following = following
        self._reviewing: Reviewing | None = None
        self._desk: Desk | None = None

    @action("read")
    async def view(self) -> WorksheetView:
        """The worksheet at a glance."""
        followed = await self._following.shown()
        record = await self._house.store.worksheets.get(self._record.id)
        from casework.sdk.sheet.grid import grid_of

        cases, documents = await grid_of(self._house, self._record.id).counts(self._house)
        return WorksheetView(
            record.id,
            record.name,
            record.procedure_file,
            followed.version,
            cases,
            documents,
            record.grouping,
            followed.pending and followed.version > 1,
            record.created_at,
            record.slug,
        )

    @property
    def changes(self) -> Changes:
        """Its pending change, tried beside what is in force."""
        from casework.sdk.changes import Changes

        return Changes(self._house, self._record, self._following)

    @property
    def planning(self) -> Planning:
        """Plans of whatever is pending or only thought of."""
        return Planning(self._house, self._record, self._following)

    @property
    def replaying(self) -> Replaying:
        """Its runs, done again from their record."""
        from casework.sdk.replaying import Replaying

        return Replaying(self._house, self._record, self._following)

    @property
    def dossier(self) -> Dossier:
        """What it rests on, as one page."""
        from casework.sdk.dossier import Dossier

        return Dossier(self._house, self._record, self._following)

    @property
    def past_decisions(self) -> PastDecisions:
        """What people decided before casework, taken in from files of theirs."""
        from casework.sdk.importing.past_decisions import PastDecisions

        return PastDecisions(self._house, self._record, self._following)

    @property
    def past(self) -> Past:
        """What it was: runs, histories, the table as it stood, and putting a run back."""
        from casework.sdk.past import Past

        return Past(self._house, self._record, self._following)

    @property
    def splitting(self) -> Splitting:
        """Its files that hold several documents: where to cut them, and cutting them."""
        from casework.sdk.splitting import Splitting

        return Splitting(self._house, self._record)

    @property
    def row_tables(self) -> RowTables:
        """The rows of its tables: one table of one case, or one row."""
        from casework.sdk.row_tables import RowTables

        return RowTables(self._house, self._record, self._following, self.view)

    @property
    def sheet(self) -> Sheet:
        """It as a grid: windows of rows, filters, column figures, what changed since."""
        from casework.sdk.sheet.sheet import Sheet

        return Sheet(self._house, self._record, self._following)

    @property
    def calls(self) -> Calls:
        """The calls of models made for it, one by one, and what people say of them."""
        from casework.sdk.observing.calls import Calls

        return Calls(self._house, self._record, self._following)

    @property
    def observing(self) -> Runs:
        """Its runs, one by one: over time, by step, what was slow, dear or failed."""
        from casework.sdk.observing.runs import Runs

        return Runs(self._house, self._record, self._following)

    @property
    def costing(self) -> Costing:
        """What it cost, on what, and which caps stand in the way."""
        from casework.sdk.observing.costs import Costing

        return Costing(self._house, self._record, self._following)

    @property
    def drafting(self) -> Drafting:
        """Writing its steps: drafts, tried on pinned cases before they are applied."""
        from casework.sdk.drafting.drafting import Drafting

        return Drafting(self._house, self._record, self._following)

    @property
    def procedure_text(self) -> ProcedureText:
        """Its procedure as text: read beside the steps, edited, and its versions."""
        from casework.sdk.drafting.procedure_text import ProcedureText

        return ProcedureText(self._house, self._record, self._following)

    @property
    def locks(self) -> Locks:
        """Who alone may change its steps, or decide on their cells."""
        from casework.sdk.people.locks import Locks

        return Locks(self._house, self._record, self._following)

    @property
    def documents(self) -> Documents:
        """Its documents: what is to be known of them, and their pages as pictures."""
        from casework.sdk.documents import Documents

        return Documents(self._house, self._record)

    @property
    def learning(self) -> Learning:
        """What was learned from the verdicts on it."""
        from casework.sdk.learned.learning import Learning

        return Learning(self._house, self._record, self._following)

    @property
    def written(self) -> WrittenDocuments:
        """The documents that its steps write."""
        from casework.sdk.written import WrittenDocuments

        return WrittenDocuments(self._house, self._record, self._following)

    @property
    def reviewing(self) -> Reviewing:
        """One cell after another before a person; always the same sitting."""
        from casework.sdk.desk.reviewing import Reviewing

        self._reviewing = self._reviewing or Reviewing(self._house, self._record, self._following)
        return self._reviewing

    @property
    def desk(self) -> Desk:
        """The desk where several people review at once; always the same sitting of one person."""
        from casework.sdk.desk.desk import Desk

        self._desk = self._desk or Desk(self._house, self._record, self._following)
        return self._desk

    @property
    def instructions(self) -> Instructions:
        """The instructions of its steps, which learn from what people corrected."""
        from casework.sdk.sharpening.instructions import Instructions

        return Instructions(self._house, self._record, self._following)

    @property
    def trust(self) -> Trusting:
        """How far its work may be relied on: promises about errors, and how they stand."""
        from casework.sdk.promised.trusting import Trusting

        return Trusting(self._house, self._record, self._following)

    @property
    def bulk(self) -> Bulk:
        """Many cells at once."""
        from casework.sdk.bulk import Bulk

        return Bulk(self._house, self._record, self._following)

    @property
    def case_files(self) -> CaseFiles:
        """Its cases, each laid out as a form beside its documents."""
        from casework.sdk.casefile.casefile import CaseFiles

        return CaseFiles(self._house, self._record, self._following)

    @property
    def paper(self) -> Paper:
        """The pages of its documents as a viewer needs them."""
        from casework.sdk.casefile.paper import Paper

        return Paper(self._house, self._record)
