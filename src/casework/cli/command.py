"""How a command is made: its help with examples, the options that all have, and its border.

A command is an async function whose first parameter is a `Door`; errors end here as exit codes.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer
from typer.core import TyperCommand, TyperGroup

from casework.base.errors import CaseworkError
from casework.cli import failure
from casework.cli.door import Door

Action = Callable[..., Awaitable[int | None]]

EVERYWHERE = "Everywhere"
WorkspaceOption = Annotated[
    Path | None,
    typer.Option(
        "--workspace",
        "-w",
        envvar="CASEWORK_WORKSPACE",
        metavar="FOLDER",
        help="The workspace; without it the nearest one at or above this folder.",
        rich_help_panel=EVERYWHERE,
        show_default=False,
    ),
]
JsonOption = Annotated[
    bool,
    typer.Option("--json", help="Answer with one JSON document.", rich_help_panel=EVERYWHERE),
]
DebugOption = Annotated[
    bool,
    typer.Option("--debug", help="Show the traceback of a fault.", rich_help_panel=EVERYWHERE),
]
SheetOption = Annotated[
    str,
    typer.Option(
        "--worksheet",
        "-s",
        metavar="NAME",
        help="The worksheet; the only one needs no name.",
        show_default=False,
    ),
]


class CaseworkCommand(TyperCommand):
    """A command whose help is drawn our way."""

    def format_help(self, ctx: typer.Context, formatter: object) -> None:  # type: ignore[override]
        """Print the help; the formatter stays empty."""
        from casework.cli.help import draw_help

        draw_help(self, ctx.command_path)


class CaseworkGroup(TyperGroup):
    """The commands as a group whose errors are said our way; without words it shows its help."""

    def main(  # type: ignore[override]
        self, args: Sequence[str] | None = None, prog_name: str | None = None, **extra: object
    ) -> None:
        """Run a command line and exit with its code."""
        import sys

        words = list(sys.argv[1:] if args is None else args) or ["--help"]
        json, debug = "--json" in words, "--debug" in words
        try:
            code = super().main(words, "casework", None, False)
        except typer.TyperException as error:
            context = getattr(error, "ctx", None)
            path = context.command_path if context else "casework"
            code = failure.tell_misuse(error.format_message(), path, json=json)
        except (KeyboardInterrupt, typer.Abort):
            code = failure.tell_interrupt(json=json)
        except BrokenPipeError:
            _hush()
            code = failure.FAILED
        except Exception as error:  # noqa: BLE001 - the border of the program
            code = failure.tell_fault(error, words, json=json, debug=debug)
        sys.exit(code if isinstance(code, int) else 0)

    def format_help(self, ctx: typer.Context, formatter: object) -> None:  # type: ignore[override]
        """Print the help; the formatter stays empty."""
        from casework.cli.help import draw_help

        draw_help(self, ctx.command_path)


class ListingGroup(CaseworkGroup):
    """A group whose command `list` may be left out: `casework settings` lists the settings."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]
        """Put `list` in front when no command was named."""
        if not args or (args[0].startswith("-") and args[0] != "--help"):
            args = ["list", *args]
        return super().parse_args(ctx, args)


def command(
    app: typer.Typer, name: str, *, examples: Sequence[str], panel: str | None = None
) -> Callable[[Action], Action]:
    """Register an async function as a command. Its docstring is the help."""

    def register(action: Action) -> Action:
        app.command(
            name,
            cls=CaseworkCommand,
            help=inspect.getdoc(action),
            epilog=_epilog(examples),
            rich_help_panel=panel,
        )(_bordered(action))
        return action

    return register


def _bordered(action: Action) -> Callable[..., None]:
    """The action with the options that all commands have, run to its end."""

    def run(ctx: typer.Context, **named: object) -> None:
        door = _door(ctx, named)
        code = _carry_out(action, door, named)
        if code:
            raise typer.Exit(code)

    signature = inspect.signature(action, eval_str=True)
    own = [p for name, p in signature.parameters.items() if name != "door"]
    shared = [
        _keyword("workspace", WorkspaceOption, None),
        _keyword("json", JsonOption, False),
        _keyword("debug", DebugOption, False),
    ]
    context = inspect.Parameter("ctx", inspect.Parameter.KEYWORD_ONLY, annotation=typer.Context)
    own = [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in own]
    run.__signature__ = inspect.Signature([context, *own, *shared])  # type: ignore[attr-defined]
    run.__name__ = getattr(action, "__name__", "run")
    return run


def _door(ctx: typer.Context, named: dict[str, object]) -> Door:
    outer = ctx.obj if isinstance(ctx.obj, Door) else Door()
    folder = named.pop("workspace")
    return Door(
        folder if isinstance(folder, Path) else outer.folder,
        json=bool(named.pop("json")) or outer.json,
        debug=bool(named.pop("debug")) or outer.debug,
    )


def _carry_out(action: Action, door: Door, named: dict[str, object]) -> int:
    import asyncio

    from casework.base.aio import run, stopped_by_sigterm

    async def acting() -> int | None:
        with stopped_by_sigterm() as stop:
            try:
                return await action(door, **named)
            except asyncio.CancelledError:
                if not stop.is_set():
                    raise
                return failure.tell_interrupt(json=door.json, code=failure.TERMINATED)

    try:
        return run(acting()) or 0
    except CaseworkError as error:
        return failure.tell_error(error, json=door.json)
    except KeyboardInterrupt:
        return failure.tell_interrupt(json=door.json)
    except BaseExceptionGroup as group:
        found = _named_error(group)
        if found is None:
            raise
        return failure.tell_error(found, json=door.json)


def _named_error(error: BaseException) -> CaseworkError | None:
    """The first error of ours in a group of errors."""
    if isinstance(error, CaseworkError):
        return error
    if not isinstance(error, BaseExceptionGroup):
        return None
    return next((found for inner in error.exceptions if (found := _named_error(inner))), None)


def _keyword(name: str, annotation: object, default: object) -> inspect.Parameter:
    return inspect.Parameter(
        name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation
    )


def _epilog(examples: Sequence[str]) -> str:
    return "\n".join(["Examples" if len(examples) > 1 else "Example", *examples])


def _hush() -> None:
    """The reader of our output has gone: nothing more is written to it."""
    import os
    import sys

    sink = os.open(os.devnull, os.O_WRONLY)
    os.dup2(sink, sys.stdout.fileno())
