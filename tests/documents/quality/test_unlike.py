"""A page whose text is not what it shows is found out; one that is read a little wrongly is not."""

from __future__ import annotations

from dataclasses import replace

from casework.documents.quality.unlike import unlike
from casework.types.document import Page, Remark
from tests.documents.pages import page

_TEXT = "Invoice number 20418\nNet amount EUR 100.00\nTotal due today EUR 119.00\nThank you Norton"


def _seen(text: str, confidence: float = 0.97) -> Page:
    made = page(1, text)
    return replace(made, read_by="ocr", confidences=(confidence,) * len(made.words))


def test_a_page_that_says_what_it_shows_has_no_remark() -> None:
    assert unlike(page(1, _TEXT), _seen(_TEXT)) == ()


def test_an_amount_that_the_picture_shows_otherwise_is_told_with_both() -> None:
    (found,) = unlike(page(1, _TEXT.replace("119.00", "919.00")), _seen(_TEXT))
    assert (found.kind, found.detail) == ("unlike_picture", "it shows 119.00")
    assert _TEXT.replace("119.00", "919.00")[found.start : found.end] == "919.00"


def test_letters_that_recognition_took_for_others_are_no_remark() -> None:
    assert (
        unlike(page(1, _TEXT), _seen(_TEXT.replace("Norton", "Nortom").replace("due", "duc"))) == ()
    )


def test_a_number_that_recognition_is_unsure_of_is_no_remark() -> None:
    assert unlike(page(1, _TEXT), _seen(_TEXT.replace("119.00", "179.00"), 0.7)) == ()


def test_a_page_of_other_words_is_unlike_as_a_whole() -> None:
    other = (
        "Dear friends welcome\nevery morning birds sing\nbeneath wide chestnut branches\ntonight"
    )
    (found,) = unlike(page(1, other), _seen(_TEXT))
    assert (found.start, found.end) == (0, len(other))
    assert "words are not in the picture" in found.detail


def test_text_on_a_blank_picture_is_unlike_and_a_few_words_are_not_judged() -> None:
    assert unlike(page(1, _TEXT), _seen("")) == (
        Remark("unlike_picture", 0, len(_TEXT), "the picture shows no words"),
    )
    assert unlike(page(1, "Total 12"), _seen("")) == ()


def test_a_page_that_recognition_turned_is_compared_by_its_words() -> None:
    turned = replace(_seen("\n".join(reversed(_TEXT.split("\n")))), turned=90)
    assert unlike(page(1, _TEXT), turned) == ()
    other = replace(_seen("nothing of that is anywhere here at all"), turned=90)
    assert len(unlike(page(1, _TEXT), other)) == 1


def test_a_page_without_words_has_no_remark() -> None:
    assert unlike(page(1, ""), _seen(_TEXT)) == ()
