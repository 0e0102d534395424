"""Presentations (pptx, pptm, ppsx, potx): each slide on pages of its own, with its notes.

Titles are headings; what stands on a slide is read from the top down and from left to right.
Tables and the data of charts are tables. The place is `slide 3`, of a cell `slide 3, table 1, row
2, column 1`. Hidden slides are read and said to be hidden.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from casework.base.errors import DocumentError
from casework.documents.packed.embedded import embedded, pictures
from casework.documents.packed.package import Package, Relation
from casework.documents.readers.slide_shapes import A, P, Shape, Slide, paragraphs, shapes_of
from casework.documents.readers.slide_tables import chart_grid, diagram_lines, table_grid
from casework.documents.reading import Member, Reading, Source
from casework.documents.typesetting.flow import Element, NewPage, Text
from casework.documents.typesetting.typeset import typeset

if TYPE_CHECKING:
    from lxml.etree import _Element

READER = "slides"
VERSION = "1"
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.presentationml.presentation"

_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_MACROS = "The file holds macros. They were not run and are never run."
_NO_TEXT = (
    "The presentation holds no text, at most pictures. Save it as PDF, run OCR over it and add the "
    "result."
)
_OFF = frozenset({"0", "false"})
_SHOWN = 10


class _Deck:
    """What is noted while slides stream by."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self.hidden: list[int] = []
        self.missing: list[int] = []
        self.pictures = 0
        self.members: list[Member] = []
        self.images: list[Member] = []


def read(source: Source) -> Reading:
    """The pages of a presentation, slide after slide."""
    package = Package(source)
    main = next(
        (each.target for each in package.relations("").values() if each.kind == "officeDocument"),
        "ppt/presentation.xml",
    )
    root = package.xml(main)
    if root is None:
        raise DocumentError(
            "The presentation is damaged: its main part is missing or unreadable.",
            fix="Save it anew from PowerPoint or LibreOffice, or as PDF.",
        )
    deck = _Deck(package)
    made = typeset(_flow(root, package.relations(main), deck), source)
    members = deck.members if made.pages else [*deck.members, *deck.images]
    return Reading(
        MEDIA_TYPE,
        READER,
        VERSION,
        made.pages,
        reason="" if made.pages else _NO_TEXT,
        facts=package.facts(),
        members=tuple(members),
        notes=(*package.notes(), *_notes(deck, members), *made.notes),
        tables=made.tables,
    )


def _flow(root: _Element, relations: dict[str, Relation], deck: _Deck) -> Iterator[Element]:
    names = [each.get(f"{_R}id", "") for each in root.iter(f"{P}sldId")]
    for number, name in enumerate(names, 1):
        relation = relations.get(name)
        slide = deck.package.xml(relation.target) if relation else None
        if relation is None or slide is None:
            deck.missing.append(number)
            continue
        hidden = (slide.get("show") or "1").lower() in _OFF
        if hidden:
            deck.hidden.append(number)
        yield NewPage(f"slide {number} (hidden)" if hidden else f"slide {number}")
        yield from _slide(slide, relation.target, f"slide {number}", deck)


def _slide(root: _Element, part: str, place: str, deck: _Deck) -> Iterator[Element]:
    relations = deck.package.relations(part)
    deck.members += embedded(deck.package, relations)
    deck.images += pictures(deck.package, relations)
    slide = Slide(deck.package, relations)
    tables = charts = 0
    edge: list[Element] = []
    for shape in shapes_of(root, slide):
        if shape.kind == "picture":
            deck.pictures += 1
        elif shape.kind == "table":
            tables += 1
            yield table_grid(shape.element, f"{place}, table {tables}")
        elif shape.kind == "chart":
            charts += 1
            yield from _chart(shape, relations, f"{place}, chart {charts}", deck.package)
        elif shape.kind == "diagram":
            for index, line in enumerate(diagram_lines(shape.element, relations, deck.package)):
                yield Text(line, place, "list", joined=index > 0)
        elif shape.role in ("footer", "number"):
            if shape.role == "footer":
                edge += paragraphs(shape, place)
        else:
            yield from paragraphs(shape, place)
    yield from edge
    yield from _beside(relations, place, deck.package)


def _chart(
    shape: Shape, relations: dict[str, Relation], place: str, package: Package
) -> Iterator[Element]:
    relation = relations.get(shape.element.get(f"{_R}id", ""))
    root = package.xml(relation.target) if relation and not relation.external else None
    grid = chart_grid(root, place) if root is not None else None
    if grid is not None:
        if grid.title:
            yield Text(grid.title, place, "heading", 4)
        yield grid


def _beside(relations: dict[str, Relation], place: str, package: Package) -> Iterator[Element]:
    """The speaker's notes and the comments of a slide."""
    for relation in relations.values():
        if relation.kind == "notesSlide" and not relation.external:
            root = package.xml(relation.target)
            head = "[notes] "
            for line in _notes_lines(root) if root is not None else ():
                yield Text(f"{head}{line}", f"{place}, notes", joined=not head)
                head = ""
        elif relation.kind in ("comments", "comment") and not relation.external:
            root = package.xml(relation.target)
            for each in root.iter("{*}cm") if root is not None else ():
                parts = [t.text or "" for t in each.iter(f"{P}text", f"{A}t")]
                text = " ".join(" ".join(parts).split())
                if text:
                    yield Text(f"[comment] {text}", f"{place}, comment")


def _notes_lines(root: _Element) -> Iterator[str]:
    for shape in root.iter(f"{P}sp"):
        role = shape.find(f".//{P}ph")
        if role is not None and role.get("type") == "body":
            for paragraph in shape.iter(f"{A}p"):
                text = "".join(each.text or "" for each in paragraph.iter(f"{A}t")).strip()
                if text:
                    yield text


def _notes(deck: _Deck, members: list[Member]) -> Iterator[str]:
    if deck.hidden:
        yield f"Hidden slides were read: {_numbers(deck.hidden)}."
    if deck.missing:
        yield f"Slides that are missing or damaged were not read: {_numbers(deck.missing)}."
    if any(name.lower().endswith("vbaproject.bin") for name in deck.package.names):
        yield _MACROS
    if deck.pictures and not any(each in members for each in deck.images):
        number = "a picture" if deck.pictures == 1 else f"{deck.pictures} pictures"
        yield f"The presentation holds {number}, whose content was not read."


def _numbers(slides: list[int]) -> str:
    more = len(slides) - _SHOWN
    return ", ".join(map(str, slides[:_SHOWN])) + (f" and {more} more" if more > 0 else "")
