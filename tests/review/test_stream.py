"""What of an audit stream counts, and for whom."""

from __future__ import annotations

import math
import random
from dataclasses import replace

import pytest

from casework.review.bound import Checked, Promise, certify
from casework.review.stream import (
    Answer,
    AuditStream,
    Covered,
    Readings,
    ReadTwice,
    stream_of,
)
from casework.types.trust import Audit, DrawnCell, Judged
from casework.types.verdict import SecondReading

COVERED = Covered({"net": frozenset({"now"}), "vat": frozenset({"now"})})
ONCE, TWICE = Audit(0.5, False, "2026-01-01"), Audit(0.5, True, "2026-01-01")


def judged(
    case: str = "one", step: str = "net", *, right: bool = True, at: str = "2026-01-02"
) -> Judged:
    """A blind reading of the audit stream, of a machine that found 1."""
    return Judged(
        f"{case} {step} {at}",
        case,
        step,
        "accepted" if right else "corrected",
        "1" if right else "2",
        "",
        "Ada",
        at,
        "audit",
        True,
        "now",
        "1",
        "",
        0.8,
    )


def second(first: Judged, value: str) -> SecondReading:
    return SecondReading(
        "s", first.case_id, first.step_id, first.id, value, "", "Grace", "2026-01-03"
    )


def same(step: str, one: Answer, other: Answer) -> bool:
    return one == other


def unread(case: str, step: str = "net") -> DrawnCell:
    return DrawnCell(case, step, 0.9, False, "now")


def stream(
    *readings: Judged,
    audits: dict[str, Audit] | None = None,
    seconds: tuple[SecondReading, ...] = (),
    cells: tuple[DrawnCell, ...] = (),
    covered: Covered = COVERED,
) -> AuditStream:
    drawn = audits if audits is not None else {one.case_id: ONCE for one in readings}
    return stream_of(Readings(drawn, readings, seconds, cells), covered, same)


def test_a_blind_reading_says_whether_the_machine_was_right() -> None:
    found = stream(judged("one"), judged("two", right=False))
    assert [one.audited.cells for one in found.documents] == [
        (Checked(0.8, wrong=False),),
        (Checked(0.8, wrong=True),),
    ]


def test_documents_count_in_the_order_in_which_they_were_drawn() -> None:
    found = stream(
        judged("first", "net", at="2026-01-02"),
        judged("second", "net", at="2026-01-03"),
        judged("first", "vat", at="2026-01-04"),
        judged("third", "net", at="2026-01-05"),
        audits={"first": ONCE, "second": ONCE, "third": ONCE},
    )
    assert [(one.case_id, one.at) for one in found.documents] == [
        ("first", "2026-01-04"),
        ("second", "2026-01-04"),
        ("third", "2026-01-05"),
    ]
    assert len(found.documents[0].audited.cells) == 2


def test_what_was_read_waits_for_what_was_drawn_before_it() -> None:
    found = stream(
        judged("one"),
        judged("three"),
        judged("four", right=False),
        audits={"one": ONCE, "two": ONCE, "three": ONCE, "four": ONCE},
        cells=(unread("two"),),
    )
    assert [one.case_id for one in found.documents] == ["one"]
    assert (found.open, found.behind) == (1, 2)


def test_an_answer_that_nobody_is_asked_about_today_holds_nothing_up() -> None:
    old = replace(unread("two"), meaning="before")
    found = stream(judged("three"), audits={"two": ONCE, "three": ONCE}, cells=(old,))
    assert [one.case_id for one in found.documents] == ["three"]
    said_before = replace(judged("two", "vat"), meaning="before")
    found = stream(
        said_before,
        judged("three"),
        audits={"two": ONCE, "three": ONCE},
        cells=(unread("two"),),
    )
    assert [one.case_id for one in found.documents] == ["three"]


def test_what_was_not_drawn_does_not_count() -> None:
    assert stream(judged("one"), audits={}).documents == ()


