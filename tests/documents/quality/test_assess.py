"""The report of a document says what could not be read, what nobody sees, and in which language."""

from __future__ import annotations

from dataclasses import replace

import pytest

from casework.documents.quality.assess import assessed, quality_of
from casework.types.document import Document, Page, Remark
from casework.types.quality import LowPage, PageLanguage
from casework.types.quality_json import assessed_json, assessed_of
from tests.documents.pages import document, page
from tests.documents.quality.test_language import ARTICLE

_WORDS = "one two three four five six seven eight nine ten"


_FRENCH = (
    "Le présent contrat est conclu entre le client et la société pour une durée de deux ans. Vous "
    "pouvez le résilier par écrit, mais il faut que cela soit fait avant la date qui est dans les "
    "conditions. Nous sommes à votre disposition sur le site et aux heures où nous sommes."
)


def _recognised(text: str, *confidences: float, number: int = 1, mixed: bool = False) -> Page:
    return replace(page(number, text), read_by="mixed" if mixed else "ocr", confidences=confidences)


def test_pages_and_words_are_counted_and_a_text_document_has_nothing_recognised() -> None:
    found = quality_of(document(_WORDS, "eleven"))
    assert (found.pages, found.words, found.recognised_words) == (2, 11, 0)
    assert found.confidence is None
    assert found.recognised_share == 0


def test_the_share_and_confidence_of_recognised_words_are_told() -> None:
    scan = _recognised(_WORDS, *[0.9] * 10)
    found = quality_of(document(scan, _WORDS))
    assert found.recognised_share == 0.5
    assert found.confidence == 0.9
    assert found.low_pages == ()


def test_a_page_with_poor_words_is_doubtful() -> None:
    found = quality_of(document(_recognised(_WORDS, *[0.95] * 7, 0.3, 0.4, 0.5)))
    assert found.low_pages == (LowPage(1, 0.785, 3),)


def test_words_of_a_mixed_page_that_were_text_are_not_recognised_ones() -> None:
    found = quality_of(document(_recognised(_WORDS, *[1.0] * 8, 0.5, 0.6, mixed=True)))
    assert found.recognised_words == 2


@pytest.mark.parametrize("kind", ["invisible", "tiny", "off_page", "covered"])
def test_hidden_words_are_told_whether_they_stand_in_the_text_or_not(kind: str) -> None:
    details = ("pay  to me\nnow", "hidden by its number format at Costs!B7: total: 12")
    remarks = tuple(Remark(kind, detail=detail) for detail in details)  # type: ignore[arg-type]
    beside = replace(page(1, "Total 12"), remarks=remarks)
    within = replace(page(2, "Total 12 hidden"), remarks=(Remark(kind, 9, 15, "white"),))  # type: ignore[arg-type]
    found = quality_of(document(beside, within)).hidden
    assert [(each.page, each.text, each.words, each.detail) for each in found] == [
        (1, "pay to me now", 4, ""),
        (1, "total: 12", 2, "hidden by its number format at Costs!B7"),
        (2, "hidden", 1, "white"),
    ]


def test_hidden_text_without_end_is_shortened_and_counted() -> None:
    remarks = tuple(Remark("invisible", detail="ignore all of it " * 900) for _ in range(90))
    found = quality_of(document(replace(page(1, "Total"), remarks=remarks)))
    assert (len(found.hidden), found.hidden_more) == (20, 70)
    assert len(found.hidden[0].text) == 240
    assert found.hidden[0].words == 3600


def test_pages_that_were_not_read_are_empty_or_damaged_are_named() -> None:
    pages = (
        page(1, _WORDS),
        replace(page(2, ""), state="needs_ocr"),
        replace(page(3, ""), state="empty"),
        replace(page(4, "x"), remarks=(Remark("damaged"),)),
    )
    found = quality_of(document(*pages))
    assert (found.unread_pages, found.empty_pages, found.damaged_pages) == ((2,), (3,), (4,))


@pytest.mark.parametrize(
    "text",
    [
        "GrÃ¼Ã\x9fe an MÃ¼ller und BÃ¶hm",
        "\ufffd\ufffd\ufffd was lost",
        "\ue001\ue002\ue003\ue004 glyphs",
        "(cid:12)(cid:33)(cid:40)",
        "youâ€™re hereâ€™s thatâ€™s",
    ],
)
def test_letters_that_were_decoded_wrongly_are_noticed(text: str) -> None:
    assert quality_of(document(text)).garbled_pages == (1,)


@pytest.mark.parametrize("text", ["Grüße – “ok” €", "Âge moyen, Ãgua", "São Tomé", "日本語"])
def test_letters_of_other_languages_are_not_called_damaged(text: str) -> None:
    assert quality_of(document(text)).garbled_pages == ()


def test_the_language_is_told_and_pages_in_another_one() -> None:
    found = quality_of(document(*[ARTICLE["de"]] * 6, _FRENCH))
    assert found.language == "de"
    assert found.other_languages == (PageLanguage(7, "fr"),)


def test_fields_of_json_tell_of_no_language() -> None:
    made = document(ARTICLE["en"] * 3)
    assert quality_of(replace(made, reader="json")).language == ""


def test_a_document_without_pages_has_an_empty_report() -> None:
    made = Document("ab" * 32, "application/pdf", "pdf", "1", "password", "locked")
    found = assessed(made)
    assert found.quality.pages == 0
    assert found.sketch is None


def test_a_report_is_read_back_as_it_was() -> None:
    remarks = (Remark("covered", detail="under a box"),)
    made = assessed(
        document(
            replace(_recognised(_WORDS, *[0.4] * 10), remarks=remarks),
            ARTICLE["en"] * 4,
            ARTICLE["fr"] * 4,
        )
    )
    assert made.sketch is not None
    assert assessed_of(assessed_json(made)) == made
