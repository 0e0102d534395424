"""Queries of a sheet as JSON, and back: how views with names are kept."""

from __future__ import annotations

from casework.sdk.sheet.views import FIELDS, RELATIONS, Condition, SheetQuery
from casework.types.values import Json


def query_told(query: SheetQuery) -> Json:
    """A query as JSON."""
    return {
        "conditions": [[one.step, one.field, one.relation, one.value] for one in query.conditions],
        "search": query.search,
        "sort": query.sort,
        "descending": query.descending,
    }


def query_from(told: Json) -> SheetQuery:
    """The inverse; what nobody knows any more is left out."""
    if not isinstance(told, dict):
        return SheetQuery()
    listed = told.get("conditions")
    conditions = [_condition(one) for one in listed] if isinstance(listed, list) else []
    return SheetQuery(
        tuple(one for one in conditions if one is not None),
        str(told.get("search") or ""),
        str(told.get("sort") or ""),
        told.get("descending") is True,
    )


def _condition(told: Json) -> Condition | None:
    if not isinstance(told, list) or len(told) != len(Condition.__slots__):
        return None
    step, field, relation, value = map(str, told)
    if field not in FIELDS or relation not in RELATIONS:
        return None
    return Condition(step, field, relation, value)
