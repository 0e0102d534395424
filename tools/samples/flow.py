"""One block → what reportlab lays out: paragraphs, hanging clauses, tables."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY, TA_LEFT, TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Flowable, HRFlowable, PageBreak, Paragraph, Spacer, Table, TableStyle

from tools.samples.looks import Look
from tools.samples.markup import Block

SOFT_HYPHEN = "\u00ad"
HYPHENS = Path(__file__).parent / "texts" / "hyphens.txt"
LINE = HexColor("#b9c0c8")
PALE = HexColor("#eef1f4")
LABEL = HexColor("#4b5560")
BLACK = HexColor("#20262e")
LABEL_SHARE = 0.36  # of the width, for the label column of a two-column table
LABEL_CHARS = 34  # a longer first column is not a label but a signature
SUMS_SHARE = 0.5  # of the width, for the sums at the foot of a bill
NARROW_SHARE = 0.6  # of an even share, for every column but the widest one
HANG = 3.2  # letters of its size that the text of a clause hangs in behind its number
AMOUNT = re.compile(r"^[A-Z€$]{0,3} ?-?[\d.,'’ ]+ ?(€|EUR|CHF|USD)?$")


def flowables(block: Block, look: Look, width: float) -> list[Flowable]:
    """What stands on the page for one block in a column `width` points wide."""
    if block.kind == "page":
        return [PageBreak()]
    if block.kind == "rule":
        return [HRFlowable(width="100%", color=LINE, spaceBefore=4, spaceAfter=6)]
    if block.kind == "table":
        return [_table(block, look, width), Spacer(1, look.leading * 0.6)]
    if block.kind == "clause":
        return [_clause(block, look)]
    return [Paragraph(_marked(block.lines, look), _style(block.kind, look))]


def _style(kind: str, look: Look) -> ParagraphStyle:
    body = ParagraphStyle(
        "body",
        fontName=look.font,
        fontSize=look.size,
        leading=look.leading,
        alignment=TA_JUSTIFY if look.justified else TA_LEFT,
        spaceAfter=look.leading * 0.5,
        embeddedHyphenation=1 if look.hyphens else 0,
    )
    middle = TA_CENTER if look.centred else TA_LEFT
    colour = HexColor(look.colour)
    special: dict[str, dict[str, Any]] = {
        "title": {
            "fontName": look.bold,
            "fontSize": look.size * 1.5,
            "leading": look.leading * 1.45,
            "alignment": middle,
            "textColor": colour,
        },
        "subtitle": {"alignment": middle, "spaceAfter": look.leading},
        "heading": {
            "fontName": look.bold,
            "fontSize": look.size * 1.06,
            "alignment": TA_LEFT,
            "spaceBefore": look.leading * 0.5,
            "keepWithNext": 1,
            "textColor": colour,
        },
        "small": {"fontSize": look.size * 0.8, "leading": look.leading * 0.82, "textColor": LABEL},
    }
    return ParagraphStyle(kind, parent=body, **special.get(kind, {}))


def _clause(block: Block, look: Look) -> Paragraph:
    indent = HANG * look.size
    first = indent if block.number.startswith("(") else 0.0
    style = ParagraphStyle(
        "clause",
        parent=_style("paragraph", look),
        leftIndent=indent + first,
        bulletIndent=first,
        bulletFontName=look.font,
        bulletFontSize=look.size,
    )
    return Paragraph(_marked(block.lines, look), style, bulletText=block.number)


def _table(block: Block, look: Look, width: float) -> Table:
    columns = max(len(row) for row in block.rows)
    paired = columns == 2 and not block.headed
    sums = paired and not look.grid and all(_is_amount(row[1]) for row in block.rows)
    amounts = {c for c in range(1, columns) if _is_amount(block.rows[-1][min(c, columns - 1)])}
    styles = _cell_styles(look)

    def style(row: int, column: int, text: str) -> ParagraphStyle:
        head = block.headed and row == 0
        if column in amounts and (head or sums or (block.headed and _is_amount(text))):
            return styles["head amount" if head else "amount"]
        if head:
            return styles["head"]
        return styles["label" if paired and column == 0 else "cell"]

    cells = [
        [Paragraph(_marked((text,), look), style(r, c, text)) for c, text in enumerate(row)]
        for r, row in enumerate(block.rows)
    ]
    widths = _widths(block, columns, width * SUMS_SHARE if sums else width)
    table = Table(cells, colWidths=widths, hAlign="RIGHT" if sums else "LEFT")
    table.setStyle(_lines(look, paired=paired, headed=block.headed))
    return table


def _is_amount(text: str) -> bool:
    return bool(AMOUNT.match(text.replace("*", "")))


def _cell_styles(look: Look) -> dict[str, ParagraphStyle]:
    cell = ParagraphStyle("cell", parent=_style("paragraph", look), spaceAfter=0, alignment=TA_LEFT)
    colour = LABEL if look.grid else BLACK
    return {
        "cell": cell,
        "label": ParagraphStyle("label", parent=cell, textColor=colour),
        "head": ParagraphStyle("head", parent=cell, fontName=look.bold),
        "amount": ParagraphStyle("amount", parent=cell, alignment=TA_RIGHT),
        "head amount": ParagraphStyle(
            "head amount", parent=cell, fontName=look.bold, alignment=TA_RIGHT
        ),
    }


def _widths(block: Block, columns: int, width: float) -> list[float]:
    longest = [max(len(row[c]) for row in block.rows if c < len(row)) for c in range(columns)]
    if not block.headed:
        share = LABEL_SHARE if columns == 2 and longest[0] <= LABEL_CHARS else 1 / columns
        return [width * share, *[width * (1 - share) / (columns - 1)] * (columns - 1)]
    wide = longest.index(max(longest))
    narrow = width / columns * NARROW_SHARE if columns > 2 else width / 3
    return [width - narrow * (columns - 1) if c == wide else narrow for c in range(columns)]


def _lines(look: Look, *, paired: bool, headed: bool) -> TableStyle:
    style: list[tuple[Any, ...]] = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 5 if look.grid else 2),
        ("TOPPADDING", (0, 0), (-1, -1), 3 if look.grid else 1.5),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 4 if look.grid else 2),
    ]
    if look.grid:
        style.append(("GRID", (0, 0), (-1, -1), 0.5, LINE))
        if paired:
            style.append(("BACKGROUND", (0, 0), (0, -1), PALE))
    if headed:
        style.append(("LINEBELOW", (0, 0), (-1, 0), 0.8, HexColor(look.colour)))
    return TableStyle(style)


def _marked(lines: tuple[str, ...], look: Look) -> str:
    text = "<br/>".join(escape(line) for line in lines)
    text = re.sub(r"\*\*(.+?)\*\*", rf'<font name="{look.bold}">\1</font>', text)
    return _hyphenated(text) if look.hyphens else text


def _hyphenated(text: str) -> str:
    breaks = _breaks()
    return re.sub(r"[A-Za-z]{7,}", lambda word: breaks.get(word[0], word[0]), text)


@cache
def _breaks() -> dict[str, str]:
    words = HYPHENS.read_text(encoding="utf-8").split()
    return {word.replace("-", ""): word.replace("-", SOFT_HYPHEN) for word in words}
