"""Options that say how much of a pending change is meant, and what is asked beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from casework.sdk.ready import Only
    from casework.types.change import Trial

UnverifiedOption = Annotated[
    bool,
    typer.Option("--unverified", help="Only cells on which no person has decided."),
]
NoneYetOption = Annotated[
    bool,
    typer.Option(
        "--none-yet", help="Take the edit up and run nothing; values show as out of date."
    ),
]
SampleOption = Annotated[
    int | None,
    typer.Option(
        "--sample",
        metavar="N",
        min=1,
        help="Only so many cases, picked by chance and always the same.",
        show_default=False,
    ),
]
ModelOption = Annotated[
    list[str] | None,
    typer.Option(
        "--model",
        "-m",
        metavar="[ROLE=]PROVIDER:MODEL",
        help="As if this model were set; without a role the default one. May be repeated.",
        show_default=False,
    ),
]
SetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="NAME=VALUE",
        help="As if this setting had this value. May be repeated.",
        show_default=False,
    ),
]
CorrectOption = Annotated[
    list[str] | None,
    typer.Option(
        "--correct",
        metavar="CASE/STEP=VALUE",
        help="As if a person had said this value (absent:not_found for none). May be repeated.",
        show_default=False,
    ),
]
VersionOption = Annotated[
    list[str] | None,
    typer.Option(
        "--version",
        metavar="STEP[:N]",
        help="As if this learned version were at work: the newest that is offered for a step, its"
        " number, or an id. May be repeated.",
        show_default=False,
    ),
]


def only_of(*, unverified: bool, none_yet: bool) -> Only:
    """Which cells are meant; raises `UsageError` for both words at once."""
    from casework.base.errors import UsageError

    if unverified and none_yet:
        raise UsageError("Unverified cells or none yet, not both.", fix="Leave one of them out.")
    return "unverified" if unverified else "none" if none_yet else ""


def trial_of(
    models: Sequence[str] | None,
    settings: Sequence[str] | None,
    correct: Sequence[str] | None,
    versions: Sequence[str] | None = None,
) -> Trial:
    """What is asked beside the procedure; raises `UsageError` for what is not written so."""
    from casework.types.change import Trial

    return Trial(
        dict(map(_model, models or ())),
        dict(map(_setting, settings or ())),
        tuple(map(_correction, correct or ())),
        tuple(versions or ()),
    )


def cell_of(text: str) -> tuple[str, str]:
    """A cell written as CASE/STEP; a step whose name holds a stroke is named by its id."""
    from casework.base.errors import UsageError

    case, stroke, step = text.rpartition("/")
    if not stroke or not case.strip() or not step.strip():
        raise UsageError(
            f"{text!r} names no cell.", fix="Write CASE/STEP, such as CLM-204/decision."
        )
    return case.strip(), step.strip()


def _model(text: str) -> tuple[str, str]:
    role, equals, name = text.partition("=")
    return (role.strip(), name.strip()) if equals else ("default", text.strip())


def _setting(text: str) -> tuple[str, str]:
    from casework.base.errors import UsageError

    name, equals, value = text.partition("=")
    if not equals:
        raise UsageError(f"{text!r} sets nothing.", fix="Write NAME=VALUE.")
    return name.strip(), value.strip()


def _correction(text: str) -> tuple[str, str, str]:
    from casework.base.errors import UsageError

    place, equals, value = text.partition("=")
    if not equals or not value.strip():
        raise UsageError(
            f"{text!r} gives no value.", fix="Write CASE/STEP=VALUE, such as CLM-204/net=EUR 12.00."
        )
    return (*cell_of(place), value.strip())
