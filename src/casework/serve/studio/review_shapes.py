"""What the review desk is asked with, and shapes of its answers: the curve of a promise."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

from pydantic import BaseModel, Field

from casework.sdk.deciding import Said
from casework.sdk.desk.views import Place
from casework.sdk.promised.views import PromiseView
from casework.sdk.told_places import LONGEST_QUOTE
from casework.serve.places_asked import PlacesAsked, told_places
from casework.types.case import AbsenceKind
from casework.types.verdict import VerdictKind

ORDERS = (
    ("teaches", "Teaches most"),
    ("unsure", "Least sure"),
    ("oldest", "Oldest"),
    ("mine", "Mine"),
)
_WIDTH, _LEFT, _RIGHT, _TOP, _BOTTOM = 304.0, 32.0, 296.0, 16.5, 142.5
_TICKS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)


class Cell(BaseModel):
    """A cell: the id of its case or row, and the path of its step."""

    case: str
    path: str


class Cells(BaseModel):
    """Several cells."""

    cells: list[Cell] = Field(default_factory=list, max_length=10_000)

    def places(self) -> list[tuple[str, str]]:
        """They as the desk names them."""
        return [(one.case, one.path) for one in self.cells]


class Moved(Cells):
    """What to show next: none of `cells`; `put_off` is skipped, `let_go` given back."""

    order: str = "teaches"
    step: str = ""
    put_off: list[Cell] = Field(default_factory=list, max_length=10)
    let_go: list[Cell] = Field(default_factory=list, max_length=10)


class Assigned(Cells):
    """Cells that somebody is asked to decide."""

    to: str = Field(max_length=200)
    note: str = Field(default="", max_length=2_000)


class Noted(Cell):
    """A cell with a note."""

    note: str = Field(max_length=2_000)


class Answer(Cells):
    """An answer to an item. `cells` are those that are before the person besides; with `alike` it
    holds for the cells as well that wait for the same reason."""

    case: str
    path: str
    token: str = ""
    kind: str
    value: str = ""
    absent: str = ""
    note: str = Field(default="", max_length=2_000)
    seconds: float | None = None
    over: bool = False
    alike: bool = False
    order: str = "teaches"
    step: str = ""
    at: PlacesAsked

    def said(self) -> Said:
        """The same for the sdk."""
        return Said(
            cast("VerdictKind", self.kind),
            self.value,
            cast("AbsenceKind | None", self.absent or None),
            self.note,
            at=told_places(self.at),
        )


def places_json(places: Iterable[Place]) -> str:
    """Places of a choice with their boxes, as JSON for an attribute."""
    told = [
        {
            "leaf": place.page,
            "boxes": [[round(edge, 2) for edge in box] for box in place.boxes],
            "quote": place.quote[:LONGEST_QUOTE],
        }
        for place in places
    ]
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")) if told else ""


@dataclass(frozen=True, slots=True)
class Curve:
    """Risk against coverage as a picture of 304 by 168: paths, marks on both axes, the place in
    force (None: nothing passes), and all of it in words."""

    risk: str
    band: str
    target: float
    ticks: tuple[tuple[float, str], ...]
    at: tuple[float, float] | None
    passing: str
    words: str


def curve_of(view: PromiseView) -> Curve | None:
    """The curve of a promise; None where nothing was checked yet."""
    known = sorted((one for one in view.points if one.error is not None), key=lambda o: o.passing)
    if not known:
        return None
    highest = max([2 * view.epsilon, *(one.error or 0.0 for one in known)])
    top = next(tick for tick in _TICKS if tick >= min(1.0, highest))

    def across(share: float) -> float:
        return _LEFT + share * (_RIGHT - _LEFT)

    def up(share: float) -> float:
        return _BOTTOM - min(share, top) / top * (_BOTTOM - _TOP)

    seen = [(across(one.passing), up(one.error or 0.0)) for one in known]
    bound = [(across(one.passing), up(one.at_most)) for one in known]
    ring = [*seen, *reversed(bound)]
    step = top / 2
    at = None
    if view.threshold is not None:
        at = (across(view.passing), up(view.at_most or 0.0))
    told = "; ".join(
        f"{one.passing:.0%} pass from {one.threshold:.2f} on: {one.error:.1%} were wrong, at most"
        f" {one.at_most:.1%}"
        for one in known
    )
    return Curve(
        _path(seen),
        _path(ring) + "Z",
        up(view.epsilon),
        tuple((up(mark), f"{mark:.3g}") for mark in (0.0, step, top)),
        at,
        f"{view.passing:.0%}".replace("%", " %"),
        f"Share wrong, by share accepted unseen. {told}.",
    )


def _path(places: list[tuple[float, float]]) -> str:
    return "M" + " ".join(f"{x:.1f} {y:.1f}" for x, y in places)
