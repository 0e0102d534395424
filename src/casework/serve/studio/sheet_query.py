"""What a sheet shows as it stands in its address: conditions, search, order, hidden steps.

`/w/claims?if=total-due:value:at least:100&if=*:state:is:conflict&q=smith&sort=net&desc=1&hide=vat`
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol
from urllib.parse import quote, urlencode

from casework.base.errors import UsageError
from casework.sdk.sheet.marks import MARKS, TONES
from casework.sdk.sheet.views import FIELDS, RELATIONS, Condition, SheetQuery
from casework.serve.words import mark_words
from casework.types.procedure import Procedure

ANY = "*"
"""Stands for any step of a case."""
TONE_WORDS: Mapping[str, str] = {
    "verified": "verified by a person",
    "proved": "proved",
    "look": "to look at",
    "wrong": "wrong",
    "rest": "waiting or absent",
}
_PARTS = 4


class Parameters(Protocol):
    """The parameters of an address."""

    def get(self, key: str, /) -> str | None: ...
    def getlist(self, key: str, /) -> Sequence[str]: ...


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks for: which cases in which order, which steps are hidden, and the saved
    view that it came from ('' for none)."""

    query: SheetQuery
    hidden: tuple[str, ...] = ()
    view: str = ""

    def without(self, condition: Condition) -> Asked:
        """The same without one condition."""
        left = tuple(one for one in self.query.conditions if one != condition)
        return replace(self, query=replace(self.query, conditions=left))

    @property
    def parameters(self) -> str:
        """It as it stands in an address, without the question mark; '' for everything."""
        query = self.query
        pairs = [("if", told_of(one)) for one in query.conditions]
        pairs += [("q", query.search)] if query.search else []
        pairs += [("sort", query.sort)] if query.sort else []
        pairs += [("desc", "1")] if query.descending else []
        pairs += [("hide", ",".join(self.hidden))] if self.hidden else []
        pairs += [("view", self.view)] if self.view else []
        return urlencode(pairs, quote_via=quote, safe=":*, ")


def asked_of(parameters: Parameters) -> Asked:
    """What an address asks for; raises `UsageError` for a condition that cannot be read."""
    hidden = tuple(filter(None, (parameters.get("hide") or "").split(",")))
    return Asked(query_of(parameters), hidden, parameters.get("view") or "")


def query_of(parameters: Parameters) -> SheetQuery:
    """Which cases an address asks for, and in which order."""
    return SheetQuery(
        tuple(dict.fromkeys(_condition(told) for told in parameters.getlist("if") if told)),
        (parameters.get("q") or "").strip(),
        parameters.get("sort") or "",
        parameters.get("desc") == "1",
    )


def told_of(condition: Condition) -> str:
    """A condition as it stands in an address."""
    step = condition.step or ANY
    return f"{step}:{condition.field}:{condition.relation}:{condition.value}"


def in_words(condition: Condition, procedure: Procedure) -> str:
    """A condition as people say it: `Net value at least 100`, `any step is in conflict`."""
    step = procedure.by_id.get(condition.step)
    whose = step.name if step else (condition.step or "Any step")
    if condition.field == "state":
        return f"{whose} {condition.relation} {state_words(condition.value)}"
    what = "" if condition.field == "value" else f" {condition.field}"
    return f"{whose}{what} {condition.relation} {condition.value}"


def state_words(state: str) -> str:
    """A mark or a tone as people say it."""
    return TONE_WORDS.get(state) or mark_words(state)


def states() -> Iterable[tuple[str, str]]:
    """What a state can be compared with, and how it is called."""
    yield from ((tone, state_words(tone)) for tone in TONES)
    yield from ((mark, mark_words(mark)) for mark in MARKS if mark != "hidden")


def _condition(told: str) -> Condition:
    parts = told.split(":", _PARTS - 1)
    field = next((one for one in FIELDS if len(parts) == _PARTS and one == parts[1]), None)
    relation = next((one for one in RELATIONS if len(parts) == _PARTS and one == parts[2]), None)
    if field is None or relation is None:
        raise UsageError(
            f"The condition {told[:80]!r} of this address cannot be read.",
            fix="It is STEP:FIELD:RELATION:VALUE, such as total-due:value:at least:100.",
        )
    return Condition("" if parts[0] == ANY else parts[0], field, relation, parts[3].strip())
