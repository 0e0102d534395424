"""Help as we like to read it: usage, what it does, examples, then the options. No frames."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from casework.cli.fold import fold
from casework.cli.terminal import join, output, said

if TYPE_CHECKING:
    from rich.console import Console
    from typer.core import TyperCommand, TyperGroup

_WIDEST = 100
_LEFT_WIDEST = 30
_OPTIONS = "Options"
_ARGUMENTS = "Arguments"


def draw_help(command: TyperCommand | TyperGroup, path: str) -> None:
    """Print the help of a command or of a group; `path` is how it is called."""
    console = output()
    width = min(console.width, _WIDEST)
    console.print(join(said("Usage: ", "bold"), said(_usage(command, path))))
    console.print()
    _draw_prose(console, command.help or "", width)
    _draw_panels(console, _command_panels(command), width)
    _draw_examples(console, command.epilog or "")
    _draw_panels(console, _parameter_panels(command), width)


def _usage(command: TyperCommand | TyperGroup, path: str) -> str:
    if hasattr(command, "commands"):
        return f"{path} COMMAND [OPTIONS]"
    arguments = [_argument(p) for p in command.params if p.param_type_name == "argument"]
    return " ".join([path, *arguments, "[OPTIONS]"])


def _argument(parameter: object) -> str:
    name = str(getattr(parameter, "metavar", "") or getattr(parameter, "name", "")).upper()
    return name if getattr(parameter, "required", True) or name.startswith("[") else f"[{name}]"


def _draw_prose(console: Console, text: str, width: int) -> None:
    """Paragraphs; lines that are indented stand as they are."""
    for paragraph in inspect.cleandoc(text).split("\n\n"):
        lines = paragraph.splitlines()
        if lines and lines[0].startswith("  "):
            told = lines
        else:
            told = fold(paragraph, width, 40)
        for line in told:
            console.print(said(line) if line.strip() else "", soft_wrap=True)
        console.print()


def _draw_examples(console: Console, epilog: str) -> None:
    if not epilog:
        return
    head, *lines = epilog.splitlines()
    console.print(said(head, "bold"))
    for line in lines:
        console.print(f"  {line.strip()}" if line.strip() else "", soft_wrap=True)
    console.print()


def _command_panels(command: TyperCommand | TyperGroup) -> dict[str, list[tuple[str, str]]]:
    """Commands of a group by panel: name and first sentence."""
    panels: dict[str, list[tuple[str, str]]] = {}
    for name, inner in getattr(command, "commands", {}).items():
        panel = inner.rich_help_panel if isinstance(inner.rich_help_panel, str) else "Commands"
        panels.setdefault(panel, []).append((name, _first_sentence(inner.help or "")))
    return panels


def _parameter_panels(command: TyperCommand | TyperGroup) -> dict[str, list[tuple[str, str]]]:
    panels: dict[str, list[tuple[str, str]]] = {}
    for parameter in command.params:
        if getattr(parameter, "hidden", False):
            continue
        if parameter.param_type_name == "argument":
            told = getattr(parameter, "help", None) or ""
            if told:
                panels.setdefault(_ARGUMENTS, []).append((_argument(parameter), told))
            continue
        panel = getattr(parameter, "rich_help_panel", None)
        panel = panel if isinstance(panel, str) else _OPTIONS
        panels.setdefault(panel, []).append((_option(parameter), _option_words(parameter)))
    return panels


def _option(parameter: object) -> str:
    names: Sequence[str] = getattr(parameter, "opts", ())
    long = [name for name in names if name.startswith("--")]
    short = [name for name in names if not name.startswith("--")]
    metavar = "" if getattr(parameter, "is_flag", False) else getattr(parameter, "metavar", "")
    told = ", ".join([*short, *long])
    return f"{told} {metavar}".rstrip() if metavar else told


def _option_words(parameter: object) -> str:
    told = str(getattr(parameter, "help", "") or "")
    variable = getattr(parameter, "envvar", None)
    return f"{told} Also: ${variable}." if variable else told


def _draw_panels(console: Console, panels: dict[str, list[tuple[str, str]]], width: int) -> None:
    left = _left_width(name for rows in panels.values() for name, _ in rows)
    for title, rows in panels.items():
        console.print(said(title, "bold"))
        for name, told in rows:
            _draw_row(console, name, told, left, width)
        console.print()


def _draw_row(console: Console, name: str, told: str, left: int, width: int) -> None:
    lines = fold(told, max(20, width - left - 4), 6) or [""]
    if len(name) > left:
        console.print(said(f"  {name}", "cyan"))
    for number, line in enumerate(lines):
        head = name if number == 0 and len(name) <= left else ""
        console.print(join("  ", said(f"{head:<{left}}", "cyan"), "  ", said(line)))


def _left_width(names: Iterable[str]) -> int:
    return max((len(name) for name in names if len(name) <= _LEFT_WIDEST), default=0)


def _first_sentence(text: str) -> str:
    paragraph = " ".join(inspect.cleandoc(text).partition("\n\n")[0].split())
    for mark in (". ", "; ", ": "):
        paragraph = paragraph.partition(mark)[0]
    return paragraph.rstrip(".") + "."
