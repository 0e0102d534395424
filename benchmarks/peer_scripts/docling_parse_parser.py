"""Words with boxes of PDF files, as docling-parse's own documentation takes them."""

from docling_core.types.doc.page import TextCellUnit
from docling_parse.pdf_parser import (
    ContentConfig,
    ContentLevel,
    DecodeConfig,
    DoclingPdfParser,
)
from parsed import parsed

parser = DoclingPdfParser(loglevel="fatal")


def words(path: str) -> list[int]:
    pdf = parser.load(
        path_or_stream=path,
        decode_config=DecodeConfig(do_sanitization=True, keep_glyphs=False),
        content_config=ContentConfig(
            char_cells_content_level=ContentLevel.SKIP,
            word_cells_content_level=ContentLevel.COMPUTE_AND_MATERIALIZE,
            line_cells_content_level=ContentLevel.SKIP,
            shapes_content_level=ContentLevel.SKIP,
            bitmaps_content_level=ContentLevel.SKIP,
        ),
    )
    return [
        sum(1 for _ in page.iterate_cells(unit_type=TextCellUnit.WORD))
        for _, page in pdf.iterate_pages()
    ]


parsed(words)
