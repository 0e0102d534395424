"""From a place in a document back to the cells that rest on it, now and in the past."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from casework.base.errors import CaseworkError, NotFoundError, UsageError
from casework.documents.places.locate import Locator
from casework.sdk.following import Following
from casework.sdk.show import told_of
from casework.sdk.wire import House
from casework.store.shelf import OnShelf
from casework.store.tracing import Owner, Spot, Standing, Use
from casework.types.document import Box, Document
from casework.types.nesting import path_of, placed_steps
from casework.types.procedure import Step
from casework.types.proof import Grade, Stretch, Support
from casework.types.values import ValueType
from casework.values.show import show

_MOST_PLACES = 200
"""Places of a quote in one document from which cells are looked for."""


@dataclass(frozen=True, slots=True)
class UseView:
    """A cell that rests on a place. `standing` says whether it still does; `shown` is the value
    that was found there; `decided` the kind of the verdict that the cell has ('' for none); `part`
    is `value`, or `claim` where a claim of a reasoned answer rests on it; `who` the person who took
    the value from there ('' for what the machine found)."""

    worksheet: str
    case_id: str
    case_name: str
    step_id: str
    step_name: str
    standing: Standing
    shown: str
    part: str
    at: str
    decided: str
    page: int
    place: str
    quote: str
    grade: Grade
    support: Support
    stretches: tuple[Stretch, ...]
    who: str = ""


@dataclass(frozen=True, slots=True)
class Uses:
    """The cells that rest on a place of a document, in the order in which their quotes stand."""

    document: str
    document_name: str
    page: int
    quote: str
    uses: tuple[UseView, ...]

    @property
    def current(self) -> tuple[UseView, ...]:
        """Those that are in force."""
        return tuple(use for use in self.uses if use.standing == "current")


async def uses_of(
    house: House,
    document: OnShelf,
    *,
    page: int = 0,
    quote: str = "",
    box: Box | None = None,
    worksheet_id: str = "",
) -> Uses:
    """The cells whose citations touch a document, a page of it, a box on that page, or the places
    of a quote; of one worksheet, or ('') of all.

    Raises `NotFoundError` for a page that there is not and a quote that stands nowhere.
    """
    if box is not None and not page:
        raise UsageError("A box is on a page, and none was named.", fix="Add --page N.")
    spots = [Spot(document.sha256, page, box=box)]
    if page or quote:
        read = await house.parsing.read(document.sha256)
        _check_page(read, document.name, page)
        if quote:
            spots = _places_of(read, document.name, page, quote)
    found = await house.store.tracing.uses(*spots, worksheet_id=worksheet_id)
    uses = [
        use
        for use in found
        if house.rights.may_read(use.label) and house.rights.may_know(use.owner.worksheet_name)
    ]
    steps = {sheet: await _steps(house, sheet) for sheet in {u.owner.worksheet_id for u in uses}}
    views = tuple(_view(use, steps[use.owner.worksheet_id]) for use in uses)
    return Uses(document.sha256, document.name, page, quote, views)


def _check_page(document: Document, name: str, page: int) -> None:
    numbers = [one.number for one in document.pages]
    if page and page not in numbers:
        last = max(numbers, default=0)
        raise NotFoundError(
            f"{name} has no page {page}.", fix=f"It has {last} page{'s' if last != 1 else ''}."
        )


def _places_of(document: Document, name: str, page: int, quote: str) -> list[Spot]:
    """The best places of a quote, all that are as good."""
    pages = [page] if page else None
    places = Locator(document).find(quote, limit=_MOST_PLACES, pages=pages)
    if not places:
        raise NotFoundError(
            f"{quote!r} does not stand {f'on page {page} of' if page else 'in'} {name}.",
            fix="Look for it with: casework find",
        )
    return [
        Spot(document.sha256, one.page, span=(one.start, one.end))
        for place in places
        if place.grade == places[0].grade
        for one in place.stretches
    ]


async def _steps(house: House, worksheet_id: str) -> Mapping[str, Step]:
    """The steps of a worksheet by path; none where its procedure cannot be read any more."""
    record = await house.store.worksheets.get(worksheet_id)
    try:
        followed = await Following(house, worksheet_id, record.procedure_file).now()
    except CaseworkError:
        return {}
    return {placed.path: placed.step for placed in placed_steps(followed.procedure.steps)}


def _view(use: Use, steps: Mapping[str, Step]) -> UseView:
    owner, main = use.owner, use.stretches[0]
    tables = [table for table, _ in owner.tables]
    step = steps.get(path_of((*tables, use.step_id)))
    return UseView(
        owner.worksheet_name,
        owner.row_id,
        _case_name(owner, steps),
        use.step_id,
        step.name if step else use.step_id,
        use.standing,
        _shown(use, step),
        "claim" if use.of_claim else "value",
        use.at,
        use.decided,
        main.page,
        use.place,
        use.quote,
        use.grade,
        use.support,
        use.stretches,
        use.who,
    )


def _shown(use: Use, step: Step | None) -> str:
    """What was found there as text; of a step that is gone as it is."""
    if use.absence or step is None:
        return use.absence.replace("_", " ") or show(use.value, ValueType())
    return told_of(use.value, step)


def _case_name(owner: Owner, steps: Mapping[str, Step]) -> str:
    """`acme`, or `acme/Lines/3` for a row, as commands name it."""
    told, path = [owner.case_name], ""
    for table, row in owner.tables:
        path = path_of((path, table)) if path else table
        told += [steps[path].name if path in steps else table, row]
    return "/".join(told)
