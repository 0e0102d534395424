"""A procedure as it was compiled, as JSON: how one that was made of functions is remembered.

Holds what its steps mean and the source of their functions, never the functions.
"""

from __future__ import annotations

import json
from dataclasses import replace

from casework.base.errors import UsageError
from casework.types.procedure import Procedure, Rule, Step

FORMAT = 1


def snapshot(procedure: Procedure) -> str:
    """The procedure as JSON text; where it stood in a file or a notebook is not in it."""
    from pydantic import TypeAdapter

    plain = Procedure(
        procedure.name, procedure.preamble, tuple(map(_placeless, procedure.steps)), procedure.order
    )
    told = TypeAdapter(Procedure).dump_python(
        plain, mode="json", exclude={"by_id", "text"}, exclude_defaults=True
    )
    return json.dumps({"format": FORMAT, **told}, ensure_ascii=False, indent=1) + "\n"


def restore(text: str) -> Procedure:
    """The procedure that a snapshot tells of; raises `UsageError` for one of a newer casework."""
    from pydantic import TypeAdapter

    told = json.loads(text)
    if told.pop("format", None) != FORMAT:
        raise UsageError(
            "This procedure was written down by another version of casework.",
            fix="Open the worksheet with the casework that made it, or with a newer one.",
        )
    return TypeAdapter(Procedure).validate_python({**told, "text": text})


def _placeless(step: Step) -> Step:
    nested = tuple(map(_placeless, step.nested))
    rule, when = _lineless(step.rule), _lineless(step.when)
    return replace(step, rule=rule, when=when, line=0, nested=nested)


def _lineless(rule: Rule | None) -> Rule | None:
    return replace(rule, line=0) if rule else None
