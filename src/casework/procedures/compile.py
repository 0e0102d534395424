"""The door of the room: text to procedure, or an error that names every mistake."""

from __future__ import annotations

from casework.base.errors import ProcedureError
from casework.procedures.check import examine
from casework.procedures.draft import draft
from casework.types.procedure import Procedure


def compile_procedure(text: str, name: str = "") -> Procedure:
    """The procedure that a Markdown text means.

    `name` is used when the text has no title, and to say which procedure has mistakes. Raises
    `ProcedureError` with all mistakes in line order.
    """
    found = draft(text, name)
    examined = examine(found)
    mistakes = found.findings.in_order()
    if mistakes:
        raise ProcedureError(mistakes, name=name or found.name)
    return Procedure(found.name, found.preamble, examined.steps, examined.order, text)
