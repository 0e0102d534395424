"""What routes have in common: names in addresses, routers of a noun."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from fastapi.routing import APIRoute
from pydantic import AfterValidator

from casework.serve.rest.problem import RESPONSES
from casework.serve.rest.route import Route
from casework.serve.rest.shapes import without_nul

_LONGEST = 400
_CLEAN = AfterValidator(without_nul)
Slug = Annotated[
    str, Path(max_length=_LONGEST, description="The worksheet, by its slug or name."), _CLEAN
]
Case = Annotated[
    str, Path(max_length=_LONGEST, description="The case, by its id, key or name."), _CLEAN
]
StepName = Annotated[
    str, Path(max_length=_LONGEST, description="The step, by its id or name."), _CLEAN
]
Sha = Annotated[
    str, Path(max_length=_LONGEST, description="The document, by sha256 or name."), _CLEAN
]
Id = Annotated[str, Path(max_length=_LONGEST), _CLEAN]
Word = Annotated[str, Query(max_length=_LONGEST), _CLEAN]
Words = Annotated[list[Annotated[str, _CLEAN]], Query(max_length=1_000)]
PREFIX = "/api/v1"
SHEET = "/worksheets/{worksheet}"


def router_of(noun: str) -> APIRouter:
    """The router of one noun."""
    return APIRouter(
        tags=[noun],
        route_class=Route,
        responses=RESPONSES,
        generate_unique_id_function=_name_of,
    )


def _name_of(route: APIRoute) -> str:
    return f"{route.tags[0]}.{route.name}" if route.tags else route.name
