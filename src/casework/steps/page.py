"""Markdown made by code: plain text escaped, values with their reference marks, footnotes.

What comes from documents and models is text here and never markup: no link, picture or tag of
theirs survives (law 9).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote as url_quote

from casework.types.needs import StepInput
from casework.types.proof import Citation
from casework.types.values import Json, ValueType
from casework.values.show import show
from casework.values.written import summary

NOT_SUPPORTED = "⚠ **not supported:**"
CELL_LINK = "casework:cell/"
DOCUMENT_LINK = "casework:document/"
_SPECIAL = re.compile(r"[\\`*_\[\]<>|~&{}]")
_BEGINNING = re.compile(r"^([#+=>-]|[0-9]{1,9}(?=[.)]))")
_SCHEME = re.compile(r"://|\b(javascript|data|mailto|file):(?=\S)", re.IGNORECASE)
_WORLD_WIDE = re.compile(r"\b(www)\.", re.IGNORECASE)
_LONGEST_VALUE = 200
_LONGEST_QUOTE = 300


def escaped(text: str) -> str:
    """Text on one line that Markdown shows as it is; addresses are shown and lead nowhere."""
    told = " ".join(text.split())
    told = _SCHEME.sub(lambda m: f"{m[1] or ''}[:]{'' if m[1] else '//'}", told)
    told = _WORLD_WIDE.sub(r"\1[.]", told)
    told = _SPECIAL.sub(lambda m: "\\" + m[0], told)
    return _BEGINNING.sub(_escaped_beginning, told)


def _escaped_beginning(found: re.Match[str]) -> str:
    mark = found[1]
    return f"{mark}\\" if mark[0].isdigit() else f"\\{mark}"


def shown(given: StepInput) -> str:
    """The value of a cell as plain text, cut where it is long; an absence in words."""
    read, step = given.read, given.step
    if read.absence:
        return read.absence.replace("_", " ")
    told = summary(read.value) if step.type.name == "document" else show(read.value, step.type)
    return cut(told, _LONGEST_VALUE)


def cut(text: str, longest: int) -> str:
    """The text on one line, with an ellipsis where it was too long."""
    told = " ".join(text.split())
    return told if len(told) <= longest else told[: longest - 1].rstrip() + "…"


@dataclass(slots=True)
class Notes:
    """The footnotes of one document. A cell is noted under its id, a passage under a number behind
    `prefix`, so that documents may stand in each other."""

    prefix: str
    notes: dict[str, str] = field(default_factory=dict)
    _passages: dict[tuple[str, int, str], str] = field(default_factory=dict)

    def cell(self, id: str, inputs: Mapping[str, StepInput]) -> str:
        """The mark of a cell."""
        label = id.replace(".", "-")
        given = inputs[id]
        name = escaped(given.step.name)
        self.notes[label] = f"[{name}]({CELL_LINK}{url_quote(id)}): {escaped(shown(given))}"
        return f"[^{label}]"

    def passage(self, citation: Citation) -> str:
        """The mark of a passage."""
        key = (citation.document, citation.page, citation.quote)
        label = self._passages.setdefault(key, f"{self.prefix}-{len(self._passages) + 1}")
        where = f"{citation.document_name}, page {citation.page}"
        if citation.place:
            where = f"{citation.document_name}, {citation.place}"
        link = f"{DOCUMENT_LINK}{citation.document}#page={citation.page}"
        told = escaped(cut(citation.quote, _LONGEST_QUOTE))
        self.notes[label] = f"[{escaped(where)}]({link}): “{told}”"
        return f"[^{label}]"


def table_of(value: Json, type: ValueType, mark: str) -> str:
    """A table as Markdown, with its mark in the first heading."""
    rows = value if isinstance(value, list) else []
    names = [escaped(column.name) for column in type.fields]
    if names:
        names[0] += mark
    lines = [_row(names), _row(["---"] * len(names))]
    for row in rows:
        told = row if isinstance(row, dict) else {}
        lines.append(_row([escaped(show(told.get(f.name), f.type)) for f in type.fields]))
    return "\n".join(lines)


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def list_of(value: Json, type: ValueType, mark: str) -> str:
    """The items of a set as a list, each with the mark."""
    items = value if isinstance(value, list) else [value]
    one = type.one() if type.many else ValueType("choice", options=type.options)
    return "\n".join(f"- {escaped(show(item, one))}{mark}" for item in items)
