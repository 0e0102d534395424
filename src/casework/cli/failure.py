"""What is said when something goes wrong: to people a message and a fix, to scripts JSON."""

from __future__ import annotations

import datetime as dt
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

from casework.base.errors import CaseworkError, ProcedureError
from casework.cli import as_json
from casework.cli.fold import fold
from casework.cli.terminal import join, notes, said

FAILED = 1
MISUSED = 2
ATTENTION = 3
INTERRUPTED = 130
TERMINATED = 143
"""What a shell gives for a program that was stopped by Ctrl-C, and by SIGTERM."""

_INDENT = 7
_MOST_LINES = 20
_MISTAKE = 13
_KEPT = 20
"""Tracebacks kept in the state folder."""


def tell_error(error: CaseworkError, *, json: bool) -> int:
    """Say what went wrong and what to do; returns the exit code."""
    if json:
        as_json.write({"error": _as_json(error)})
        return FAILED
    if isinstance(error, ProcedureError):
        _mistakes(error)
        return FAILED
    _say("error", error.message, error.fix)
    return FAILED


def tell_misuse(message: str, command: str, *, json: bool) -> int:
    """Say that a command line does not fit; returns the exit code."""
    fix = f"See: {command} --help"
    if json:
        told = {"code": "usage.invalid", "message": message, "fix": fix, "status": 400}
        as_json.write({"error": told})
        return MISUSED
    _say("usage", message, fix)
    return MISUSED


def tell_interrupt(*, json: bool, code: int = INTERRUPTED) -> int:
    """Say that it was stopped and that nothing is lost; returns the exit code."""
    message = "Stopped. Everything finished so far is kept; run again to go on."
    if json:
        told = {"code": "interrupted", "message": message, "fix": "", "status": 499}
        as_json.write({"error": told})
    else:
        notes().print(message)
    return code


def tell_fault(error: Exception, command: Sequence[str], *, json: bool, debug: bool) -> int:
    """Say in one line that casework itself went wrong, and where the traceback was written."""
    trace = "".join(traceback.format_exception(error))
    if debug:
        sys.stderr.write(trace)
    message = f"casework went wrong ({type(error).__name__}: {error})."
    written = _keep(trace, command)
    fix = f"The details are in {written}." if written else "Run it with --debug to see the details."
    if json:
        told = {"code": "internal.error", "message": message, "fix": fix, "status": 500}
        as_json.write({"error": told})
    else:
        _say("error", message, fix)
    return FAILED


def _say(word: str, message: str, fix: str) -> None:
    """A word in red, then what happened, then what to do, in lines that line up."""
    console = notes()
    room = max(20, console.width - _INDENT)
    lines = [line for part in message.splitlines() for line in fold(part, room, _MOST_LINES)]
    for number, line in enumerate([*lines, *fold(fix, room, _MOST_LINES)]):
        head = said(f"{word:<{_INDENT}}", "bold red") if number == 0 else said(" " * _INDENT)
        console.print(join(head, said(line)), soft_wrap=True)


def _as_json(error: CaseworkError) -> dict[str, object]:
    told: dict[str, object] = {
        "code": error.code,
        "message": error.message,
        "fix": error.fix,
        "status": error.http_status,
        "retryable": error.retryable,
    }
    if isinstance(error, ProcedureError):
        told["mistakes"] = list(error.mistakes)
    return told


def _mistakes(error: ProcedureError) -> None:
    console = notes()
    count = len(error.mistakes)
    name = error.message.partition(": line")[0] if ": line" in error.message else "The procedure"
    many = "1 mistake" if count == 1 else f"{count} mistakes"
    console.print(join(said("error  ", "bold red"), said(f"{name} has {many}:")))
    for mistake in error.mistakes:
        where = said(f"line {mistake.line}  ".rjust(11), "bold")
        room = max(20, console.width - _MISTAKE)
        for number, line in enumerate(fold(mistake.reason, room, _MOST_LINES)):
            head = join("  ", where) if number == 0 else said(" " * _MISTAKE)
            console.print(join(head, said(line)), soft_wrap=True)
        for line in fold(mistake.fix, room, _MOST_LINES) if mistake.fix else ():
            console.print(join(" " * _MISTAKE, said(line, "dim")), soft_wrap=True)


def _keep(trace: str, command: Sequence[str]) -> Path | None:
    """Write a traceback to the user's state folder; None when that cannot be done either."""
    from casework.base.settings import state_folder

    now = dt.datetime.now(dt.UTC)
    path = state_folder() / "tracebacks" / f"{now:%Y-%m-%dT%H-%M-%S-%f}.txt"
    words = " ".join(word for word in command[:2] if not word.startswith("-"))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"casework {words}\n{trace}", "utf-8", errors="replace")
        for old in sorted(path.parent.glob("*.txt"))[:-_KEPT]:
            old.unlink()
    except OSError:
        return None
    return path
