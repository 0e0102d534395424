"""The worked example, step by step: three worksheets on the shipped samples. Draws nothing."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from casework.base.errors import ConflictError, NotFoundError
from casework.sdk.following import read_text, write_text
from casework.sdk.home import is_workspace
from casework.sdk.intake import OnFile
from casework.sdk.running import OnProgress
from casework.sdk.views import Added, CellReport, CellView, TableView
from casework.sdk.worksheet import Worksheet
from casework.sdk.workspace import Workspace
from casework.types.run import Plan, RunRecord

FOLDER = "casework-demo"
MARK = ".casework-demo"
"""A file by which a demo is known: only such a folder is ever replaced."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One worksheet of the demo: its folder of samples, what it is about, the columns that show it
    best in a small table (the most telling first), and the cases that do."""

    name: str
    about: str
    columns: tuple[str, ...]
    cases: tuple[str, ...]


SAMPLES = (
    Sample(
        "invoices",
        "supplier invoices, one file a case",
        ("total-due", "decision", "sums-agree", "supplier", "vat", "net", "invoice-date"),
        (
            "bei-spiel-499",
            "musterlieferant-RK21012345-credit",
            "papeterie-vauquelin-F2024-0388",
            "rohstoff-47110815-pounds",
            "talleres-almagrera-A-2024-071",
        ),
    ),
    Sample(
        "claims",
        "insurance claims, one folder a case",
        ("decision", "amount-claimed", "receipt-total", "payable", "cause-of-loss", "policyholder"),
        ("MB-2024-03107", "MB-2024-03218", "MB-2024-03255", "MB-2024-03271", "MB-2024-03340"),
    ),
    Sample(
        "agreements",
        "agreements, one file a case, in four languages",
        ("termination-acceptable", "governing-law", "effective-date", "parties", "term"),
        (
            "mutual-nda-brackmoor-tessandro",
            "lease-office-pellwater",
            "dienstleistungsvertrag-wiesenborn",
            "contrat-prestation-lavaudel",
        ),
    ),
)
LATE_CASE = "MB-2024-03218"
_LATE_FILE = "claims/late/MB-2024-03218-receipt.pdf"
RULE_STEP = "Decision"
RULE_BEFORE = '`"pay" if {Sums agree} else "query"`'
RULE_AFTER = '`"query" if {VAT} is missing or not {Sums agree} else "pay"`'


async def make_demo(folder: Path, *, fresh: bool = False) -> Workspace:
    """Make the workspace of the demo. `fresh` replaces a demo that is there already.

    Raises `ConflictError` when the folder is there, unless it is a demo and `fresh` is set.
    """
    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        _make_room(folder, fresh)
    workspace = await Workspace.create(folder)
    (folder / MARK).write_text("Made by: casework demo\n", "utf-8")
    return workspace


async def add_sample(workspace: Workspace, sample: Sample, on_file: OnFile | None) -> Added:
    """Make a worksheet under the sample's procedure and add its documents."""
    with resources.as_file(resources.files("casework.samples") / sample.name) as source:
        sheet = await workspace.new_worksheet(sample.name, source / "procedure.md")
        return await sheet.add(source / "documents", on_file=on_file)


async def run_sample(
    workspace: Workspace, sample: Sample, on_progress: OnProgress | None
) -> RunRecord:
    """Run one worksheet."""
    sheet = await workspace.worksheet(sample.name)
    return await sheet.run(on_progress=on_progress)


async def telling_cases(workspace: Workspace, sample: Sample) -> TableView:
    """The worksheet with the cases that show it best, every column of them."""
    sheet = await workspace.worksheet(sample.name)
    return await sheet.table(cases=sample.cases)


def only_columns(view: TableView, ids: tuple[str, ...]) -> TableView:
    """The table with these columns alone, in the order of the procedure."""
    from dataclasses import replace

    rows = tuple(
        replace(row, cells=tuple(cell for cell in row.cells if cell.step_id in ids))
        for row in view.rows
    )
    return replace(view, columns=tuple(s for s in view.columns if s.id in ids), rows=rows)


async def add_late(workspace: Workspace) -> tuple[Added, Plan]:
    """Add the receipt that comes late; it joins its case. The plan says what that changes."""
    sheet = await workspace.worksheet("claims")
    with resources.as_file(resources.files("casework.samples") / _LATE_FILE) as path:
        added = await sheet.add(path)
    return added, await sheet.plan()


async def decision_of(workspace: Workspace, worksheet: str, case: str, step: str) -> CellView:
    """One cell as it stands."""
    view = await (await workspace.worksheet(worksheet)).table(cases=[case])
    return next(cell for cell in view.rows[0].cells if cell.step_id == step)


async def edit_rule(workspace: Workspace) -> tuple[Path, Plan]:
    """Edit the rule of one step in the procedure file, as a person would in an editor, and plan."""
    sheet = await workspace.worksheet("invoices")
    text = read_text(sheet.procedure_path)
    if RULE_BEFORE not in text:
        raise NotFoundError(
            f"The rule of {RULE_STEP} in {sheet.procedure_path} is not the shipped one.",
            fix="Start the demo anew: casework demo --fresh",
        )
    write_text(sheet.procedure_path, text.replace(RULE_BEFORE, RULE_AFTER))
    return sheet.procedure_path, await sheet.plan()


async def first_waiting(workspace: Workspace) -> CellView | None:
    """The first cell of the agreements that waits for a model; None when a model is set."""
    view = await (await workspace.worksheet("agreements")).table()
    cells = (cell for row in view.rows for cell in row.cells)
    return next((cell for cell in cells if cell.waiting_for == "model"), None)


async def mark_a_page(workspace: Workspace) -> CellReport | None:
    """A proved amount of an invoice, with the page picture that shows its place."""
    sheet = await workspace.worksheet("invoices")
    found = await _best_proved(sheet)
    if found is None:
        return None
    return await sheet.cell(found.case_id, found.step_id, pictures=workspace.folder / "pictures")


async def _best_proved(sheet: Worksheet) -> CellView | None:
    view = await sheet.table()
    cells = [cell for row in view.rows for cell in row.cells if cell.proof_word == "quoted"]
    solid = [cell for cell in cells if cell.proof.solid]
    wanted = [cell for cell in solid if cell.step_id == "total-due"] or solid or cells
    return wanted[0] if wanted else None


def _make_room(folder: Path, fresh: bool) -> None:
    is_demo = (folder / MARK).is_file() and is_workspace(folder)
    if not is_demo:
        raise ConflictError(
            f"{folder} is there already and is no demo, so it is left alone.",
            fix="Name another folder: casework demo FOLDER",
        )
    if not fresh:
        raise ConflictError(
            f"There is a demo in {folder} already.",
            fix=f"Look at it with: casework show -w {folder} -s invoices. "
            f"Or start anew: casework demo {folder} --fresh",
        )
    shutil.rmtree(folder)
