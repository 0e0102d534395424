"""The procedure of a new worksheet, put into the workspace: a file is copied, one that was made in
Python is checked."""

from __future__ import annotations

import shutil
from pathlib import Path

from casework.base.errors import ConflictError, NotFoundError, ProcedureError, UsageError
from casework.procedures.python import PythonProcedure
from casework.sdk.following import FOLDER, raise_mistakes, read_text, rule_mistakes, write_text
from casework.types.procedure import Procedure

MADE_IN_PYTHON = ""
"""The name of the file of a procedure that has none."""


def keep_procedure(workspace: Path, slug: str, procedure: str | Path | Procedure) -> str:
    """The name of the file in the workspace that the worksheet will follow, `MADE_IN_PYTHON` for a
    procedure of functions. Raises `ProcedureError` with every mistake."""
    if isinstance(procedure, PythonProcedure):
        mistakes = rule_mistakes(procedure)
        if mistakes:
            raise ProcedureError(mistakes, name=procedure.name)
        return MADE_IN_PYTHON
    if isinstance(procedure, Procedure):
        raise_mistakes(procedure.text, procedure.name)
        write_text(_free(workspace, f"{slug}.md"), procedure.text)
        return f"{slug}.md"
    return _keep_file(workspace, slug, Path(procedure))


def _keep_file(workspace: Path, slug: str, source: Path) -> str:
    if not source.is_file():
        raise NotFoundError(f"There is no procedure {source}.", fix="Check the name.")
    if source.suffix not in (".md", ".py"):
        raise UsageError(
            f"{source.name} is no procedure.", fix="A procedure is a .md or a .py file."
        )
    name = f"{slug}{source.suffix}"
    if source.suffix == ".md":
        raise_mistakes(read_text(source), source.name)
    if (workspace / FOLDER / name).resolve() == source.resolve():
        return name
    target = _free(workspace, name)
    if source.suffix == ".md":
        write_text(target, read_text(source))
    else:
        shutil.copyfile(source, target)
    return name


def _free(workspace: Path, name: str) -> Path:
    target = workspace / FOLDER / name
    if target.exists():
        raise ConflictError(f"{target} exists already.", fix="Choose another name.")
    return target
