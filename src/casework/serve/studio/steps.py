"""The side panel of a step: its form, what its words tell, its draft on pinned cases, its impact,
and the way from there into the procedure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import NamedTuple

from fastapi import APIRouter, Response
from starlette.datastructures import FormData, QueryParams

from casework.base.errors import CaseworkError, UsageError
from casework.sdk.drafting.impact import AT_ONCE
from casework.sdk.drafting.views import KEYS, DraftSample, Impact, ScopeName, StepEdit
from casework.sdk.sheet.views import Condition, SheetQuery
from casework.sdk.worksheet import Worksheet
from casework.serve.context import Asked, Here
from casework.serve.drafts import Key, LiveDraft, Told
from casework.serve.pages import render
from casework.serve.studio.change import begin, change_part
from casework.serve.studio.sample_part import case_parts
from casework.serve.studio.sheet_query import query_of
from casework.types.procedure import BY_NAMES, REVIEW_POLICIES
from casework.types.values import TYPE_NAMES

router = APIRouter()
_AT_ONCE_S = 0.25
"""How long an answer waits for a draft that may come from memory."""
_PANEL_LETTERS = 64
_NOT_OURS = ("case", "after", "step")


class Scope(NamedTuple):
    """How much of a draft is meant: as the page calls it, and as the sdk does; the cases of a
    filter or a condition by their ids."""

    chosen: str
    name: ScopeName
    cases: Sequence[str] = ()


@router.get("/w/{name}/steps/new")
async def new(here: Here, name: str, after: str = "") -> Response:
    """The panel for a new step."""
    return await _panel(here, name, "", after)


@router.get("/w/{name}/steps/{step}")
async def show(here: Here, name: str, step: str) -> Response:
    """The panel of a step."""
    return await _panel(here, name, step, "")


async def _panel(here: Asked, name: str, step: str, after: str) -> Response:
    sheet = await here.worksheet(name)
    parameters = here.request.query_params
    case = parameters.get("case", "")
    pins = await sheet.drafting.pins()
    records = [one for one in pins if one.id == case]
    kept = [(key, value) for key, value in parameters.multi_items() if key not in _NOT_OURS]
    query = query_of(parameters)
    form = await sheet.drafting.form(step, after=after)
    return render(
        here.request,
        "steps/panel.html",
        sheet=await sheet.view(),
        form=form,
        pins=pins,
        unpinned=case if case and not records else "",
        filter=str(QueryParams(kept)) if not _shows_all(query) else "",
        trying=await sheet.changes.open() is not None,
        types=TYPE_NAMES,
        bys=BY_NAMES,
        reviews=REVIEW_POLICIES,
        models=_models(here),
    )


@router.post("/w/{name}/steps/look")
async def look(here: Here, name: str) -> Response:
    """What the words of a draft tell."""
    sheet = await here.worksheet(name)
    form = await here.request.form()
    found, problem = None, None
    try:
        found = await sheet.drafting.look(_edit(form))
    except CaseworkError as error:
        problem = error
    return render(here.request, "steps/told.html", look=found, problem=problem)


@router.post("/w/{name}/steps/sample")
async def sample(here: Here, name: str) -> Response:
    """Try a draft on the pinned cases; the one before it is stopped."""
    here.need("edit")
    sheet = await here.worksheet(name)
    form = await here.request.form()
    edit = _edit(form)

    async def work(told: Told) -> DraftSample:
        return await sheet.drafting.sample(edit, on_sample=told)

    draft = here.house.drafts.start(_key(here, sheet, form.get("panel")), work)
    await draft.wait(_AT_ONCE_S)
    return await _sample(here, sheet, draft)


@router.get("/w/{name}/steps/sample/{id}")
async def sampled(here: Here, name: str, id: str, panel: str = "") -> Response:
    """How far a draft has come."""
    sheet = await here.worksheet(name)
    draft = here.house.drafts.get(_key(here, sheet, panel), id)
    if draft is None:
        return Response(status_code=204)
    await draft.wait(_AT_ONCE_S)
    return await _sample(here, sheet, draft)


@router.post("/w/{name}/steps/stop")
async def stop(here: Here, name: str) -> Response:
    """Stop the draft that is being tried."""
    form = await here.request.form()
    here.house.drafts.stop(_key(here, await here.worksheet(name), form.get("panel")))
    return Response(status_code=204)


async def _sample(here: Asked, sheet: Worksheet, draft: LiveDraft) -> Response:
    return render(
        here.request,
        "steps/sample.html",
        slug=(await sheet.view()).slug,
        draft=draft,
        sample=draft.sample,
        cases=case_parts(draft.sample),
    )


@router.post("/w/{name}/steps/impact")
async def impact(here: Here, name: str) -> Response:
    """What applying a draft would do."""
    sheet = await here.worksheet(name)
    form = await here.request.form()
    columns = (await sheet.sheet.steps()).steps
    cells = (await sheet.view()).cases * len(columns)
    asked_for = bool(form.get("count")) or cells <= AT_ONCE
    found: Impact | None = None
    problem = ""
    scope = Scope(str(form.get("scope") or "all"), "all")
    try:
        scope = await _scope(sheet, form) if asked_for else scope
        if asked_for:
            asked = sheet.drafting.impact(_edit(form), scope=scope.name, cases=scope.cases)
            told = str(form.get("turn") or "")
            turn = int(told) if told.isdecimal() else 0
            key = _key(here, sheet, form.get("panel"))
            found = await here.house.drafts.latest(key, turn, asked)
    except CaseworkError as error:
        problem = str(error)
    return render(
        here.request,
        "steps/impact.html",
        impact=found,
        problem=problem,
        chosen=scope.chosen,
        filter=str(form.get("filter") or ""),
        where=(str(form.get("where_step") or ""), str(form.get("where_value") or "")),
        columns=columns,
        uncounted=0 if asked_for else cells,
    )


@router.post("/w/{name}/steps/apply")
async def apply(here: Here, name: str) -> Response:
    """Write a draft into the procedure and run what it touches beside what is in force."""
    sheet = await here.worksheet(name)
    form = await here.request.form()
    edit, scope = _edit(form), await _scope(sheet, form)
    carry_out = partial(
        sheet.drafting.apply, edit, scope=scope.name, cases=scope.cases, as_new=not edit.step
    )
    here.house.drafts.stop(_key(here, sheet, form.get("panel")))
    job = begin(here, sheet, f"Trying {edit.name} in {sheet.name}", carry_out)
    return await change_part(here, sheet, job.id)


@router.post("/w/{name}/steps/save")
async def save(here: Here, name: str) -> Response:
    """Write a draft into the procedure; it waits there for a run."""
    sheet = await here.worksheet(name)
    edit = _edit(await here.request.form())
    return _saved(here, sheet, await sheet.drafting.save(edit), "saved")


@router.post("/w/{name}/steps/same")
async def same(here: Here, name: str) -> Response:
    """Write a draft into the procedure and run nothing: it means the same."""
    sheet = await here.worksheet(name)
    edit = _edit(await here.request.form())
    return _saved(here, sheet, await sheet.drafting.same(edit), "same")


@router.post("/w/{name}/steps/remove")
async def remove(here: Here, name: str) -> Response:
    """Take a step out of the procedure."""
    sheet = await here.worksheet(name)
    form = await here.request.form()
    await sheet.drafting.remove(str(form.get("step")), over=str(form.get("over") or ""))
    return _saved(here, sheet, "", "removed")


@router.post("/w/{name}/steps/move")
async def move(here: Here, name: str) -> Response:
    """Put a step behind another one."""
    sheet = await here.worksheet(name)
    form = await here.request.form()
    step = str(form.get("step"))
    await sheet.drafting.move(
        step, after=str(form.get("after") or ""), over=str(form.get("over") or "")
    )
    return _saved(here, sheet, step, "moved")


@router.post("/w/{name}/pins")
async def pins(here: Here, name: str) -> Response:
    """Pin a case for drafts, or take it out."""
    sheet = await here.worksheet(name)
    form = await here.request.form()
    case = str(form.get("case") or "").strip()
    if not case:
        raise UsageError("Which case?", fix="Name it as the sheet does.")
    change = sheet.drafting.unpin if form.get("off") else sheet.drafting.pin
    return render(here.request, "steps/pins.html", pins=await change(case))


def _saved(here: Asked, sheet: Worksheet, path: str, how: str) -> Response:
    here.house.live.tell(sheet.id, "procedure", {})
    return render(here.request, "steps/saved.html", path=path, how=how)


def _edit(form: FormData) -> StepEdit:
    """The draft that a form tells."""
    keys: Mapping[str, str] = {key: str(form[f"key_{key}"]) for key in KEYS if f"key_{key}" in form}
    return StepEdit(
        str(form.get("name") or ""),
        str(form.get("instruction") or ""),
        keys,
        str(form.get("step") or ""),
        str(form.get("after") or ""),
        str(form.get("over") or ""),
    )


async def _scope(sheet: Worksheet, form: FormData) -> Scope:
    """How much of a draft a form means."""
    chosen = str(form.get("scope") or "all")
    if chosen == "unverified":
        return Scope(chosen, "unverified")
    if chosen == "sample":
        return Scope(chosen, "sample")
    if chosen == "shown":
        query = query_of(QueryParams(str(form.get("filter") or "")))
        return Scope(chosen, "shown", await sheet.sheet.ids(query))
    if chosen == "where":
        step, value = str(form.get("where_step") or ""), str(form.get("where_value") or "").strip()
        if not value:
            return Scope("all", "all")
        condition = Condition(step, "value", "is", value)
        return Scope(chosen, "shown", await sheet.sheet.ids(SheetQuery((condition,))))
    return Scope("all", "all")


def _shows_all(query: SheetQuery) -> bool:
    return not (query.conditions or query.search)


def _key(here: Asked, sheet: Worksheet, panel: object) -> Key:
    """Whose draft it is: one for each panel that somebody has open."""
    return (here.person.id, sheet.id, str(panel or "")[:_PANEL_LETTERS])


def _models(here: Asked) -> list[str]:
    """Names of models that a step may ask for."""
    settings = here.workspace.settings
    named = [settings.text(f"model.{role}") for role in ("default", "small", "best")]
    return list(dict.fromkeys(["small", "best", "embedded", *filter(None, named)]))
