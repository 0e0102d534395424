"""How far a document can be relied on, from its text and what its reader remarked: cheap enough to
be told of every document when it is read. Looks at no picture and knows no other document.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from casework.documents.quality.language import Points, decided, points_of, together
from casework.documents.quality.similar import MOST_WORDS, sketch_of, words_of
from casework.types.document import Document, Page, Remark
from casework.types.quality import Assessed, HiddenText, LowPage, PageLanguage, Quality

VERSION = 1
"""Raised when a report comes out otherwise, so that those that were kept are made anew."""
HIDING = frozenset({"invisible", "tiny", "off_page", "covered", "unlike_picture"})
"""Remarks that speak of text which people do not see, or not as it is."""
_CODE = frozenset({"json", "xml"})
"""Formats whose words are mostly names of fields: these tell of no language."""
_POOR_WORD = 0.6
_LOW_PAGE = 0.8
"""Mean confidence of the recognised words of a page, below which it is doubtful."""
_POOR_SHARE = 0.2
_FEW_WORDS = 5
_SHOWN_TEXT = 240
_MOST_HIDDEN = 20
_GARBLED = re.compile(
    "[\ufffd\ue000-\uf8ff\x00-\x08\x0e-\x1f\x80-\x9f]"
    "|Ã[\x80-\xbf\u0152-\u2122]|â€[\x80-\xbf\u0152-\u2122]|Â[\xa0-\xbf]|\\(cid:\\d+\\)"
)
_SUSPICIOUS = re.compile("[\x80-\x9f\ue000-\uf8ff\ufffdÃâÂ]")
_GARBLED_SHARE = 0.005
_GARBLED_LEAST = 3


def assessed(document: Document) -> Assessed:
    """The report of a document, and what it is compared with others by."""
    every: list[str] = []
    points: list[Points] = []
    for page in document.pages:
        words = words_of(page.text) if len(every) < MOST_WORDS else None
        points.append(points_of(page.text, words))
        every += words or ()
    return Assessed(_quality(document, points), sketch_of(document, every))


def quality_of(document: Document) -> Quality:
    """The report of a document."""
    return _quality(document, [points_of(page.text) for page in document.pages])


def _quality(document: Document, points: Sequence[Points]) -> Quality:
    pages = document.pages
    language = "" if document.reader in _CODE else decided(together(points))
    hidden = list(_hidden(pages))
    recognised = [page for page in pages if page.read_by != "text"]
    scores = [score for page in recognised for score in _recognised(page)]
    return Quality(
        pages=len(pages),
        words=document.word_count,
        recognised_words=len(scores),
        confidence=round(sum(scores) / len(scores), 4) if scores else None,
        recognised_pages=tuple(page.number for page in recognised),
        unread_pages=tuple(page.number for page in pages if page.state == "needs_ocr"),
        empty_pages=tuple(page.number for page in pages if page.state == "empty"),
        damaged_pages=tuple(
            page.number for page in pages if any(each.kind == "damaged" for each in page.remarks)
        ),
        garbled_pages=tuple(page.number for page in pages if _is_garbled(page.text)),
        low_pages=tuple(low for page in recognised if (low := _low(page)) is not None),
        hidden=tuple(hidden[:_MOST_HIDDEN]),
        hidden_more=max(0, len(hidden) - _MOST_HIDDEN),
        language=language,
        other_languages=tuple(_other_languages(pages, points, language)),
    )


def _recognised(page: Page) -> list[float]:
    """The confidences of the words that were recognised; on a mixed page those of its own text
    are 1. Words without a confidence count as certain."""
    if page.read_by == "ocr":
        return list(page.confidences) or [1.0] * len(page.words)
    return [score for score in page.confidences if score < 1.0]


def _low(page: Page) -> LowPage | None:
    scores = _recognised(page)
    if len(scores) < _FEW_WORDS:
        return None
    mean = sum(scores) / len(scores)
    poor = sum(score < _POOR_WORD for score in scores)
    if mean >= _LOW_PAGE and poor < _POOR_SHARE * len(scores):
        return None
    return LowPage(page.number, round(mean, 4), poor)


def _hidden(pages: Sequence[Page]) -> Iterator[HiddenText]:
    for page in pages:
        for remark in page.remarks:
            if remark.kind in HIDING:
                yield _found(page, remark)


def _found(page: Page, remark: Remark) -> HiddenText:
    """A remark as it is told: the hidden words themselves, in one line and not too long. They stand
    in the text of the page or in the detail, there perhaps after how they are hidden."""
    text, detail = page.text[remark.start : remark.end], remark.detail
    if not text:
        how, colon, rest = detail.partition(": ")
        told = bool(colon) and how.startswith("hidden")
        text, detail = (rest, how) if told else (detail, "")
    text, detail = " ".join(text.split()), " ".join(detail.split())
    return HiddenText(remark.kind, page.number, _short(text), len(text.split()), _short(detail))


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN_TEXT else f"{text[: _SHOWN_TEXT - 1]}…"


def _is_garbled(text: str) -> bool:
    """Whether letters are damaged, have no meaning, or were decoded wrongly."""
    if "(cid:" not in text and (text.isascii() or not _SUSPICIOUS.search(text)):
        return False
    found = len(_GARBLED.findall(text))
    return found >= _GARBLED_LEAST and found > len(text) * _GARBLED_SHARE


def _other_languages(
    pages: Sequence[Page], points: Sequence[Points], language: str
) -> Iterator[PageLanguage]:
    for page, each in zip(pages, points, strict=True):
        if language and (own := decided(each, against=language)):
            yield PageLanguage(page.number, own)
