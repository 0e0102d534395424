"""Electronic invoices in XML (UBL; CII, as in Factur-X and ZUGFeRD) in the order people read them.

Which values these are is data (`data/e_invoice.json`). What it does not name follows behind, so
that nothing of the file is left out. The rules of EN 16931 are not checked.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from casework.documents.trees.xml_flow import flow_of, named
from casework.documents.trees.xml_tree import Element, Tree
from casework.documents.typesetting.flow import Element as Flow
from casework.documents.typesetting.flow import Grid, GridCell, Text

MEDIA_TYPE = "application/xml; e-invoice"


@dataclass(frozen=True, slots=True)
class Invoice:
    """An electronic invoice: its flavour (`UBL`, `CII`) and whether it is a credit note."""

    flavour: str
    title: str


def invoice_of(tree: Tree) -> Invoice | None:
    """What electronic invoice the tree is, None when it is none."""
    if tree.root is None:
        return None
    for flavour, known in _known().items():
        for name, title in known["roots"].items():
            if tree.root.name == name and any(part in tree.namespace for part in known["spaces"]):
                return Invoice(flavour, title)
    return None


def invoice_flow(tree: Tree, invoice: Invoice) -> Iterator[Flow]:
    """The invoice as people read it, then what is left of the file."""
    root, known = tree.root, _known()[invoice.flavour]
    assert root is not None
    shown: set[int] = set()
    yield Text(f"{invoice.title} ({invoice.flavour})", root.path, "heading", 1)
    for part in known["parts"]:
        found = list(_lines(root, part, shown))
        if found:
            yield Text(part["title"], root.path, "heading", 2)
            yield from found
    shown.update(id(each) for each in root.walk() if not (each.content or each.attributes))
    rest = list(flow_of(root, shown))
    if rest:
        yield Text("Other fields", root.path, "heading", 2)
        yield from rest


def _lines(root: Element, part: dict[str, Any], shown: set[int]) -> Iterator[Flow]:
    if "rows" in part:
        rows = _find(root, part["rows"])
        if rows:
            yield _table(rows, part, shown)
        return
    joined = False
    for base in _find(root, part["base"]) if "base" in part else [root]:
        for label, path in part["fields"]:
            for element in _find(base, path):
                if not element.elements and (element.text or element.attributes):
                    name, value, place = _shown(element, label, shown)
                    yield Text(f"{name}: {value}", place, joined=joined)
                    joined = True


def _table(rows: Sequence[Element], part: dict[str, Any], shown: set[int]) -> Grid:
    fields = [(label, [_find(row, path) for row in rows]) for label, path in part["fields"]]
    filled = [(label, cells) for label, cells in fields if any(cells)]
    heading = [GridCell(column, label, rows[0].path) for column, (label, _) in enumerate(filled)]
    grid: list[list[GridCell]] = [heading]
    for index, row in enumerate(rows):
        cells = []
        for column, (label, found) in enumerate(filled):
            values = [_shown(each, label, shown) for each in found[index] if not each.elements]
            if values:
                text = ", ".join(value for _, value, _ in values)
                cells.append(GridCell(column, text, values[0][2] or row.path))
        grid.append(cells)
    return Grid(grid, header_rows=1, title=part["title"])


def _shown(element: Element, label: str, shown: set[int]) -> tuple[str, str, str]:
    """A value with its currency or unit behind it; dates of CII as people write them."""
    shown.add(id(element))
    about = dict(element.attributes)
    value = " ".join(element.text.split())
    if about.get("format") == "102" and len(value) == 8 and value.isdecimal():
        value, about = f"{value[:4]}-{value[4:6]}-{value[6:]}", {}
    unit = about.get("currencyID") or about.get("unitCode") or ""
    unit = _units().get(unit, unit)
    if "filename" in about or "mimeCode" in about:
        value = about.get("filename", "") or f"a file ({about['mimeCode']})"
    return named(element, label).name, f"{value} {unit}".strip(), element.path


def _find(element: Element, path: str) -> list[Element]:
    """The elements at a path of local names below this one."""
    found = [element]
    for name in path.split("/"):
        found = [each for one in found for each in one.elements if each.name == name]
    return found


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    text = (files("casework.documents") / "data" / "e_invoice.json").read_text("utf-8")
    data: dict[str, Any] = json.loads(text)
    return data


def _known() -> dict[str, Any]:
    known: dict[str, Any] = _data()["flavours"]
    return known


def _units() -> dict[str, str]:
    units: dict[str, str] = _data()["units"]
    return units
