"""What the grid gives back: frozen, plain, the same for every door."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from casework.sdk.sheet.marks import Tone
from casework.sdk.views import RowView
from casework.types.procedure import Step

Field = Literal["state", "value", "reason", "reviewer", "confidence"]
"""What of a cell is compared: its mark or tone, its value as people see it (numbers and dates by
size), the words of its reason or need, who decided on it, how sure the machine was (0 to 1)."""
FIELDS: tuple[Field, ...] = get_args(Field)
Relation = Literal["is", "is not", "contains", "at least", "at most"]
RELATIONS: tuple[Relation, ...] = get_args(Relation)


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition on the cells of a step; `step` '' asks whether any cell of the case fits."""

    step: str
    field: Field
    relation: Relation
    value: str


@dataclass(frozen=True, slots=True)
class SheetQuery:
    """Which cases are wanted, and in which order. All `conditions` must hold; `search` is found in
    a case's name, key or values. A state is a mark, a tone, or `needs` (a person should look).
    `sort` is a step's id, `arrived`, `name`, or '' for the order in which the cases came; cells
    without a value come last either way, and money goes by its currency before its amount."""

    conditions: tuple[Condition, ...] = ()
    search: str = ""
    sort: str = ""
    descending: bool = False

    @property
    def plain(self) -> bool:
        """Whether it asks for all cases as they came."""
        return self == SheetQuery()


EVERYTHING = SheetQuery()


@dataclass(frozen=True, slots=True)
class SheetWindow:
    """Some rows, one after the other: `first` (from 0) of `total` that fit the query. `seq` says up
    to which change they tell; what came later is in `changes(seq)`."""

    total: int
    first: int
    rows: tuple[RowView, ...]
    seq: int
    exact: bool = True
    """False while the looks of cells are still being gathered: a filter may find more later."""


@dataclass(frozen=True, slots=True)
class StepHead:
    """A column's head: its cells by tone, what they cost so far (None: not known), and how many of
    its cells are settled. `exact` is False while it is still being counted."""

    step: Step
    tones: Mapping[Tone, int]
    settled: int
    cost_usd: float | None
    exact: bool = True


@dataclass(frozen=True, slots=True)
class SheetChanges:
    """What changed after a moment: the ids of cases with changed cells, in no order. `reload` says
    that too much changed to be named, or that cases or steps came or went."""

    seq: int
    case_ids: frozenset[str] = frozenset()
    reload: bool = False


@dataclass(frozen=True, slots=True)
class Neighbours:
    """A case among those of a query: its place from 1 (0: not among them), how many there are, and
    the ids before and after it ('' for none)."""

    place: int
    total: int
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class SavedView:
    """A query with a name; display only. `hidden` are the ids of steps that it does not show."""

    id: str
    name: str
    query: SheetQuery = EVERYTHING
    hidden: tuple[str, ...] = ()
    who: str = ""
    cases: int | None = None
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SheetSummary:
    """A whole worksheet: its cells by tone, how many cells need a person (those in tables too) and
    since when the first does ('' for none), what they cost (None: not known). `exact` is False
    while it is still being counted."""

    tones: Mapping[Tone, int]
    needs: int
    oldest_need: str
    cost_usd: float | None
    exact: bool = True
