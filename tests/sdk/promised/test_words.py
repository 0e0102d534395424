"""The sentence of a promise."""

from __future__ import annotations

from dataclasses import replace

import pytest

from casework.sdk.promised.views import FurtherChecks
from casework.sdk.promised.words import percent, percent_at_most, sentence
from tests.sdk.promised.test_pictures import VIEW

MORE = FurtherChecks(40, 0.70)


def test_the_sentence_says_what_passes_what_was_wrong_and_what_more_checks_allow() -> None:
    assert sentence(replace(VIEW, further=MORE)) == (
        "61 % pass without a person; of 180 randomly checked 2 were wrong: at most 3.5 % with 90 %"
        " confidence; about 40 more checks would allow 70 %."
    )


def test_values_are_told_from_documents_where_a_document_has_several() -> None:
    told = sentence(replace(VIEW, cells=1_800, wrong=1))
    assert "of 1,800 values in 180 randomly checked documents 1 was wrong" in told


def test_what_waits_for_a_document_that_was_drawn_before_it_is_told() -> None:
    assert "; 3 that were read count once all that were drawn before are read." in sentence(
        replace(VIEW, behind=3)
    )
    none_yet = replace(VIEW, threshold=None, at_most=None, documents=0, cells=0, wrong=0, behind=1)
    assert sentence(none_yet) == (
        "Nothing passes without a person yet; none that was drawn at random counts yet; "
        "one that was read counts once all that were drawn before are read."
    )


def test_before_a_certificate_nothing_is_promised() -> None:
    view = replace(VIEW, threshold=None, at_most=None, passing=0.0, documents=12, cells=12, wrong=0)
    assert sentence(replace(view, further=FurtherChecks(1, 0.6))) == (
        "Nothing passes without a person yet; of 12 randomly checked none was wrong; about 1 more "
        "check would allow 60 %."
    )


def test_a_suspension_says_since_when_and_why() -> None:
    view = replace(
        VIEW, threshold=None, at_most=None, suspended="6 were wrong", suspended_at="2026-03-04T05"
    )
    told = sentence(view)
    assert told.startswith("Nothing passes without a person since 2026-03-04: 6 were wrong; of 180")


@pytest.mark.parametrize(
    ("share", "told"),
    [(0.61, "61 %"), (0.035, "3.5 %"), (0.05, "5 %"), (0.0, "0 %"), (1.0, "100 %")],
)
def test_shares_are_told_as_people_say_them(share: float, told: str) -> None:
    assert percent(share) == told


@pytest.mark.parametrize(
    ("share", "told"), [(0.0341, "3.5 %"), (0.035, "3.5 %"), (0.0496, "5 %"), (0.141, "15 %")]
)
def test_a_bound_is_never_rounded_down(share: float, told: str) -> None:
    assert percent_at_most(share) == told
