"""The page of a cell, from views made by hand: every kind of proof and doubt is said in words."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from rich.console import Console

from casework.cli.evidence import draw_report, filled_in
from casework.sdk.views import CellReport, CellView, CitationView, HistoryView
from casework.types.proof import Claim, Proof, Reading, Searched
from casework.types.usage import Usage
from casework.types.verdict import Verdict
from tests.cli.views import AGREE, NET, SHA, STEPS, SUPPLIER, TOTAL, cell, quoted

NOW = dt.datetime(2026, 1, 2, 6, 4, 5, tzinfo=dt.UTC)


def page(view: CellView, **parts: object) -> str:
    """The page of a cell as one line."""
    step = next(step for step in STEPS if step.id == view.step_id)
    report = replace(CellReport(view, step, (), (), (), ()), **parts)  # type: ignore[arg-type]
    console = Console(width=100, highlight=False, markup=False, record=True, quiet=True)
    with console.capture() as captured:
        console.quiet = False
        draw_report(console, report, NOW)
    return " ".join(captured.get().replace("\u00a0", " ").split())


def cited(grade: str = "exact", support: str = "yes", **changes: object) -> CitationView:
    """A place with words around it."""
    view = CitationView(1, "a.pdf", 2, "", grade, support, "the sum of ", "EUR 12.50", " is due")
    return replace(view, **changes)  # type: ignore[arg-type]


def test_a_value_stands_first_with_its_state_and_age() -> None:
    text = page(quoted(NET, "EUR 12.50"))
    assert text.startswith("one · Net ● EUR 12.50 state has a value, 3 hours ago")


def test_a_quote_stands_between_arrows_in_its_context() -> None:
    text = page(quoted(NET, "EUR 12.50"), citations=(cited(),))
    assert "sum of »EUR 12.50« is" in text
    assert "a.pdf p. 2" in text


@pytest.mark.parametrize(
    ("grade", "support", "words"),
    [
        ("exact", "yes", "stands there letter by letter; it says this value"),
        ("normalised", "yes", "but for spaces, hyphens or forms of letters"),
        ("fuzzy", "no", "stands there roughly; it says something else"),
        ("none", "cannot_tell", "does not stand in the document; it cannot be compared"),
    ],
)
def test_grade_and_support_are_said_in_words(grade: str, support: str, words: str) -> None:
    assert words in page(quoted(NET, "EUR 12.50"), citations=(cited(grade, support),))


def test_a_native_place_is_told_with_its_page_and_picture() -> None:
    told = cited(place="Costs!B7", picture="out/x.png")
    text = page(quoted(NET, "EUR 12.50"), citations=(told,))
    assert "a.pdf Costs!B7 (page 2)" in text
    assert "page picture: out/x.png" in text


def test_claims_show_what_they_rest_on_and_which_rest_on_nothing() -> None:
    claims = (Claim("The sum is printed.", ("net",)), Claim("It was paid.", holds=False))
    view = cell(SUPPLIER, "yes", proof=Proof("reasoned", claims=claims))
    text = page(view, inputs=(quoted(NET, "EUR 12.50"),))
    assert "✓ The sum is printed. rests on Net" in text
    assert "✗ It was paid. rests on nothing that exists" in text


def test_an_absence_tells_what_was_looked_through() -> None:
    searched = (Searched(SHA, "a.pdf", (1, 2, 3)), Searched(SHA, "b.txt", (1,)))
    view = cell(NET, absence="not_found", proof=Proof("unproved", searched=searched), reason="none")
    text = page(view)
    assert "⌕ not found" in text
    assert "a.pdf pages 1 to 3" in text
    assert "b.txt page 1" in text


def test_a_conflict_shows_both_values() -> None:
    verdict = Verdict("v", "c", "net", "corrected", None, "", "o", "Ada", "2026-01-02T03:04:05Z")
    view = cell(NET, "EUR 12.50", verdict=verdict, conflict=True, machine_shown="EUR 99.00")
    text = page(view)
    assert "≠ EUR 12.50" in text
    assert "the machine now says EUR 99.00" in text
    assert "corrected by Ada" in text


def test_model_and_cost_are_told() -> None:
    used = Usage(calls=2, cost_usd=0.0042, duration_s=1.5)
    text = page(replace(quoted(NET, "EUR 12.50"), model="openai:gpt-5-mini", usage=used))
    assert "model openai:gpt-5-mini, 2 calls, $0.0042, 1.5 s" in text


def test_the_history_names_who_did_what() -> None:
    events = (
        HistoryView("2026-01-02T03:04:05.000Z", "value", "EUR 1.00", "casework", why="run 1"),
        HistoryView("2026-01-03T03:04:05.000Z", "corrected", "EUR 12.50", "Ada", "asked"),
    )
    text = page(quoted(NET, "EUR 12.50"), history=events)
    assert "2026-01-02 03:04 value: EUR 1.00, by casework, run 1" in text
    assert "2026-01-03 03:04 corrected: EUR 12.50, by Ada: asked" in text


def test_a_rule_is_filled_in_with_values_texts_and_absences() -> None:
    inputs = (
        quoted(SUPPLIER, "Alder Ltd"),
        replace(quoted(NET, "EUR 12.50"), value={"amount": "12.50", "currency": "EUR"}),
        cell(TOTAL, absence="not_found"),
    )
    told = filled_in('{Net} == {total-due} and {Supplier} == "x"', inputs)
    assert told == 'EUR 12.50 == (not found) and "Alder Ltd" == "x"'
    view = cell(AGREE, "yes", proof=Proof("derived", expression="{Net} == {Total due}"))
    assert "that is EUR 12.50 == (not found)" in page(view, inputs=inputs)


def test_each_reader_is_told_with_how_sure_it_was_where_that_was_measured() -> None:
    readings = (
        Reading("embedded", None, "not_found", agrees=False, confidence=0.27),
        Reading("house:big", "Alder Ltd", "", agrees=True),
    )
    view = quoted(SUPPLIER, "Alder Ltd")
    text = page(replace(view, proof=replace(view.proof, readings=readings)))
    assert "readers ✗ embedded (27% sure): not found ✓ house:big: Alder Ltd" in text
