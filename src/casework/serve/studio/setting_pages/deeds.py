"""The audit log: what was done and refused, by whom, when, on what."""

from __future__ import annotations

import csv
import io

from fastapi import APIRouter, Response

from casework.base.clock import stamp
from casework.sdk.workspace import Workspace
from casework.serve.context import Here
from casework.serve.studio.setting_pages.section import section
from casework.types.deed import Deed

router = APIRouter(prefix="/settings/deeds")
_SHOWN = 100
_MOST = 100_000
_HEADS = ("n", "at", "who", "person", "key", "what", "worksheet", "case", "step", "on", "ended")
_WORDS = {
    "Worksheet.add": "added documents",
    "Worksheet.run": "ran",
    "Worksheet.accept": "accepted",
    "Worksheet.correct": "corrected",
    "Worksheet.reject": "rejected",
    "Worksheet.undo": "took a decision back",
    "Worksheet.retry": "brought back what was set aside",
    "Worksheet.rename_step": "renamed a step",
    "Workspace.new_worksheet": "made a worksheet",
    "Workspace.forget": "forgot documents",
    "Bulk.accept": "accepted many",
    "Changes.run": "tried a change",
    "Changes.adopt": "adopted a change",
    "Changes.keep": "kept what stood",
    "Changes.drop": "dropped a change",
    "Reviewing.answer": "answered in review",
    "Desk.answer": "answered in review",
    "People.add": "added a person",
    "People.change": "changed a person",
    "People.remove": "removed a person",
    "People.invite": "invited a person",
    "People.sign_out": "ended sign-ins of",
    "ApiKeys.make": "made a key",
    "ApiKeys.revoke": "revoked a key",
    "Locks.put": "changed a lock",
    "Configuration.put": "changed a setting",
    "Configuration.keep_key": "changed the key of",
    "Configuration.trust": "trusted the workspace's settings",
    "Entering.link": "made a link for this machine",
    "Entering.by_link": "came in by a link",
    "Entering.by_password": "came in by password",
    "Entering.by_provider": "came in by the provider",
    "Entering.change_password": "changed their password",
    "Retention.forget": "forgot what was due",
    "Webhooks.add": "added a webhook",
    "Documents.set_readers": "changed who reads a document",
}
"""What actions are called here; others by their own names."""
_FORMULAS = ("=", "+", "-", "@", "\t", "\r")


@router.get("")
async def show(here: Here, person: str = "", what: str = "", before: int = 0) -> Response:
    """The section."""
    found = await here.workspace.deeds(
        _SHOWN + 1, before=before, person=person or None, what=what.strip()
    )
    return section(
        here,
        "deeds",
        deeds=found[:_SHOWN],
        older=found[_SHOWN - 1].n if len(found) > _SHOWN else 0,
        people=await here.workspace.people.all(removed=True),
        sheets={one.id: one.name for one in await here.workspace.worksheets()},
        chosen=person,
        did=_WORDS,
        what=what,
    )


@router.get("/export.csv")
async def export(here: Here) -> Response:
    """All of it as a table, oldest first."""
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow(_HEADS)
    for one in reversed(await _all(here.workspace)):
        told = (one.n, stamp(one.at), one.who, one.person, one.key, one.what, one.worksheet)
        row = (*told, one.case, one.step, one.on, one.ended)
        writer.writerow([_inert(str(value)) for value in row])
    return Response(
        target.getvalue(),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="deeds.csv"'},
    )


async def _all(workspace: Workspace) -> list[Deed]:
    return await workspace.deeds(_MOST)


def _inert(value: str) -> str:
    """A value that no spreadsheet takes for a formula."""
    return f"'{value}" if value.startswith(_FORMULAS) else value
