"""The audit log: what was done and refused, by whom, when, on what."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from fastapi import APIRouter, Response

from casework.base.clock import stamp
from casework.sdk.people.views import PersonView
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
    "Changes.same": "said that an edit means the same",
    "Changes.not_same": "took back that an edit means the same",
    "Changes.drop": "dropped a change",
    "Reviewing.answer": "answered in review",
    "Reviewing.revise": "answered otherwise after a blind answer",
    "Reviewing.skip": "passed over in review",
    "Reviewing.undo": "took an answer back",
    "Desk.answer": "answered in review",
    "Desk.revise": "answered otherwise after a blind answer",
    "Desk.assign": "asked somebody to decide",
    "Desk.send_back": "sent back",
    "Desk.undo": "took an answer back",
    "CaseFiles.decide": "decided on a cell",
    "Calls.say": "marked a model call",
    "Drafting.sample": "tried a step on pinned cases",
    "Drafting.apply": "wrote a step and ran it",
    "Drafting.save": "wrote a step",
    "Drafting.same": "wrote a step, same meaning",
    "Drafting.move": "moved a step",
    "Drafting.remove": "took a step out",
    "Drafting.pin": "pinned a case",
    "Drafting.unpin": "unpinned a case",
    "ProcedureText.save": "wrote the procedure",
    "ProcedureText.rename": "renamed a step",
    "ProcedureText.put_back": "put an older procedure back",
    "Drafts.begin": "began a new worksheet",
    "Drafts.add": "added files to a new worksheet",
    "Drafts.look": "had steps suggested",
    "Drafts.word": "had steps worded by a model",
    "Drafts.change": "changed a suggested step",
    "Drafts.name": "named a new worksheet",
    "Drafts.make": "made a worksheet of files",
    "Drafts.drop": "threw a new worksheet away",
    "Sheet.save_view": "saved a view",
    "Sheet.drop_view": "deleted a view",
    "Past.revert": "took a run back",
    "Learning.fit": "let it learn",
    "Trusting.promise": "set how wrong unseen work may be",
    "Trusting.withdraw": "took a promise back",
    "Rereading.again": "had documents read again",
    "People.add": "added a person",
    "People.change": "changed a person",
    "People.remove": "removed a person",
    "People.invite": "invited a person",
    "People.sign_out": "ended sign-ins of",
    "People.set_password": "changed the password of",
    "ApiKeys.make": "made a key",
    "ApiKeys.revoke": "revoked a key",
    "Locks.put": "changed a lock",
    "Configuration.put": "changed a setting",
    "Configuration.keep_key": "changed the key of",
    "Configuration.check": "tried a model",
    "Configuration.time": "timed a model",
    "Configuration.trust": "trusted the workspace's settings",
    "Entering.link": "made a link for this machine",
    "Entering.by_link": "came in by a link",
    "Entering.by_password": "came in by password",
    "Entering.by_provider": "came in by the provider",
    "Entering.change_password": "changed their password",
    "Retention.forget": "forgot what was due",
    "Webhooks.add": "added a webhook",
    "Webhooks.change": "changed a webhook",
    "Webhooks.remove": "removed a webhook",
    "Webhooks.rotate": "made a webhook's secret anew",
    "Webhooks.resend": "sent a webhook's news again",
    "Webhooks.test": "tried a webhook",
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
    people = await here.workspace.people.all(removed=True)
    return section(
        here,
        "deeds",
        deeds=found[:_SHOWN],
        older=found[_SHOWN - 1].n if len(found) > _SHOWN else 0,
        people=people,
        sheets={one.id: one for one in await here.workspace.worksheets()},
        chosen=person,
        did=_WORDS,
        named=await _names(here.workspace, people),
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


async def _names(workspace: Workspace, people: Sequence[PersonView]) -> dict[str, str]:
    """What people, webhooks and keys are called, by their ids."""
    named = {one.id: one.name for one in people}
    named |= {one.id: one.url for one in await workspace.webhooks.all()}
    return named | {one.id: one.name for one in await workspace.keys.all(revoked=True)}


async def _all(workspace: Workspace) -> list[Deed]:
    return await workspace.deeds(_MOST)


def _inert(value: str) -> str:
    """A value that no spreadsheet takes for a formula."""
    return f"'{value}" if value.startswith(_FORMULAS) else value
