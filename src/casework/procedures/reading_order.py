"""The key `readers`: who reads a step one after the other. Notes what cannot be meant; knows how
an order is written, not how it is carried out."""

from __future__ import annotations

from collections.abc import Sequence

from casework.procedures.findings import Findings
from casework.procedures.keys import EMBEDDED
from casework.procedures.written import Written
from casework.types.procedure import By

UNSURE_WHOLE = ("document", "table")
"""Types of which nobody says as a whole how sure they are."""
_OTHERS = {
    "model": "names one reader",
    "second": "lets two read every cell",
    "third": "lets two read every cell",
}


def check_order(written: Written, by: By, findings: Findings) -> None:
    """Note what goes wrong with an order of readers in this step."""
    settings, name = written.settings, written.source.name
    if not settings.readers or by != "document":
        return
    here = findings.at(settings.lines["readers"])
    problem, fix = order_problem(settings.readers)
    if problem:
        here.add("procedure.bad_value", problem, fix)
    type = settings.type
    if type is not None and type.name in UNSURE_WHOLE:
        here.add(
            "procedure.key_not_for",
            f"Nobody says how sure a whole {type.name} is, so {name} has no order of readers.",
            "Take the line out, or name one: - model: small.",
        )
    for key, what in _OTHERS.items():
        if key in settings.lines:
            findings.at(settings.lines[key]).add(
                "procedure.key_not_for",
                f"{key}: {what} of {name}, and readers: says already who reads.",
                "Keep one of the two lines.",
            )


def order_problem(readers: Sequence[str]) -> tuple[str, str]:
    """What cannot be meant by an order of readers, and how to mend it; '' and '' for nothing."""
    if len(readers) == 1:
        return f"{readers[0]} alone is no order of readers.", _alone(readers[0])
    twice = next((name for name in readers if list(readers).count(name) > 1), "")
    if twice:
        return f"{twice} is named twice, and would say the same again.", "Name it once."
    if EMBEDDED in readers[1:]:
        return (
            "The embedded extractor costs nothing, and stands behind a model.",
            f"Put it first: {', '.join([EMBEDDED, *(r for r in readers if r != EMBEDDED)])}.",
        )
    return "", ""


def _alone(reader: str) -> str:
    if reader == "default":
        return "Take the line out: the default model reads without it."
    return f"Write model: {reader}, or name who reads what it is not sure of, such as default."