@pytest.mark.parametrize(
    "said",
    [
        replace(judged(), stream=""),
        replace(judged(), blind=False),
        replace(judged(), meaning="before"),
        replace(judged(), meaning=""),
        replace(judged(), kind="adopted"),
        replace(judged(), confidence=None),
    ],
)
def test_what_was_shown_or_taken_over_or_said_of_an_earlier_version_certifies_nothing(
    said: Judged,
) -> None:
    assert stream(said).documents == ()
    (kept,) = stream(said, judged("two")).documents
    assert kept.case_id == "two"


def test_an_error_that_was_found_openly_counts_against_the_machine() -> None:
    openly = replace(judged("one", "net", right=False), blind=False, stream="")
    found = stream(openly, judged("one", "vat"))
    assert found.documents[0].audited.cells == (Checked(0.8, wrong=True), Checked(0.8, wrong=False))


def test_a_reading_said_of_an_earlier_version_takes_its_document_out_even_with_errors() -> None:
    before = replace(judged("one", "net"), meaning="before")
    assert stream(before, judged("one", "vat", right=False)).documents == ()


def test_the_first_answer_counts_whatever_was_said_after_the_value_was_seen() -> None:
    first = judged(right=False, at="2026-01-02")
    undone = replace(first, id="u", kind="undone", blind=False, at="2026-01-03")
    revised = replace(judged(at="2026-01-04"), blind=False, stream="")
    (document,) = stream(first, undone, revised).documents
    assert document.audited.cells == (Checked(0.8, wrong=True),)


def test_an_error_is_not_hidden_by_taking_the_answer_back() -> None:
    first = judged(right=False)
    undone = replace(first, id="u", kind="undone", blind=False, at="2026-01-03")
    found = stream(first, undone, cells=(unread("one", "net"),))
    assert [one.wrong for one in found.documents[0].audited.cells] == [True]
    assert found.open == 0


def test_a_rejection_says_that_the_machine_was_wrong() -> None:
    (document,) = stream(replace(judged(), kind="rejected", value=None)).documents
    assert document.audited.cells[0].wrong


def test_a_document_counts_once_nothing_of_it_is_open() -> None:
    open_cell = unread("one", "vat")
    waiting = stream(judged("one"), cells=(open_cell,))
    assert (waiting.documents, waiting.open) == ((), 1)
    unmeasured = replace(open_cell, confidence=None)
    assert len(stream(judged("one"), cells=(unmeasured,)).documents) == 1


def test_a_document_of_which_a_cell_was_taken_over_unread_does_not_count() -> None:
    taken = replace(unread("one", "vat"), decided=True)
    found = stream(judged("one"), cells=(replace(unread("one", "net"), decided=True), taken))
    assert (found.documents, found.open) == ((), 0)
    wrong = stream(judged("one", right=False), cells=(taken,))
    assert [one.wrong for one in wrong.documents[0].audited.cells] == [True]


def test_of_two_readers_who_disagree_one_is_enough_to_call_it_wrong() -> None:
    first = judged("one")
    (document,) = stream(first, audits={"one": TWICE}, seconds=(second(first, "3"),)).documents
    assert document.audited.cells == (Checked(0.8, wrong=True),)
    agreeing = stream(first, audits={"one": TWICE}, seconds=(second(first, "1"),))
    assert agreeing.documents[0].audited.cells == (Checked(0.8, wrong=False),)
    assert agreeing.documents[0].at == "2026-01-03"


def test_a_document_for_two_waits_for_the_second() -> None:
    found = stream(judged("one"), judged("two"), audits={"one": TWICE, "two": ONCE})
    assert ([one.case_id for one in found.documents], found.second) == (["two"], 1)


