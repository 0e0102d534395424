"""The plain text of a sample document, read with the libraries themselves, not with casework."""

from __future__ import annotations

import email
import re
import unicodedata
from email import policy
from pathlib import Path

import docx
import openpyxl
import pypdfium2
from selectolax.lexbor import LexborHTMLParser

MONTHS = (
    "january januar janvier enero",
    "february februar février febrero",
    "march märz mars marzo",
    "april avril abril",
    "may mai mayo",
    "june juni juin junio",
    "july juli juillet julio",
    "august août agosto",
    "september septembre septiembre",
    "october oktober octobre octubre",
    "november novembre noviembre",
    "december dezember décembre diciembre",
)
PDF_HYPHEN = "\x02"  # what pdfium writes for a hyphen at a line's end


def text_of(path: Path) -> str:
    """Everything a person can read in the document."""
    data = path.read_bytes()
    ending = path.suffix
    if ending == ".pdf":
        return pdf_text(data)
    if ending == ".docx":
        return _word_text(path)
    if ending == ".xlsx":
        page = openpyxl.load_workbook(path).active
        assert page is not None
        return "\n".join(
            " ".join(f"{v:.2f}" if isinstance(v, float) else str(v) for v in row if v is not None)
            for row in page.iter_rows(values_only=True)
        )
    if ending == ".eml":
        return _mail_text(data)
    text = data.decode()
    return LexborHTMLParser(text).text(separator="\n") if ending == ".html" else text


def pdf_text(data: bytes, password: str | None = None) -> str:
    document = pypdfium2.PdfDocument(data, password=password)
    pages = [document[i].get_textpage().get_text_bounded() for i in range(len(document))]
    return "\n".join(pages).replace(PDF_HYPHEN, "")


def _word_text(path: Path) -> str:
    document = docx.Document(str(path))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    foot = [paragraph.text for paragraph in document.sections[0].footer.paragraphs]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells, *foot])


def _mail_text(data: bytes) -> str:
    message = email.message_from_bytes(data, policy=policy.default)
    body = message.get_body()
    assert body is not None
    parts = [str(body.get_content())]
    for part in message.iter_attachments():
        content = part.get_content()
        parts.append(pdf_text(content) if isinstance(content, bytes) else str(content))
    return "\n".join(parts)


def folded(text: str) -> str:
    """Small letters and digits only, so that spacing, hyphens and punctuation do not matter."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"[\W_]+", "", plain)


def amount_ways(amount: str) -> set[str]:
    """How an amount may be printed, as far as `folded` leaves differences: its digits."""
    digits = amount.replace("-", "").replace(".", "")
    return {digits, digits.removesuffix("00")}


def date_ways(date: str) -> str:
    """A pattern for the ways in which a date of the form YYYY-MM-DD may be printed, folded."""
    year, month, day = date.split("-")
    name = f"(?:{MONTHS[int(month) - 1].replace(' ', '|')})"
    number = str(int(day))
    return f"{day}{month}{year}|0?{number}(?:er|de)?{name}(?:de)?{year}|{name}{number}{year}"
