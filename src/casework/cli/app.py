"""The app: every command in its panel, and the options that may stand before any of them."""

from __future__ import annotations

from typing import Annotated

import typer

from casework.cli import (
    changes,
    configuration,
    decisions,
    demo,
    doctor,
    documents,
    forgetting,
    learning,
    models,
    past,
    people,
    places,
    plugins,
    procedures,
    replaying,
    rereading,
    review,
    runs,
    sharpening,
    splitting,
    start,
    storing,
    studio,
    tables,
    trust,
    watching,
    webhooks,
    written,
)
from casework.cli.command import CaseworkGroup, DebugOption, JsonOption, WorkspaceOption
from casework.cli.door import Door

_HELP = """A worksheet for document work: documents in, proven values out.

Every row is a case, every column a step of a procedure in plain English, and every value is shown
with the place in the document that proves it. Nothing leaves this machine unless you set a model.
"""
_EPILOG = """Examples
casework demo
casework init claims && cd claims
casework add ~/inbox --worksheet claims --procedure ~/claims.md
casework plan
casework run
casework show
"""
_CODES = """
Exit codes:

  0 done · 1 an error, said with what to do · 2 the command line does not fit
  3 with run --strict: a cell wants a person or failed · 130 stopped by Ctrl-C, 143 by SIGTERM
"""


def make_app() -> typer.Typer:
    """All commands."""
    app = typer.Typer(
        cls=CaseworkGroup,
        name="casework",
        help=_HELP + _CODES,
        epilog=_EPILOG,
        context_settings={"help_option_names": ["--help", "-h"]},
        pretty_exceptions_enable=False,
        add_completion=True,
    )
    app.callback(invoke_without_command=False)(_before)
    for group in (
        start,
        studio,
        splitting,
        rereading,
        runs,
        changes,
        sharpening,
        past,
        watching,
        replaying,
        tables,
        written,
        documents,
        forgetting,
        places,
        decisions,
        learning,
        review,
        trust,
        procedures,
        configuration,
        models,
        people,
        webhooks,
        storing,
        demo,
        plugins,
        doctor,
    ):
        group.register(app)
    return app


def _before(
    ctx: typer.Context,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
    debug: DebugOption = False,
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, help="Say which version this is.")
    ] = False,
) -> None:
    if version:
        from importlib.metadata import version as installed

        typer.echo(f"casework {installed('casework')}")
        raise typer.Exit
    ctx.obj = Door(workspace, json=json, debug=debug)
