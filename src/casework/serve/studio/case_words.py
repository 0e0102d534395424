"""What a case page says: places as its modules need them, figures, what a decision came to."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import NamedTuple

from casework.sdk.casefile.views import Place
from casework.sdk.views import CellView
from casework.types.change import ChangeDecision
from casework.types.values import Json

_DECIMAL = re.compile(r"-?\d+(?:\.\d+)?")
_GROUPED = re.compile(r"-?[\d,]+(?:\.\d+)?")
_LONGEST_QUOTE = 160
_SAID = {
    "accepted": "{step} is accepted.",
    "rejected": "{step} is rejected; what depends on it waits.",
    "undone": "Your decision on {step} is taken back.",
    "redone": "Your decision on {step} holds again.",
}


def places_json(places: Iterable[Place]) -> str:
    """Places with their boxes, as JSON for an attribute."""
    told = [
        {
            "n": place.number,
            "document": place.document,
            "name": place.document_name,
            "page": place.page,
            "part": place.part,
            "of": place.of,
            "quote": place.quote[:_LONGEST_QUOTE],
            "grade": place.grade,
            "boxes": [
                [page, *(round(edge, 2) for edge in box)]
                for page, boxes in place.boxes
                for box in boxes
            ],
        }
        for place in places
    ]
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


class Figure(NamedTuple):
    """An amount as it is shown: the decimal itself, how many decimals are shown, and the unit that
    stands behind it as on the sheet."""

    value: str
    shown: str
    figures: int
    unit: str


def figure_of(type: str, value: Json, text: str) -> Figure | None:
    """The figure of an amount of this type, to be shown in the viewer's own way; None where it is
    none. `text` is the value as text, with its unit or without."""
    if type == "money" and isinstance(value, dict):
        told = str(value.get("amount") or "")
    elif type == "number" and isinstance(value, str):
        told = value
    else:
        return None
    unit, _, shown = text.rpartition(" ")
    if not _DECIMAL.fullmatch(told) or not _GROUPED.fullmatch(shown):
        return None
    return Figure(told, shown, len(shown.partition(".")[2]), unit)


def days_of(type: str, value: Json) -> tuple[str, ...]:
    """The day of a date, or the first and the last of a period, in ISO form; none of others."""
    if type == "date" and isinstance(value, str):
        return (value,)
    if type == "period" and isinstance(value, dict):
        ends = (value.get("start"), value.get("end"))
        return tuple(str(end) for end in ends) if all(ends) else ()
    return ()


def outcome_words(view: CellView, kind: str) -> str:
    """What a decision came to, in a sentence."""
    if kind in _SAID:
        return _SAID[kind].format(step=view.step_name)
    says = view.shown or view.absence.replace("_", " ")
    return f"{view.step_name}: {says}."


def change_words(done: ChangeDecision) -> str:
    """What became of a cell of a pending change, of the change, and of the procedure."""
    words = "The draft is adopted" if done.decided == "adopted" else "It stays as it is"
    if done.taken_up:
        words += f"; version {done.version} of the procedure is in force now"
    if done.conflicts:
        words += "; a person said otherwise, and that holds"
    if done.left == 1:
        return f"{words}. One more cell differs."
    return f"{words}. {done.left:,} more cells differ." if done.left else f"{words}."
