"""Small pictures and PDFs of them for tests."""

from __future__ import annotations

import io
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

LINES = ("Invoice number 4711", "Date 12.03.2024", "Widgets and gadgets", "Total due 1,250.00 EUR")


def written(lines: Sequence[str] = LINES, size: int = 32, width: int = 900) -> Image.Image:
    """A white page with lines of type."""
    picture = Image.new("RGB", (width, 2 * size * (len(lines) + 2)), "white")
    draw = ImageDraw.Draw(picture)
    font = ImageFont.load_default(size)
    for at, line in enumerate(lines):
        draw.text((60, size * (2 * at + 2)), line, fill="black", font=font)
    return picture


def saved(picture: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    """The picture as a file."""
    target = io.BytesIO()
    picture.save(target, kind, **options)
    return target.getvalue()


def pdf_of(
    pages: Sequence[Image.Image | str], *, beside: str = "", picture_height_pt: float = 0
) -> bytes:
    """A PDF with a page for each: a picture as wide as the page, or a line of text.

    With `beside` the picture is `picture_height_pt` high at the foot of a page that has this line
    of text."""
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=(595, 842), invariant=1)
    for page in pages:
        if isinstance(page, str):
            canvas.drawString(72, 700, page)
        elif beside:
            canvas.drawString(72, 780, beside)
            canvas.drawImage(ImageReader(page), 60, 60, 475, picture_height_pt)
        else:
            height = 595 * page.height / page.width
            canvas.drawImage(ImageReader(page), 0, 842 - height, 595, height)
        canvas.showPage()
    canvas.save()
    return target.getvalue()
