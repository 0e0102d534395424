"""The documents that quotes are looked up in: all that a folder holds, and such as are made of them
in other formats. Which half a document belongs to is told by a hash of its name.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from casework.documents.layout import lay_out
from casework.documents.open import open_document
from casework.documents.reading import Limits
from casework.types.document import Document, Page

_LEFT_OUT = frozenset({"fields.json", "gold.jsonl", "README.md", "SHA256SUMS"})
_LEAST_WORDS = 60
_MOST_PARAGRAPHS = 60
_PAGES = 400
_WORDS = 200_000
_MADE = ("docx", "html", "xlsx", "eml")


def half_of(name: str) -> str:
    """`dev` or `held`."""
    digest = hashlib.sha256(name.encode()).digest()
    return "held" if digest[0] % 2 else "dev"


def documents_of(folder: Path, half: str, most: int) -> Iterator[tuple[str, Document]]:
    """Name and document, up to `most` of each folder of files, then those that are made of them."""
    groups: dict[Path, list[Path]] = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name not in _LEFT_OUT and not path.name.startswith("."):
            groups.setdefault(path.parent, []).append(path)
    texts: list[tuple[str, Document]] = []
    for paths in groups.values():
        chosen = [path for path in paths if half in ("all", half_of(path.name))]
        taken = 0
        for path in sorted(chosen, key=lambda path: half_of(f"order {path.name}") + path.name):
            document = _read(path)
            if document is None or document.word_count < _LEAST_WORDS:
                continue
            taken += 1
            yield path.name, document
            if document.media_type == "application/pdf" and len(texts) < most:
                texts.append((path.stem, document))
            if taken == most:
                break
    for at, (name, document) in enumerate(texts):
        kind = _MADE[at % len(_MADE)]
        made = made_of(document, name, kind)
        if made.word_count >= _LEAST_WORDS:
            yield f"{name}.{kind}", made


def _read(path: Path) -> Document | None:
    if path.name.endswith(".words.json"):
        return _receipt(path)
    if path.suffix in (".jpg", ".jpeg", ".png", ".tif", ".tiff"):
        return None
    try:
        return open_document(path, path.name, Limits()).document
    except Exception as error:  # noqa: BLE001 - reading is not what is measured here
        print(f"not read: {path.name}: {type(error).__name__}", file=sys.stderr)
        return None


def _receipt(path: Path) -> Document | None:
    """A receipt from the words that were recognised on it."""
    data = json.loads(path.read_text("utf-8"))
    words = []
    for segment in data.get("segments", ()):
        x0, y0, x1, y1 = segment["box"]
        step = (x1 - x0) / max(len(segment["t"]), 1)
        words += [
            (x0 + step * each.start(), y0, x0 + step * each.end(), y1, each.group())
            for each in re.finditer(r"\S+", segment["t"])
        ]
    if not words:
        return None
    page = lay_out(words, number=1, width_pt=data["width"], height_pt=data["height"])
    digest = hashlib.sha256(path.name.encode()).hexdigest()
    return Document(digest, "image/jpeg", "words", "1", "read", pages=(page,))


def made_of(document: Document, name: str, kind: str) -> Document:
    """The text of a document in another format, read again."""
    blocks = [block for page in document.pages for block in page.text.split("\n\n") if block]
    data = {"docx": _docx, "html": _html, "xlsx": _xlsx, "eml": _eml}[kind](
        blocks[:_MOST_PARAGRAPHS]
    )
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{hashlib.sha256(name.encode()).hexdigest()[:12]}.{kind}"
        path.write_bytes(data)
        return open_document(path, path.name, Limits()).document


def _plain(text: str) -> str:
    return "".join(letter for letter in text if letter.isprintable() or letter.isspace())


def _rows(blocks: list[str]) -> list[list[str]]:
    """Lines as rows of three cells, so that there is a table."""
    lines = [" ".join(line.split()) for block in blocks for line in block.split("\n")]
    cells = [_plain(line) for line in lines if line]
    return [cells[at : at + 3] for at in range(0, min(len(cells), 90), 3)]


def _docx(blocks: list[str]) -> bytes:
    import docx

    made = docx.Document()
    for block in blocks:
        made.add_paragraph(" ".join(_plain(block).split()))
    rows = _rows(blocks)
    table = made.add_table(len(rows), 3)
    for row, cells in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, cells, strict=False):
            cell.text = text
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def _html(blocks: list[str]) -> bytes:
    from html import escape

    told = "".join(f"<p>{escape(_plain(block))}</p>\n" for block in blocks)
    rows = "".join(
        f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in _rows(blocks)
    )
    return f"<!doctype html><meta charset=utf-8><body>{told}<table>{rows}</table>".encode()


def _xlsx(blocks: list[str]) -> bytes:
    import xlsxwriter

    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Lines")
        for number, row in enumerate(_rows(blocks)):
            for column, cell in enumerate(row):
                sheet.write_string(number, column, cell)
    return out.getvalue()


def _eml(blocks: list[str]) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"] = "ada@example.com", "bob@example.com"
    mail["Subject"] = "What we agreed"
    mail["Date"] = "Tue, 03 Mar 2026 10:00:00 +0000"
    mail.set_content("\n\n".join(_plain(block) for block in blocks) + "\n")
    return mail.as_bytes()


def long_one(documents: list[tuple[str, Document]]) -> Document:
    """A document of 400 pages and about 200,000 words, of the pages of others."""
    pages: list[Page] = []
    words = 0
    full = sorted(documents, key=lambda one: -one[1].word_count / max(1, len(one[1].pages)))
    for _, document in full:
        for page in document.pages:
            if len(pages) < _PAGES and words < _WORDS:
                pages.append(replace(page, number=len(pages) + 1))
                words += len(page.words)
    while pages and len(pages) < _PAGES:
        pages.append(replace(pages[len(pages) % 97], number=len(pages) + 1))
    return Document("cd" * 32, "application/pdf", "pdf", "1", "read", pages=tuple(pages))
