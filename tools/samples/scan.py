"""A PDF page → the same page as a grey, slightly crooked picture without any text."""

from __future__ import annotations

import io
import random

import pypdfium2
from PIL import Image, ImageChops, ImageFilter
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from tools.samples.paper import MARK

DPI = 130
POINTS_PER_INCH = 72
TILT_DEGREES = 0.8
PAPER = 244  # the grey of the paper, of 255
GRAIN = 10  # the darkest speck on the paper, in grey levels
QUALITY = 46


def scanned(pdf: bytes, *, seed: int) -> bytes:
    """Every page of `pdf` as an image-only PDF. `seed` decides where the grain falls."""
    document = pypdfium2.PdfDocument(pdf)
    out = io.BytesIO()
    canvas = Canvas(out, invariant=1, pageCompression=0)
    canvas.setTitle(MARK)
    for index in range(len(document)):
        page = document[index]
        width, height = page.get_size()
        picture = _worn(page.render(scale=DPI / POINTS_PER_INCH, grayscale=True).to_pil(), seed)
        canvas.setPageSize((width, height))
        canvas.drawImage(ImageReader(_jpeg(picture)), 0, 0, width, height)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _worn(picture: Image.Image, seed: int) -> Image.Image:
    grey = picture.convert("L").rotate(
        TILT_DEGREES, resample=Image.Resampling.BILINEAR, fillcolor=255
    )
    noise = random.Random(seed)
    size = (grey.width // 2, grey.height // 2)
    specks = bytes(PAPER - noise.randrange(GRAIN) for _ in range(size[0] * size[1]))
    grain = Image.frombytes("L", size, specks).resize(grey.size, Image.Resampling.BILINEAR)
    return ImageChops.multiply(grey.filter(ImageFilter.GaussianBlur(0.6)), grain)


def _jpeg(picture: Image.Image) -> io.BytesIO:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=QUALITY)
    out.seek(0)
    return out
