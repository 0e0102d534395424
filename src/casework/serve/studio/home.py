"""The first page: worksheets with their progress, what waits, last runs, what left the machine, and
the beginning of a new worksheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Response

from casework.base.clock import moment
from casework.base.errors import CaseworkError, RightsError
from casework.sdk.overview import RunLine, SheetFigures, SheetLine, WaitLine
from casework.sdk.sheet.marks import Mark
from casework.sdk.suggesting.drafts import DraftView
from casework.sdk.today import Today
from casework.serve.context import Asked, Here
from casework.serve.jobs import Job
from casework.serve.pages import render
from casework.serve.studio.draft_part import draft_part
from casework.serve.words import mark_words

router = APIRouter()

_PURPOSES: Mapping[str, str] = {
    "extract": "pages of documents, with a question",
    "reason": "values of other steps, with a question",
    "write": "values and passages for written texts",
    "sharpen": "corrected cells and their passages",
    "suggest": "a goal or a written procedure, and labels",
    "check": "one word, to try a model",
    "webhook": "news of cases, without values",
}
_REASONS: Mapping[str, tuple[str, str]] = {
    "always": ("always reviewed", "always reviewed"),
    "teaches": ("that only teaches", "that only teach"),
    "conflict": ("conflict", "conflicts"),
    "waiting_person": ("filled in by a person", "filled in by a person"),
    "unproved": ("unproved", "unproved"),
    "not_found": ("not found", "not found"),
    "stated_absent": ("stated absent", "stated absent"),
    "unreadable": ("unreadable", "unreadable"),
    "stale": ("changed since", "changed since"),
    "audit": ("audit, drawn at random", "audits, drawn at random"),
    "failed": ("failed", "failed"),
    "set_aside": ("set aside", "set aside"),
    "person": ("for a second pair of eyes", "for a second pair of eyes"),
    "quoted": ("proved, and not sure enough", "proved, and not sure enough"),
    "derived": ("where a rule says no or rests on doubt", "where rules say no or rest on doubt"),
    "reasoned": ("reasoned, and not sure enough", "reasoned, and not sure enough"),
}
"""How cells that wait are told, one and many: by why somebody is asked, or by their shape."""
_SHARED = "/review"


@dataclass(frozen=True, slots=True)
class Line:
    """A worksheet in the list: what is known at once, its figures (None: still being counted), and
    what goes on with it now."""

    line: SheetLine
    figures: SheetFigures | None
    job: Job | None


@dataclass(frozen=True, slots=True)
class Waits:
    """Cells that wait for one reason, which `words` says, and the page (its path) that has them."""

    line: WaitLine
    words: str
    leads_to: str


@dataclass(frozen=True, slots=True)
class Ran:
    """A run in the list: its mark, what it did in words, and what goes on with it now."""

    line: RunLine
    mark: Mark
    words: str
    job: Job | None


@router.get("/")
async def show(here: Here) -> Response:
    """The page; what takes longer to count comes behind it."""
    found = await here.workspace.overview.lines()
    lines = [Line(one, None, here.run_of(one.view.id)) for one in found]
    drafts = await _drafts(here)
    return render(
        here.request,
        "home/page.html",
        sheet=None,
        lines=lines,
        today=await here.workspace.today(),
        part=await draft_part(here, drafts[0].id if drafts else ""),
    )


@router.get("/home/table")
async def table(here: Here) -> Response:
    """The worksheets with their figures."""
    overview = here.workspace.overview
    lines = [
        Line(one, await _figures(here, one), here.run_of(one.view.id))
        for one in await overview.lines()
    ]
    return render(
        here.request,
        "home/table.html",
        lines=lines,
        today=await here.workspace.today(),
    )


@router.get("/home/side")
async def side(here: Here) -> Response:
    """What waits, the last runs, what left the machine."""
    overview = here.workspace.overview
    runs = [_ran(here, line) for line in await overview.runs()]
    waits = [_waits(line) for line in await overview.waits()]
    today: Today = await here.workspace.today()
    return render(
        here.request,
        "home/side.html",
        waits=waits,
        count=sum(one.line.count for one in waits),
        first=_first(waits),
        runs=runs,
        left=await overview.departures(),
        purposes=_PURPOSES,
        today=today,
    )


@router.get("/home/waits")
async def waiting(here: Here) -> dict[str, int]:
    """How many cells wait for whoever asks, in all worksheets."""
    return {"count": sum(line.count for line in await here.workspace.overview.waits())}


@router.get("/home/mark")
async def mark(here: Here) -> dict[str, object]:
    """Whether anything changed, and whether something goes on."""
    lines = await here.workspace.overview.lines()
    jobs = [job for one in lines if (job := here.run_of(one.view.id)) is not None]
    told = [f"{job.id}:{job.progress.done if job.progress else 0}" for job in jobs]
    return {"mark": f"{await here.workspace.overview.mark()}:{told}", "busy": bool(jobs)}


async def _figures(here: Asked, line: SheetLine) -> SheetFigures | None:
    try:
        return await here.workspace.overview.figures(line.view.name)
    except CaseworkError:  # one worksheet that cannot be counted hides no other
        return None


async def _drafts(here: Asked) -> list[DraftView]:
    try:
        return await here.workspace.drafts.all()
    except RightsError:
        return []


def _first(waits: Sequence[Waits]) -> str:
    """Where a review of all that waits begins: the desk, where one worksheet has all of it."""
    places = {one.leads_to for one in waits}
    return (places.pop() if len(places) == 1 else _SHARED) if places else ""


def _waits(line: WaitLine) -> Waits:
    known = line.mark if line.why == "shape" else line.why
    one, many = _REASONS.get(known, (mark_words(line.mark),) * 2)
    leads_to = f"/w/{line.slug}/review" if line.sheets == 1 else _SHARED
    return Waits(line, one if line.count == 1 else many, leads_to)


def _ran(here: Asked, line: RunLine) -> Ran:
    run = line.run
    job = here.run_of(run.worksheet_id) if run.state == "running" else None
    counts = dict(run.counts)
    bad = [(counts.get(state, 0), state.replace("_", " ")) for state in ("set_aside", "failed")]
    done = sum(counts.get(state, 0) for state in ("value", "absent", "skipped"))
    told = [f"{done:,} settled"] if done else []
    told += [f"{count:,} {word}" for count, word in bad if count]
    if counts.get("waiting"):
        told.append(f"{counts['waiting']:,} wait")
    if run.state == "running":
        return Ran(line, "running", "", job)
    if run.state != "finished":
        return Ran(line, "skipped", ", ".join([run.state, *told]), None)
    mark: Mark = "set_aside" if any(count for count, _ in bad) else "quoted"
    if mark == "quoted" and counts.get("waiting"):
        mark = "waiting_input"
    took = (moment(run.ended_at) - moment(run.started_at)).total_seconds() if run.ended_at else 0
    told.append(f"{took:.0f} s" if took >= 1 else "under a second")
    return Ran(line, mark, ", ".join(told) if done or len(told) > 1 else "nothing to do", None)
