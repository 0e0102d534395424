"""Blocks → HTML, Markdown and plain text."""

from __future__ import annotations

import html
import re
import textwrap

from tools.samples.markup import Block, Source, plain
from tools.samples.paper import MARK

TEXT_WIDTH = 78
TAGS = {"title": "h1", "subtitle": "p", "heading": "h2", "small": "small", "paragraph": "p"}
MARKS = {"title": "# ", "subtitle": "", "heading": "## ", "small": "> ", "paragraph": ""}
PAGE = """<!DOCTYPE html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<title>{title}</title>
<style>
body {{ font: 16px/1.5 Georgia, serif; max-width: 46em; margin: 2em auto; color: #222; }}
table {{ border-collapse: collapse; }}
td, th {{ border-bottom: 1px solid #ccc; padding: 4px 12px; text-align: left; }}
footer {{ color: #888; font-size: 11px; }}
</style>
</head>
<body>
{body}
<footer>{mark}</footer>
</body>
</html>
"""


def page(source: Source) -> bytes:
    """The document as an HTML page in UTF-8."""
    body = "\n".join(_element(block) for block in source.blocks)
    settings = source.settings
    title = html.escape(settings.get("title", ""))
    return PAGE.format(lang=settings.get("lang", "en"), title=title, body=body, mark=MARK).encode()


def _element(block: Block) -> str:
    if block.kind in {"rule", "page"}:
        return "<hr>"
    if block.kind == "table":
        rows = [
            "<tr>" + "".join(_cell(cell, head=block.headed and not i) for cell in row) + "</tr>"
            for i, row in enumerate(block.rows)
        ]
        return "<table>\n" + "\n".join(rows) + "\n</table>"
    inside = "<br>\n".join(_bold(line) for line in block.lines)
    if block.kind == "clause":
        return f"<p><b>{html.escape(block.number)}</b> {inside}</p>"
    tag = TAGS[block.kind]
    return f"<{tag}>{inside}</{tag}>"


def _cell(text: str, *, head: bool) -> str:
    tag = "th" if head else "td"
    return f"<{tag}>{_bold(text)}</{tag}>"


def _bold(text: str) -> str:
    return re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", html.escape(text, quote=False))


def markdown(source: Source) -> bytes:
    """The document as Markdown in UTF-8."""
    parts = [_paragraph(block) for block in source.blocks]
    return ("\n\n".join([*parts, f"<sub>{MARK}</sub>"]) + "\n").encode()


def _paragraph(block: Block) -> str:
    if block.kind in {"rule", "page"}:
        return "---"
    if block.kind == "table":
        head, *rest = block.rows if block.headed else (("",) * len(block.rows[0]), *block.rows)
        rows = [head, ("---",) * len(head), *rest]
        return "\n".join("| " + " | ".join(row) + " |" for row in rows)
    text = "  \n".join(block.lines)
    return f"**{block.number}** {text}" if block.number else MARKS[block.kind] + text


def text(source: Source) -> bytes:
    """The document as plain text, wrapped as a mail program or an old till would."""
    parts = [_plain(block) for block in source.blocks]
    return ("\n\n".join([*parts, f"-- \n{MARK}"]) + "\n").encode(
        source.settings.get("encoding", "utf-8")
    )


def _plain(block: Block) -> str:
    if block.kind in {"rule", "page"}:
        return "-" * TEXT_WIDTH
    if block.kind == "table":
        widths = [
            max(len(row[c]) for row in block.rows if c < len(row))
            for c in range(max(len(row) for row in block.rows))
        ]
        return "\n".join(_row(row, widths) for row in block.rows)
    lead = f"{block.number} " if block.number else ""
    lines = [
        textwrap.fill(plain(line), TEXT_WIDTH, initial_indent=lead if not i else "")
        for i, line in enumerate(block.lines)
    ]
    shown = "\n".join(lines)
    return shown.upper() if block.kind in {"title", "heading"} else shown


def _row(row: tuple[str, ...], widths: list[int]) -> str:
    cells = [plain(cell) for cell in row]
    last = cells[-1].rjust(widths[len(cells) - 1])
    return "   ".join([*(c.ljust(w) for c, w in zip(cells[:-1], widths, strict=False)), last])
