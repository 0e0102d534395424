"""A section of the settings, as a page or, where a part of one is asked for, by itself."""

from __future__ import annotations

from fastapi import Response

from casework.base.errors import RightsError
from casework.serve.context import Asked
from casework.serve.pages import render

_FOR_ALL = ("about",)
"""Sections that tell nobody anything that is not theirs."""


def section(here: Asked, name: str, **values: object) -> Response:
    """The section of this name; `done` says what was just done."""
    if name not in _FOR_ALL and not here.may("manage"):
        raise RightsError(
            f"{here.person.name} may not see these settings.",
            fix="Ask an owner for the role owner, or to change what you need.",
            code="rights.not_allowed",
        )
    part = bool(here.request.headers.get("HX-Request"))
    layout = "settings/part.html" if part else "settings/page.html"
    values = {"sheet": None, "done": "", "section": name, "layout": layout, **values}
    answer = render(here.request, f"settings/{name}.html", status=200, **values)
    answer.headers["Vary"] = "HX-Request"
    return answer


def listed(told: str) -> list[str]:
    """Words with commas between, as a list."""
    return [one.strip() for one in told.split(",") if one.strip()]
