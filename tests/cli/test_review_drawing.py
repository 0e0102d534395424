"""What a document says reaches the screen of a review as text, and does nothing there."""

from __future__ import annotations

import io
import unicodedata

import pytest

from casework.cli.edited_line import EditedLine
from casework.cli.review_drawing import draw_answered, draw_instruction, draw_item, draw_text
from casework.cli.terminal import console_for
from casework.sdk.desk.pages import PageShown
from casework.sdk.desk.views import Answered, Input, OtherAnswer, Progress, ReviewItem
from casework.sdk.views import CitationView


@pytest.mark.parametrize(
    "evil",
    [
        "a\x1b]8;;http://evil.example\x1b\\link\x1b]8;;\x1b\\z",
        "a\x1b]52;c;cm0gLXJmIH4=\x07z",
        "a\x1b_Gf=100,a=T;AAAA\x1b\\z",
        "a\x1bP1;1|17/ab\x1b\\z",
        "a\x9b2J\x90q\x9cz",
        "a\r\x1b[2K\x1b[1A\x08\x08z",
        "a\u202e\u2066z",
    ],
)
def test_nothing_under_review_steers_the_terminal(evil: str) -> None:
    citation = CitationView(
        1, evil, 1, evil, "exact", "yes", f"{evil} ", evil, f" {evil}", evil, evil
    )
    item = ReviewItem(
        evil, "id", "total", evil, "total", evil, evil, "unsure", False, evil, Progress(1, 1, 0),
        evil, evil, "", evil, evil, 0.5, True, (citation,), (OtherAnswer(evil, evil, False),),
        evil, (Input(evil, evil),), (), (evil,),
    )  # fmt: skip
    target = io.TextIOWrapper(io.BytesIO(), "utf-8")
    console = console_for(target)
    draw_item(console, item, keys=True)
    draw_instruction(console, item)
    draw_answered(console, Answered(item, "corrected", evil, evil, False, evil))
    draw_text(console, PageShown(evil, 1, 1, 1, f"{evil}\n{evil}"))
    target.flush()
    target.seek(0)
    told = target.read()
    assert told.count("z") > 10
    assert not any(unicodedata.category(one) == "Cc" for one in told if one != "\n")
    assert not any(one in told for one in "\u202e\u2066")
    line = EditedLine(evil).drawn("  value: ", 100)
    drawn = line.removeprefix("\r\x1b[K")
    assert not any(unicodedata.category(one) == "Cc" for one in drawn)