def test_an_error_does_not_wait_for_the_second_reader() -> None:
    wrong = judged("one", right=False)
    found = stream(wrong, audits={"one": TWICE})
    assert found.documents[0].audited.cells == (Checked(0.8, wrong=True),)
    assert found.second == 1
    both = stream(wrong, audits={"one": TWICE}, seconds=(second(wrong, "1"),))
    assert (both.documents, both.second) == (found.documents, 0)


def test_a_document_that_was_decided_before_casework_may_have_taught_and_does_not_count() -> None:
    told = Readings(
        {"one": ONCE, "two": ONCE},
        [judged("one"), judged("two")],
        imported={("one", "vat"), ("two", "remark")},
    )
    assert [one.case_id for one in stream_of(told, COVERED, same).documents] == ["two"]
    wrong = replace(told, judged=[judged("one", right=False), judged("two")])
    assert len(stream_of(wrong, COVERED, same).documents) == 2  # its error is not hidden by that
    untouched = replace(told, judged=[judged("two")], cells=[unread("one")])
    assert stream_of(untouched, COVERED, same).open == 0


def test_the_agreement_of_two_people_is_counted_by_itself() -> None:
    wrong = judged("one", right=False)
    found = stream(
        wrong,
        judged("two"),
        audits={"one": TWICE, "two": TWICE},
        seconds=(second(wrong, "2"), second(judged("two"), "9")),
    )
    assert found.twice == ReadTwice(2, 1)


def test_where_a_calibration_is_at_work_only_what_it_told_counts() -> None:
    covered = replace(COVERED, versions={"net": frozenset({"v2"})})
    old, new = replace(judged("one"), versions=frozenset({"v1"})), judged("two")
    found = stream(old, replace(new, versions=frozenset({"v2", "other"})), covered=covered)
    assert [one.case_id for one in found.documents] == ["two"]


def test_a_conflict_in_the_document_is_for_people_and_no_error() -> None:
    torn = replace(judged("one"), machine_absence="conflict", kind="corrected", blind=False)
    (document,) = stream(torn, judged("one", "vat")).documents
    assert document.audited.cells == (Checked(0.8, wrong=False),)


PEEKED, LOOKS = 300, 120
"""Streams, and documents of each, after every one of which somebody looks."""


def wrongs(error: float, seed: int) -> list[bool]:
    chance = random.Random(f"{error} {seed}")
    return [chance.random() < error for _ in range(LOOKS)]


def certified(wrong: list[bool]) -> bool:
    """Whether a stream is certified at any look: evidence is the largest that there ever was, so
    one look at the end sees all of them."""
    readings = [
        judged(f"{at:03}", right=not one, at=f"2026-01-02T{at:03}") for at, one in enumerate(wrong)
    ]
    promise = Promise(0.05, 0.1)
    return certify(stream(*readings).audited, [0.5], promise).threshold is not None


@pytest.mark.parametrize("error", [0.055, 0.08])
def test_streams_with_more_errors_than_promised_are_certified_at_any_look_by_chance_only(
    error: float,
) -> None:
    assert sum(certified(wrongs(error, seed)) for seed in range(PEEKED)) <= 0.1 * PEEKED


def test_a_bound_for_one_look_would_certify_more_of_them() -> None:
    """That the law above can be broken: exact binomial bounds, looked at after every document."""

    def passes(wrong: list[bool]) -> bool:
        return any(_binomial(sum(wrong[:count]), count) <= 0.1 for count in range(1, LOOKS + 1))

    assert sum(passes(wrongs(0.055, seed)) for seed in range(PEEKED)) > 0.1 * PEEKED


def test_streams_with_few_errors_are_certified() -> None:
    assert sum(certified(wrongs(0.005, seed)) for seed in range(40)) >= 28


def _binomial(wrong: int, count: int, error: float = 0.05) -> float:
    """How likely so few errors are."""
    return sum(
        math.comb(count, one) * error**one * (1 - error) ** (count - one)
        for one in range(wrong + 1)
    )
