"""Text, headings and grids → pages of our own, so that every word of every format has a box.

A4 with one font and a fixed metric, the same everywhere. A grid keeps its columns aligned, and the
pages are as wide as the widest grid needs, so that a label and its value stay on one row. Each grid
is also told as a table whose cells know their words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from casework.documents.compose import Row
from casework.documents.reading import Source
from casework.documents.typesetting.flow import Element, Grid, Hidden, NewPage, Text, Typeset
from casework.documents.typesetting.grid_columns import Band
from casework.documents.typesetting.letter_columns import LETTER_PT, columns_of, placed, set_letters
from casework.documents.typesetting.pages_under_way import (
    BLOCK_GAP_PT,
    LEADING,
    MARGIN_PT,
    PAGE_WIDTH_PT,
    SIZE_PT,
    WIDEST_PAGE_PT,
    PagesUnderWay,
    set_line,
    wrapped,
)
from casework.documents.typesetting.set_grid import bands_of, set_grid
from casework.types.document import Remark

_SIZES_PT = (SIZE_PT, 18.0, 15.0, 13.0, 12.0, 11.0, 10.5)  # by heading level; 0 is ordinary text
_INDENT_PT = 16.0
_DEEPEST_INDENT = 8
_SHOWN_HIDDEN = 200


def typeset(flow: Iterable[Element], source: Source) -> Typeset:
    """The pages of this flow and their tables; no pages when it holds no word.

    Raises `DocumentError` when they are more than the limits of the source allow.
    """
    sheet = PagesUnderWay(source)
    hidden: list[Hidden] = []
    for label, elements in _sections(flow):
        sheet.label, sheet.labelled = label, 0
        columns = [bands_of(each) if isinstance(each, Grid) else [] for each in elements]
        sheet.width = max(PAGE_WIDTH_PT, *map(_width, elements, columns))
        for element, bands in zip(elements, columns, strict=True):
            if isinstance(element, Hidden):
                hidden.append(element)
                detail = f"{element.how}: {_begin(element.text)}"
                sheet.remarks.append(Remark("invisible", detail=detail))
            else:
                _set(sheet, element, bands)
        if sheet.blocks:
            sheet.finish_page()
    if sheet.remarks and sheet.pages:  # nothing was shown after them
        last = sheet.pages[-1]
        sheet.pages[-1] = replace(last, remarks=(*last.remarks, *sheet.remarks))
    return Typeset(tuple(sheet.pages), tuple(sheet.tables), _notes(hidden))


def _set(sheet: PagesUnderWay, element: Text | Grid, bands: Sequence[Band]) -> None:
    def set_insets(insets: Sequence[Text | Grid]) -> None:
        for inset in insets:
            _set(sheet, inset, bands_of(inset) if isinstance(inset, Grid) else ())

    if isinstance(element, Grid):
        set_grid(sheet, element, bands, set_insets)
    else:
        _set_text(sheet, element)


def _sections(
    flow: Iterable[Element],
) -> Iterator[tuple[str, list[Text | Grid | Hidden]]]:
    """What stands between new pages, each with its label; one is kept at a time."""
    label, elements = "", list[Text | Grid | Hidden]()
    for element in flow:
        if isinstance(element, NewPage):
            if elements:
                yield label, elements
            label, elements = element.label, []
        elif not isinstance(element, Hidden) or element.text.strip():
            elements.append(element)
    if elements:
        yield label, elements


def _begin(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= _SHOWN_HIDDEN else words[:_SHOWN_HIDDEN].rstrip() + " …"


def _notes(hidden: Sequence[Hidden]) -> tuple[str, ...]:
    if not hidden:
        return ()
    places = "one place" if len(hidden) == 1 else f"{len(hidden)} places"
    return (
        f"The file hides text in {places}, which is left out. "
        f"The first ({hidden[0].how}) begins: {_begin(hidden[0].text)}",
    )


def _set_text(sheet: PagesUnderWay, element: Text) -> None:
    words = element.text.split()
    if not words:
        return
    if element.fixed:
        _set_fixed(sheet, element)
        return
    size = _SIZES_PT[min(element.level, len(_SIZES_PT) - 1)]
    height = size * LEADING
    if not element.joined and sheet.blocks:
        sheet.y += BLOCK_GAP_PT
    joined = element.joined
    left = MARGIN_PT + min(max(element.indent, 0), _DEEPEST_INDENT) * _INDENT_PT
    for line in wrapped(words, size, PAGE_WIDTH_PT - MARGIN_PT - left):
        sheet.room(height)
        row = Row(set_line(line, left, sheet.y, size), element.place)
        sheet.add_row(element.kind, element.level, row, joined=joined)
        sheet.y += height
        joined = True


def _set_fixed(sheet: PagesUnderWay, element: Text) -> None:
    size, joined = SIZE_PT, element.joined
    if not joined and sheet.blocks:
        sheet.y += BLOCK_GAP_PT
    for line in set_letters(element.text, MARGIN_PT):
        sheet.room(size * LEADING)
        words = placed(line, round(sheet.y, 2), round(sheet.y + size * 1.15, 2))
        sheet.add_row(element.kind, element.level, Row(words, element.place), joined=joined)
        sheet.y += size * LEADING
        joined = True


def _width(element: Element, columns: Sequence[Band]) -> float:
    """The width of the page that a grid needs, with what stands in it, or a line set by letters."""
    edges = [band.edges[-1] + MARGIN_PT for band in columns]
    if isinstance(element, Text) and element.fixed:
        edges.append(2 * MARGIN_PT + columns_of(element.text) * LETTER_PT)
    if isinstance(element, Grid) and element.insets:
        within = [each for insets in element.insets.values() for each in insets]
        edges += [_width(each, bands_of(each)) for each in within if isinstance(each, Grid)]
    return min(max(edges, default=0.0), WIDEST_PAGE_PT)
