"""What a plan expects of long documents: a call a part, and tokens for what is read."""

from __future__ import annotations

from dataclasses import replace

from casework.engine.expected import NO_WORK, Expected, History, Work, work_of
from casework.engine.program import Column
from casework.types.case import CaseDocument, CaseRecord
from casework.types.procedure import Method, Step
from casework.types.usage import Usage
from casework.types.values import ValueType

STEP = Step("parties", "Parties", ValueType("text", many=True), "document")
METHOD = Method("extract.model", "1", "m:x", resource="model:m:x", window=60_000, most_calls=40)
SHORT = CaseDocument("s" * 64, "short.pdf", words=500, pages=2)
LONG = CaseDocument("l" * 64, "long.pdf", words=100_000, pages=400)


def column(method: Method = METHOD) -> Column:
    meaning = {"model": "m:x"}
    return Column(
        STEP, method, meaning, "mark", None, False, False, path="parties", title="Parties"
    )


def case(*documents: CaseDocument) -> CaseRecord:
    return CaseRecord("c", "w", "k", "k", documents)


def test_a_cell_over_short_documents_makes_one_call() -> None:
    assert work_of(column(), case(SHORT)) == Work(1)


def test_a_cell_over_long_documents_makes_a_call_for_each_part() -> None:
    assert work_of(column(), case(LONG, SHORT)) == Work(11, 11, 603_000)


def test_no_more_calls_are_expected_than_may_be_made() -> None:
    bounded = replace(METHOD, most_calls=4)
    assert work_of(column(bounded), case(LONG)) == Work(4, 4, 240_000)


def test_one_value_of_long_documents_is_expected_in_one_call() -> None:
    one = replace(METHOD, most_calls=1)
    assert work_of(column(one), case(LONG)) == Work(1, 1, 60_000)


def test_a_part_of_a_file_counts_with_its_share_of_pages() -> None:
    part = replace(LONG, first_page=1, last_page=40)
    assert work_of(column(), case(part)) == Work(1)


def test_long_documents_are_expected_to_cost_what_their_letters_take() -> None:
    used = Usage(1, 1_000, 50, cost_usd=0.01, duration_s=2.0)
    expected = Expected(History({("parties", "old"): used}), {"old": {"model": "m:x"}})
    short = expected.of(column(), Work(3))
    assert short == Usage(3, 3_000, 150, cost_usd=0.03, duration_s=6.0)
    long = expected.of(column(), Work(11, 11, 603_000))
    assert long is not None
    assert long.calls == 11
    assert long.input_tokens == 150_750
    assert long.cost_usd is not None
    assert 1.5 < long.cost_usd < 1.6


def test_what_long_cells_used_before_is_not_counted_for_each_of_their_calls() -> None:
    used = Usage(11, 160_000, 500, cost_usd=1.6, duration_s=20.0)
    expected = Expected(History({("parties", "old"): used}), {"old": {"model": "m:x"}})
    found = expected.of(column(), Work(11, 11, 603_000))
    assert found is not None
    assert found.input_tokens == 160_000


def test_steps_that_called_no_model_yet_are_told_in_one_line() -> None:
    expected = Expected(History({}), {})
    assert expected.of(replace(column(), path="a"), Work(1)) is None
    title = column().title
    assert expected.unknown == (f"{title} has called no model here yet",)
    for number in range(5):
        named = replace(column(), path=f"p{number}", title=f"Step {number}")
        expected.of(named, Work(1))
    [told] = expected.unknown
    assert told == f"{title}, Step 0, Step 1 and 3 more have called no model here yet"


def test_remembered_cells_take_their_work_away() -> None:
    assert Work(12, 11, 5) - Work(11, 11, 5) == Work(1)
    assert NO_WORK + Work(2) == Work(2)
