"""A workspace as one thing: the database, the blobs, and a name for each noun.

Nothing inside names the folder itself, so a copy of it opens anywhere.
"""

from __future__ import annotations

from pathlib import Path

from casework.base.clock import Clock, SystemClock
from casework.store.answers import Answers
from casework.store.api_keys import ApiKeys
from casework.store.arrivals import Arrivals
from casework.store.aside import Aside
from casework.store.assessments import Assessments
from casework.store.assignments import Assignments
from casework.store.audits import Audits
from casework.store.batches import Batches
from casework.store.blobs import BlobFolder
from casework.store.calls import Calls
from casework.store.cases import Cases
from casework.store.cell_log import CellLog
from casework.store.cells import Cells
from casework.store.changes import Changes
from casework.store.choices import Choices
from casework.store.claims import Claims
from casework.store.database import Database
from casework.store.deeds import Deeds
from casework.store.deliveries import Deliveries
from casework.store.documents import Documents
from casework.store.drafts import Drafts
from casework.store.figures import Figures
from casework.store.finding import Finding
from casework.store.forgetting import Forgetting
from casework.store.forgotten import ForgottenDocuments
from casework.store.happenings import Happenings
from casework.store.home import BLOBS, Home, create_database, make_folder, open_blobs, open_database
from casework.store.learned import LearnedVersions
from casework.store.learning_turns import LearningTurns
from casework.store.looked_for import LooksFound
from casework.store.looks import Looks
from casework.store.meanings import Meanings
from casework.store.needs import BlobStore
from casework.store.outgoing import Outgoing
from casework.store.past import Past
from casework.store.past_decisions import PastDecisions
from casework.store.people import People
from casework.store.procedures import Procedures
from casework.store.promises import Promises
from casework.store.proposals import Proposals
from casework.store.proposed_rows import ProposedRows
from casework.store.putting_back import PuttingBack
from casework.store.rates import Rates
from casework.store.readers import Readers
from casework.store.recognised import RecognisedPages
from casework.store.replays import Replays
from casework.store.request_keys import RequestKeys
from casework.store.rows import Rows
from casework.store.run_figures import RunFigures
from casework.store.runs import Runs
from casework.store.saved_views import SavedViews
from casework.store.second_readings import SecondReadings
from casework.store.sessions import Sessions
from casework.store.shelf import Shelf
from casework.store.spans import Spans
from casework.store.spending import Spendings
from casework.store.splits import Splits
from casework.store.sqlite.database import SqliteDatabase
from casework.store.step_locks import StepLocks
from casework.store.tracing import Tracing
from casework.store.verdicts import Verdicts
from casework.store.waits import Waits
from casework.store.webhooks import Webhooks
from casework.store.worksheets import Worksheets
from casework.types.change import ChangeRecord


class Store:
    """A workspace. One that is a folder and nothing else is opened with `open` and made with
    `create`; `open_at` and `create_at` take any."""

    def __init__(self, folder: Path, database: Database, blobs: BlobStore | None = None) -> None:
        self.folder = folder
        self.database = database
        self.blobs: BlobStore = blobs or BlobFolder(folder / BLOBS)
        self.worksheets = Worksheets(database)
        self.procedures = Procedures(database)
        self.documents = Documents(database)
        self.cases = Cases(database)
        self.splits = Splits(database)
        self.cells = Cells(database)
        self.rows = Rows(database)
        self.verdicts = Verdicts(database)
        self.second_readings = SecondReadings(database)
        self.claims = Claims(database)
        self.assignments = Assignments(database)
        self.meanings = Meanings(database)
        self.learned = LearnedVersions(database, self.blobs)
        self.learning_turns = LearningTurns(database)
        self.changes = Changes(database)
        self.choices = Choices(database)
        self.drafts = Drafts(database)
        self.runs = Runs(database, self.meanings)
        self.spans = Spans(database)
        self.calls = Calls(database)
        self.run_figures = RunFigures(database)
        self.outgoing = Outgoing(database)
        self.rates = Rates(database)
        self.answers = Answers(database)
        self.batches = Batches(database)
        self.spending = Spendings(database)
        self.past = Past(database)
        self.past_decisions = PastDecisions(database)
        self.finding = Finding(database)
        self.cell_log = CellLog(database)
        self.looks = Looks(database)
        self.looks_found = LooksFound(database)
        self.waits = Waits(database)
        self.saved_views = SavedViews(database)
        self.aside = Aside(database)
        self.putting_back = PuttingBack(database)
        self.arrivals = Arrivals(database)
        self.replays = Replays(database)
        self.figures = Figures(database)
        self.assessments = Assessments(database)
        self.tracing = Tracing(database)
        self.shelf = Shelf(database)
        self.recognised = RecognisedPages(database)
        self.promises = Promises(database)
        self.audits = Audits(database)
        self.readers = Readers(database)
        self.forgotten = ForgottenDocuments(database)
        self.forgetting = Forgetting(database)
        self._make_doors(database)

    def _make_doors(self, database: Database) -> None:
        """The nouns of those who come in, and of what is told outside."""
        self.request_keys = RequestKeys(database)
        self.webhooks = Webhooks(database)
        self.deliveries = Deliveries(database)
        self.happenings = Happenings(database)
        self.deeds = Deeds(database)
        self.people = People(database)
        self.sessions = Sessions(database)
        self.api_keys = ApiKeys(database)
        self.step_locks = StepLocks(database)

    @classmethod
    def create(cls, folder: Path, clock: Clock | None = None) -> Store:
        """Make a workspace in a folder, which is made too; raises `ConflictError` if it is one.

        What is made is readable by this user alone, unless the folder was there and others may
        look into it.
        """
        make_folder(folder)
        return cls(folder, SqliteDatabase(folder, clock or SystemClock()))

    @classmethod
    def open(cls, folder: Path, clock: Clock | None = None) -> Store:
        """Open the workspace in a folder; raises `NotFoundError` when there is none."""
        return cls(folder, SqliteDatabase(folder, clock or SystemClock(), create=False))

    def proposals(self, change: ChangeRecord) -> Proposals:
        """The cells as an open change would have them: a `CellStore`."""
        return Proposals(self.database, self.cells, self.proposed_rows(change), change)

    def proposed_rows(self, change: ChangeRecord) -> ProposedRows:
        """The rows of tables as an open change would have them: a `RowStore`."""
        return ProposedRows(self.database, self.rows, change)

    @classmethod
    async def create_at(cls, folder: Path, home: Home, clock: Clock | None = None) -> Store:
        """Make a workspace whose rows and bytes are where `home` says."""
        database = await create_database(folder, home, clock or SystemClock())
        return cls(folder, database, open_blobs(folder, home))

    @classmethod
    async def open_at(cls, folder: Path, home: Home, clock: Clock | None = None) -> Store:
        """Open a workspace whose rows and bytes are where `home` says."""
        database = await open_database(folder, home, clock or SystemClock())
        return cls(folder, database, open_blobs(folder, home))

    async def about(self) -> dict[str, str]:
        """`workspace_id` (its copies share it), `created_at`, and the version that made it."""
        return dict(await self.database.rows("SELECT key, value FROM meta"))

    async def close(self) -> None:
        """Commit what has queued and let go of the folder."""
        await self.database.close()
