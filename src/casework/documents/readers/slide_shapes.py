"""The shapes of a slide in the order in which they are read, and the paragraphs in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from casework.documents.packed.package import Package, Relation
from casework.documents.readers.word_lists import in_kind
from casework.documents.typesetting.flow import Text
from casework.types.document import BlockKind

if TYPE_CHECKING:
    from lxml.etree import _Element

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}chart"
_DIAGRAM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}relIds"
_CHOICE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"
_ROW_EMU = 280_000
"""Shapes whose tops are closer than this (0.3 inches) stand on one row."""
_DEEPEST = 30
_TITLES = frozenset({"title", "ctrTitle"})
_EDGES = {"ftr": "footer", "dt": "footer", "hdr": "footer", "sldNum": "number"}
_NUMBERS = {
    "alphaLc": "lowerLetter",
    "alphaUc": "upperLetter",
    "romanLc": "lowerRoman",
    "romanUc": "upperRoman",
    "arabic": "decimal",
}

Kind = Literal["text", "table", "chart", "diagram", "picture"]
Role = Literal["", "title", "subtitle", "body", "footer", "number"]


class Shape(NamedTuple):
    """A shape: what it is, its role on the slide, its left top corner in EMU."""

    kind: Kind
    role: Role
    x: float
    y: float
    element: _Element


class _Frame(NamedTuple):
    """How places inside a group become places on the slide: factor and offset."""

    sx: float = 1.0
    sy: float = 1.0
    dx: float = 0.0
    dy: float = 0.0


@dataclass(slots=True)
class Slide:
    """Where the placeholders of a slide stand when the slide does not say it: on its layout, or on
    the master of that."""

    package: Package
    relations: dict[str, Relation]
    _places: dict[tuple[str, str], tuple[float, float]] | None = None

    def place_of(self, kind: str, index: str) -> tuple[float, float] | None:
        """The corner of a placeholder of this type and index."""
        if self._places is None:
            self._places = {}
            self._look(self.relations, "slideLayout", 2)
        found = self._places.get(("", index)) if index else None
        return found or self._places.get((kind, ""))

    def _look(self, relations: dict[str, Relation], kind: str, depth: int) -> None:
        assert self._places is not None
        for relation in relations.values():
            if relation.kind != kind or relation.external:
                continue
            root = self.package.xml(relation.target)
            for shape in root.iter(f"{P}sp") if root is not None else ():
                role, corner = shape.find(f".//{P}ph"), _corner(shape)
                if role is not None and corner is not None:
                    if role.get("idx"):
                        self._places.setdefault(("", role.get("idx", "")), corner)
                    self._places.setdefault((role.get("type", "body"), ""), corner)
            if depth > 1:
                self._look(self.package.relations(relation.target), "slideMaster", depth - 1)


def shapes_of(root: _Element, slide: Slide) -> list[Shape]:
    """The shapes of a slide: its title, then row after row from left to right."""
    tree = root.find(f"{P}cSld/{P}spTree")
    found = list(_shapes(tree, slide, _Frame(), 0)) if tree is not None else []
    rows: list[list[Shape]] = []
    for shape in sorted(found, key=lambda shape: shape.y):
        if rows and shape.y - rows[-1][0].y < _ROW_EMU:
            rows[-1].append(shape)
        else:
            rows.append([shape])
    ordered = [shape for row in rows for shape in sorted(row, key=lambda shape: shape.x)]
    return sorted(ordered, key=lambda shape: shape.role != "title")


def paragraphs(shape: Shape, place: str) -> Iterator[Text]:
    """The paragraphs of a shape with text."""
    counted: dict[int, int] = {}
    begun = False
    for paragraph in shape.element.iter(f"{A}p"):
        text = _text(paragraph)
        if not text.strip():
            continue
        properties = paragraph.find(f"{A}pPr")
        depth = _whole(properties.get("lvl")) if properties is not None else 0
        if shape.role == "title":
            yield Text(" ".join(text.split()), place, "heading", 1, joined=begun)
        elif shape.role == "footer":
            yield Text(text, place, "footer", joined=begun)
        else:
            label = _label(properties, shape.role, counted, depth)
            kind: BlockKind = "list" if label else "paragraph"
            for index, line in enumerate(text.split("\n")):
                shown = f"{label} {line}" if label and not index else line
                yield Text(shown, place, kind, 0, begun or index > 0, depth)
                begun = True
        begun = True


def _shapes(parent: _Element, slide: Slide, frame: _Frame, depth: int) -> Iterator[Shape]:
    for child in parent:
        if child.tag == f"{P}grpSp" and depth < _DEEPEST:
            yield from _shapes(child, slide, _inner(child, frame), depth + 1)
        elif child.tag == f"{P}grpSp":
            yield Shape("text", "", frame.dx, frame.dy, child)
        elif child.tag == _CHOICE and len(child):
            yield from _shapes(child[0], slide, frame, depth + 1)
        elif child.tag in (f"{P}sp", f"{P}graphicFrame", f"{P}pic", f"{P}cxnSp"):
            yield from _shape(child, slide, frame)


def _shape(element: _Element, slide: Slide, frame: _Frame) -> Iterator[Shape]:
    placeholder = element.find(f".//{P}ph")
    kind = placeholder.get("type", "body") if placeholder is not None else ""
    corner = _corner(element)
    if corner is None and placeholder is not None:
        corner = slide.place_of(kind, placeholder.get("idx", ""))
    x, y = corner or (0.0, 0.0)
    x, y = x * frame.sx + frame.dx, y * frame.sy + frame.dy
    role = _role(kind, placeholder is not None)
    for tag, what in (
        (f"{A}tbl", "table"),
        (_CHART, "chart"),
        (_DIAGRAM, "diagram"),
    ):
        inner = element.find(f".//{tag}")
        if inner is not None:
            yield Shape(what, role, x, y, inner)  # type: ignore[arg-type]
            return
    if element.tag == f"{P}pic":
        yield Shape("picture", role, x, y, element)
    elif element.find(f".//{A}t") is not None or element.find(f".//{A}fld") is not None:
        yield Shape("text", role, x, y, element)


def _role(kind: str, is_placeholder: bool) -> Role:
    if kind in _TITLES:
        return "title"
    if kind in _EDGES:
        return "number" if kind == "sldNum" else "footer"
    if kind == "subTitle":
        return "subtitle"
    return "body" if is_placeholder and kind in ("body", "obj") else ""


def _corner(element: _Element) -> tuple[float, float] | None:
    found = element.find(f"{P}spPr/{A}xfrm/{A}off")
    if found is None:
        found = element.find(f"{P}xfrm/{A}off")
    return (_number(found.get("x")), _number(found.get("y"))) if found is not None else None


def _inner(group: _Element, frame: _Frame) -> _Frame:
    """The frame of what stands in a group, which has measures of its own."""
    place = group.find(f"{P}grpSpPr/{A}xfrm")
    if place is None:
        return frame
    at = {
        str(child.tag).rpartition("}")[2]: (
            _number(child.get("x") or child.get("cx")),
            _number(child.get("y") or child.get("cy")),
        )
        for child in place
    }
    off, ext = at.get("off", (0.0, 0.0)), at.get("ext", (0.0, 0.0))
    inner, size = at.get("chOff", off), at.get("chExt", ext)
    sx = ext[0] / size[0] if size[0] else 1.0
    sy = ext[1] / size[1] if size[1] else 1.0
    return _Frame(
        frame.sx * sx,
        frame.sy * sy,
        frame.dx + frame.sx * (off[0] - inner[0] * sx),
        frame.dy + frame.sy * (off[1] - inner[1] * sy),
    )


def _text(paragraph: _Element) -> str:
    found = paragraph.iter(f"{A}t", f"{A}br")
    parts = ["\n" if each.tag == f"{A}br" else each.text or "" for each in found]
    return "".join(parts).replace("\v", "\n")


def _label(properties: _Element | None, role: Role, counted: dict[int, int], depth: int) -> str:
    """The bullet or number before a paragraph; a body has bullets unless it says otherwise."""
    numbered = properties.find(f"{A}buAutoNum") if properties is not None else None
    for deeper in [at for at in counted if at > depth]:
        del counted[deeper]
    if numbered is not None:
        start = _whole(numbered.get("startAt")) or 1
        counted[depth] = counted.get(depth, start - 1) + 1
        return _numbered(counted[depth], numbered.get("type", "arabicPeriod"))
    counted.pop(depth, None)
    if properties is not None:
        if properties.find(f"{A}buNone") is not None:
            return ""
        bullet = properties.find(f"{A}buChar")
        if bullet is not None:
            char = bullet.get("char", "•")
            return char if (char.isprintable() and char.isascii()) or char in "•–▪◦➢✓" else "•"
    return "•" if role == "body" else ""


def _numbered(value: int, kind: str) -> str:
    name = next((name for name in _NUMBERS if kind.startswith(name)), "arabic")
    text = in_kind(value, _NUMBERS[name])
    ending = kind[len(name) :]
    if ending == "ParenBoth":
        return f"({text})"
    return f"{text})" if ending == "ParenR" else text if ending == "Plain" else f"{text}."


def _number(text: str | None) -> float:
    try:
        return float(text or 0)
    except ValueError:
        return 0.0


def _whole(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 5 else 0
