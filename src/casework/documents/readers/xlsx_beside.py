"""What stands beside the cells of an xlsx sheet: comments, text boxes, charts' titles, and the
ranges that are tables in the sense of Excel."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from casework.documents.packed.package import Package, Relation
from casework.documents.sheets.data import Listed, Remarked, column_name, column_number

if TYPE_CHECKING:
    from lxml.etree import _Element

_RANGE = re.compile(r"([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})")
_LEGACY = "[Threaded comment]"
"""How a comment begins that only stands in for newer ones."""


def remarked(package: Package, relations: dict[str, Relation]) -> Iterator[Remarked]:
    """Comments by cell, then the texts of drawings."""
    for relation in relations.values():
        if relation.external:
            continue
        root = package.xml(relation.target) if relation.kind in _PARTS else None
        if root is None:
            continue
        if relation.kind == "comments":
            yield from _comments(root)
        elif relation.kind == "threadedComment":
            yield from _threads(root)
        else:
            yield from _drawing(package, relation.target, root)


_PARTS = frozenset({"comments", "threadedComment", "drawing"})


def _comments(root: _Element) -> Iterator[Remarked]:
    authors = [_all_text(each) for each in root.iter("{*}author")]
    for each in root.iter("{*}comment"):
        text = _all_text(each)
        if text.startswith(_LEGACY):
            continue
        at = each.get("authorId", "")
        who = authors[int(at)] if at.isdecimal() and int(at) < len(authors) else ""
        who = "" if who.startswith("tc=") else who
        shown = text if not who or text.startswith(who) else f"{who}: {text}"
        yield Remarked(each.get("ref", ""), "comment", shown)


def _threads(root: _Element) -> Iterator[Remarked]:
    for each in root.iter("{*}threadedComment"):
        text = each.find("{*}text")
        if text is not None and text.text:
            yield Remarked(each.get("ref", ""), "comment", text.text)


def _drawing(package: Package, part: str, root: _Element) -> Iterator[Remarked]:
    """Text boxes and titles of charts, each at the cell where it begins."""
    relations = package.relations(part)
    for anchor in root:
        start = anchor.find("{*}from")
        cell = ""
        if start is not None:
            column, row = start.findtext("{*}col") or "", start.findtext("{*}row") or ""
            if column.isdecimal() and row.isdecimal():
                cell = f"{column_name(int(column))}{int(row) + 1}"
        text = "\n".join(filter(None, map(_all_text, anchor.iter("{*}p"))))
        if text:
            yield Remarked(cell, "text box", text)
        for chart in anchor.iter("{*}chart"):
            name = next((v for k, v in chart.attrib.items() if str(k).endswith("}id")), "")
            relation = relations.get(str(name))
            found = package.xml(relation.target) if relation else None
            title = found.find(".//{*}title") if found is not None else None
            if title is not None and _all_text(title):
                yield Remarked(cell, "chart", _all_text(title))


def listed(package: Package, relations: dict[str, Relation]) -> Iterator[Listed]:
    """The tables of Excel on a sheet."""
    for relation in relations.values():
        root = package.xml(relation.target) if relation.kind == "table" else None
        found = _RANGE.fullmatch(root.get("ref", "")) if root is not None else None
        if root is not None and found:
            head = root.get("headerRowCount", "1")
            yield Listed(
                int(found[2]) - 1,
                column_number(found[1]),
                int(found[4]),
                column_number(found[3]) + 1,
                int(head) if head.isdecimal() else 1,
                root.get("displayName", ""),
            )


def _all_text(element: _Element) -> str:
    """The text in an element, run after run."""
    if str(element.tag).endswith("}author"):
        return (element.text or "").strip()
    return "".join(each.text or "" for each in element.iter("{*}t")).strip()
