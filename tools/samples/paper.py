"""Blocks → PDF, the same bytes every time: page edges, columns, pages counted, password.

Streams are left uncompressed so that the bytes do not depend on the zlib of the machine,
and only the standard PDF fonts are used. It knows nothing of claims or agreements.
"""

from __future__ import annotations

import io

from reportlab.lib.colors import HexColor, white
from reportlab.lib.pagesizes import A4, LETTER
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, NextPageTemplate, PageTemplate

from tools.samples.flow import flowables
from tools.samples.looks import LOOKS
from tools.samples.markup import Source

MARK = "Synthetic sample document - casework"
SIZES = {"a4": A4, "letter": LETTER}
GREY = HexColor("#767d86")
RC4_BITS = 128
BRAND_PT = 44.0
GAP_PT = 20.0
EDGE_SIZE_PT = 7.5
MARK_SIZE_PT = 6.0


def pdf(source: Source) -> bytes:
    """The document as PDF bytes.

    Settings used: look, paper, title, lang, header and footer (their parts apart by `//`),
    brand (a bar on the first page), pages (as "Page {page} of {total}"), password.
    """
    counted = _Document(source, total=0)
    counted.write()
    final = _Document(source, total=counted.page)
    final.write()
    return final.file.getvalue()


class _Document(BaseDocTemplate):
    """A document that knows its settings while it draws the edges of its pages."""

    def __init__(self, source: Source, total: int) -> None:
        self.file = io.BytesIO()
        self.source = source
        self.settings = source.settings
        self.look = LOOKS[source.settings.get("look", "serif")]
        self.total = total
        password = source.settings.get("password")
        super().__init__(
            self.file,
            pagesize=SIZES[source.settings.get("paper", "a4")],
            pageCompression=0,
            invariant=1,
            title=source.settings.get("title", ""),
            author="casework samples",
            lang=source.settings.get("lang", "en"),
            encrypt=StandardEncryption(password, strength=RC4_BITS) if password else None,
        )
        brand = BRAND_PT if "brand" in self.settings else 0.0
        self.addPageTemplates(
            [
                PageTemplate("first", self._frames(brand), onPage=self._first_page),
                PageTemplate("later", self._frames(0.0), onPage=self._edges),
            ]
        )

    def write(self) -> None:
        look = self.look
        usable = self.pagesize[0] - 2 * look.margin - (look.columns - 1) * GAP_PT
        story: list[Flowable] = [NextPageTemplate("later")]
        for block in self.source.blocks:
            story.extend(flowables(block, look, usable / look.columns))
        self.build(story)

    def _frames(self, brand_pt: float) -> list[Frame]:
        width, height = self.pagesize
        look = self.look
        column = (width - 2 * look.margin - (look.columns - 1) * GAP_PT) / look.columns
        tall = height - 2 * look.margin - brand_pt
        return [
            Frame(look.margin + i * (column + GAP_PT), look.margin, column, tall, 0, 0, 0, 0)
            for i in range(look.columns)
        ]

    def _first_page(self, canvas: Canvas, _: BaseDocTemplate) -> None:
        self._edges(canvas, self)
        brand = self.settings.get("brand")
        if brand is None:
            return
        width, height = self.pagesize
        name, _bar, claim = brand.partition("//")
        margin = self.look.margin
        canvas.saveState()
        canvas.setFillColor(HexColor(self.look.colour))
        canvas.rect(margin, height - margin - 26, width - 2 * margin, 26, stroke=0, fill=1)
        canvas.setFillColor(white)
        canvas.setFont(self.look.bold, 12)
        canvas.drawString(margin + 8, height - margin - 18, name.strip())
        canvas.setFont(self.look.font, 8)
        canvas.drawRightString(width - margin - 8, height - margin - 17, claim.strip())
        canvas.restoreState()

    def _edges(self, canvas: Canvas, _: BaseDocTemplate) -> None:
        width, height = self.pagesize
        margin = self.look.margin
        canvas.saveState()
        canvas.setFillColor(GREY)
        canvas.setFont(self.look.font, EDGE_SIZE_PT)
        left, _bar, right = self.settings.get("header", "").partition("//")
        canvas.drawString(margin, height - margin * 0.6, left.strip())
        canvas.drawRightString(width - margin, height - margin * 0.6, right.strip())
        canvas.drawString(margin, margin * 0.6, self.settings.get("footer", ""))
        pages = self.settings.get("pages", "")
        shown = pages.format(page=canvas.getPageNumber(), total=self.total)
        canvas.drawRightString(width - margin, margin * 0.6, shown)
        canvas.setFont("Helvetica", MARK_SIZE_PT)
        canvas.drawCentredString(width / 2, margin * 0.3, MARK)
        canvas.restoreState()
