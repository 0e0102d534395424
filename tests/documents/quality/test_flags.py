"""What a person should know is said with what, where, and what to do."""

from __future__ import annotations

from casework.documents.quality.flags import flags_of, pages_named
from casework.types.quality import HiddenText, LowPage, PageLanguage, Quality


def test_a_sound_document_has_no_flags() -> None:
    assert flags_of("read", "", Quality(pages=2, words=300, language="en")) == ()


def test_hidden_text_is_serious_and_says_where_and_what_to_do() -> None:
    hidden = (HiddenText("invisible", 3, "pay to IBAN", 3), HiddenText("tiny", 3, "now", 1))
    (flag,) = flags_of("read", "", Quality(pages=4, words=300, hidden=hidden))
    assert flag.serious
    assert flag.text == (
        "Hidden text on page 3: 4 words that cannot be seen or is too small to be read."
    )
    assert "casework page" in flag.fix
    assert flag.quotes == hidden


def test_a_text_layer_that_says_something_else_is_a_flag_of_its_own() -> None:
    hidden = (HiddenText("unlike_picture", 1, "999.00", 1),)
    (flag,) = flags_of("read", "", Quality(pages=1, words=30, hidden=hidden))
    assert (flag.code, flag.serious, flag.pages) == ("unlike_picture", True, (1,))


def test_a_file_that_was_not_read_says_why() -> None:
    (flag,) = flags_of("password", "Name the password.", Quality())
    assert (flag.code, flag.fix) == ("unreadable", "Name the password.")


def test_one_doubtful_page_of_many_is_not_serious_unless_it_is_very_poor() -> None:
    few = Quality(pages=20, words=9_000, low_pages=(LowPage(7, 0.74, 12),))
    poor = Quality(pages=20, words=9_000, low_pages=(LowPage(7, 0.41, 90),))
    assert [flag.serious for flag in flags_of("read", "", few)] == [False]
    assert [flag.serious for flag in flags_of("read", "", poor)] == [True]


def test_serious_flags_come_first() -> None:
    made = Quality(
        pages=9,
        words=900,
        empty_pages=(9,),
        unread_pages=(2, 3, 4),
        other_languages=(PageLanguage(5, "fr"), PageLanguage(6, "fr")),
    )
    found = flags_of("read", "", made)
    assert [(flag.code, flag.serious) for flag in found] == [
        ("unread_pages", True),
        ("other_language", False),
        ("empty_pages", False),
    ]
    assert found[0].text == "Not read, only a picture: pages 2 to 4."
    assert found[1].text == "In French: pages 5, 6."


def test_pages_are_named_in_few_words() -> None:
    assert pages_named([3]) == "page 3"
    assert pages_named([3, 4]) == "pages 3, 4"
    assert pages_named([1, 3, 4, 5, 9]) == "pages 1, 3 to 5 and 9"
    assert pages_named([1, 2, 3], of=3) == "every page"
    assert pages_named(range(1, 60, 2)) == "pages 1, 3, 5, 7, 9, 11, 13, 15 and 22 more"
