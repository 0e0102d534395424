"""Templates made into pages. What stands in them is escaped; what people read is in their words."""

from __future__ import annotations

from functools import cache, partial
from pathlib import Path

from fastapi import Request, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from casework.sdk.action import permits
from casework.sdk.sheet.marks import mark_of, tone_of
from casework.serve.house import ServeHouse
from casework.serve.words import (
    WORDS,
    age,
    count,
    mark_words,
    moment_html,
    money,
    reason_html,
    rough,
    seconds,
    share,
    since,
    size,
)
from casework.types.person import LOCAL, Person

_TEMPLATES = Path(__file__).with_name("templates")


@cache
def environment() -> Environment:
    """The templates with the filters and tests that they use."""
    made = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"age": age, "seconds": seconds, "count": count, "money": money, "share": share}
    made.filters |= {"moment": moment_html, "mark_words": mark_words}
    made.filters |= {"bytes": size, "rough": rough, "since": since, "reason": reason_html}
    made.globals |= {"mark_of": mark_of, "tone_of": tone_of, "words": WORDS}
    return made


def render(request: Request, template: str, *, status: int = 200, **values: object) -> Response:
    """A page, or a part of one, from its template. Every template also knows `request`, `person`,
    `asset` (the address of an asset by name), `csrf`, `here` (the path asked for) and `may`
    (whether the person may do what takes a permission, such as `may("edit")`)."""
    return HTMLResponse(told(request, template, status=status, **values), status)


def told(request: Request, template: str, *, status: int = 200, **values: object) -> str:
    """The same as text: a part of a page that goes along with something else."""
    house: ServeHouse = request.app.state.house
    person: Person = getattr(request.state, "person", Person(LOCAL, ""))
    made = environment().get_template(template)
    return made.render(
        request=request,
        person=person,
        asset=house.assets.url,
        csrf=getattr(request.state, "csrf", ""),
        here=request.url.path,
        house=house,
        status=status,
        may=partial(permits, person),
        **values,
    )
