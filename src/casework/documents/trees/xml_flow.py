"""An XML tree → headings, lines `Name: text`, paragraphs and tables, in the order of the file."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import groupby

from casework.documents.trees.records import Named, heading, line_of, table_of
from casework.documents.trees.xml_tree import Element
from casework.documents.typesetting.flow import Element as Flow
from casework.documents.typesetting.flow import Text

_DEEPEST = 40
"""What is nested deeper is one paragraph of text."""


def flow_of(element: Element, left_out: Collection[int] = ()) -> Iterator[Flow]:
    """What an element holds; `left_out` are ids of elements that are shown elsewhere."""
    yield from _inside(element, 1, left_out)


def _inside(element: Element, depth: int, left_out: Collection[int]) -> Iterator[Flow]:
    joined = False
    for name, value in element.attributes:
        yield from line_of(Named(name, value, f"{element.path}/@{name}"), joined=joined)
        joined = True
    if _is_prose(element):
        yield Text(element.all_text(), element.path)
        return
    if depth > _DEEPEST:
        yield Text(element.all_text(" "), element.path)
        return
    if element.text:
        yield Text(" ".join(element.text.split()), element.path, joined=joined)
    for _, group in groupby(element.elements, key=lambda each: each.name):
        alike = [each for each in group if id(each) not in left_out]
        yield from _alike(alike, depth, joined, left_out)
        joined = bool(alike) and all(_is_leaf(each) for each in alike)


def _alike(
    alike: list[Element], depth: int, joined: bool, left_out: Collection[int]
) -> Iterator[Flow]:
    """Elements of one name that follow each other: a table where they are flat records."""
    table = None
    if len(alike) > 1 and all(_is_record(each) for each in alike):
        table = table_of([_record(each) for each in alike], alike[0].path, alike[0].name)
    if table is not None:
        yield heading(alike[0].name, alike[0].path, depth + 1)
        yield table
        return
    for each in alike:
        if _is_leaf(each):
            yield from line_of(named(each), joined=joined)
            joined = True
        elif any(id(inner) not in left_out for inner in _leaves(each)):
            yield heading(each.name, each.path, depth + 1)
            yield from _inside(each, depth + 1, left_out)
            joined = False


def named(element: Element, name: str = "") -> Named:
    """A leaf as a named value; its attributes stand behind it in brackets."""
    value = " ".join(element.text.split())
    about = ", ".join(f"{key} {each}" for key, each in element.attributes)
    if about:
        value = f"{value} ({about})" if value else about
    return Named(name or element.name, value, element.path)


def _leaves(element: Element) -> Iterator[Element]:
    return (each for each in element.walk() if not each.elements)


def _is_leaf(element: Element) -> bool:
    return not element.elements


def _is_record(element: Element) -> bool:
    """Whether it holds values alone, each in an element of its own."""
    inner = element.elements
    return bool(inner) and not element.text and all(map(_is_leaf, inner))


def _record(element: Element) -> list[Named]:
    own = [Named(name, value, f"{element.path}/@{name}") for name, value in element.attributes]
    return own + [named(each) for each in element.elements]


def _is_prose(element: Element) -> bool:
    """Whether text and elements are mixed, as words with emphasis in a paragraph."""
    return bool(element.elements) and len(element.text.split()) > 1
