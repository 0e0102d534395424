"""What a test that walks every page shares: a workspace with something of each kind, its pages, and
when a page has come to rest."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Page

from casework.sdk.worksheet import Worksheet
from tests.sdk.conftest import PROCEDURE, invoice
from tests.sdk.trusted import trusted
from tests.serve.conftest import RunningStudio

WORDS = "\n## Tone\n- by: model\n- type: choice: kind, curt\nSay how {Invoice number} sounds.\n"
SECTIONS = ("models", "people", "locks", "keys", "retention", "webhooks", "all", "deeds", "about",
            "account")  # fmt: skip
_RESTS = """() => document.readyState === "complete"
  && (!document.querySelector("#grid") || document.documentElement.dataset.ready === "sheet")
  && !document.querySelector(".htmx-request, [aria-busy=true]")"""


@dataclass(frozen=True)
class Filled:
    """A studio with a sheet that was run, decided and edited, an audit, a draft and accounts."""

    url: str
    sheet: Worksheet
    case: str
    run: str
    call: str
    draft: str
    audited: str

    @property
    def pages(self) -> tuple[str, ...]:
        """The paths of all pages but the settings."""
        at = "/w/invoices"
        return (
            "/", "/new", f"/new/{self.draft}", at, f"{at}/cases/{self.case}", f"{at}/review",
            f"/w/bills/review?case={self.audited}&path=net", f"{at}/procedure", f"{at}/runs",
            f"{at}/runs/{self.run}", f"{at}/calls", f"{at}/calls/{self.call}", f"{at}/costs",
            "/review", "/runs", "/api", "/w/nothing",
        )  # fmt: skip

    @property
    def settings(self) -> tuple[str, ...]:
        """The paths of the settings, and of the door."""
        return (*(f"/settings/{name}" for name in SECTIONS), "/sign-in", "/enter/nothing")


async def fill(studio: RunningStudio, folder: Path) -> Filled:
    """Put something of each kind into a workspace that has a model and nothing else."""
    inbox = folder / "inbox"
    inbox.mkdir()
    for number, told in (
        ("A-1", invoice("A-1")),
        ("A-2", invoice("A-2", total="120.00")),
        ("A-3", "INVOICE\n\nInvoice number: A-3\nNet amount: EUR 10.00\n"),
    ):
        (inbox / f"{number}.txt").write_text(told, "utf-8")
    procedure = folder / "invoice.md"
    procedure.write_text(PROCEDURE + WORDS, "utf-8")
    workspace = studio.workspace
    sheet = await workspace.new_worksheet("invoices", procedure)
    await sheet.add(inbox)
    run = await sheet.run()
    await sheet.accept("A-1", "Net", note="looked at")
    bills = await trusted(workspace, folder, 3)
    audited = bills.cases["case 0001"]
    await bills.store.audits.draw([audited], 0.5, [], "2026-01-02T00:00:00.000Z")
    draft = await workspace.drafts.begin()
    (draft.folder / "A-1.txt").write_text(invoice("A-1"), "utf-8")
    (draft.folder / "A-2.txt").write_text(invoice("A-2"), "utf-8")
    await workspace.drafts.look(draft.id)
    await studio.person("Ada Lovelace", role="owner")
    call = (await sheet.calls.page()).calls[0].id
    case = (await sheet.cases())[1].id
    return Filled(studio.url, sheet, case, run.id, call, draft.id, audited)


async def rest(page: Page) -> None:
    """Wait until a page and the parts it asked for are there."""
    await page.wait_for_function(_RESTS)


async def visit(page: Page, filled: Filled, path: str) -> None:
    """Open a page and wait until it rests."""
    await page.goto(filled.url + path)
    await rest(page)
