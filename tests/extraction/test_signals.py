"""What speaks for or against an answer."""

from __future__ import annotations

from dataclasses import replace

from casework.extraction.extract import Reading, Wanted, read
from casework.extraction.learned import Learned, nothing_learned
from casework.extraction.novelty import Familiar, sketch
from casework.extraction.prepared import Prepared, prepare
from casework.extraction.signals import signals
from casework.types.values import ValueType
from tests.extraction.typeset import ready

TOTAL = Wanted("total", "Total due", "The amount payable, including tax.", ValueType("money"))
LICENCE = Wanted("licence", "Licence number", "", ValueType("number"))
BILL = "\nNet amount:\tEUR 100.00\nVAT 19 %:\tEUR 19.00\nTotal due:\tEUR 119.00\n"


def told(reading: Reading, many: bool = False, known: Familiar | None = None) -> dict[str, float]:
    return signals(reading.found, reading.rescored, reading.answer, many=many, familiar=known)


def asked(text: str, wanted: Wanted = TOTAL, learned: Learned | None = None) -> dict[str, float]:
    return told(read([ready(text)], wanted, learned), wanted.type.many)


def test_a_clear_answer_is_likelier_than_one_among_equals() -> None:
    clear = asked(BILL)
    doubtful = asked("\nAmount:\tEUR 100.00\nAmount:\tEUR 119.00\n")
    assert clear["chance"] > doubtful["chance"]
    assert clear["margin"] > doubtful["margin"]
    assert all(0.0 <= value <= 1.0 for value in (*clear.values(), *doubtful.values()))


def test_an_absence_says_so_and_how_likely_it_is() -> None:
    found = asked("\nThank you for your visit.\n", LICENCE)
    assert found == {"absent": 1.0, "chance": 1.0, "margin": 1.0}


def test_what_does_not_apply_is_left_out() -> None:
    found = asked("\nTotal due:\tEUR 119.00\n")
    assert {"zero_agrees", "recognised", "novelty", "reader_agrees"}.isdisjoint(found)


def test_a_sum_that_closes_speaks_for_a_value_and_one_that_does_not_against_it() -> None:
    assert asked(BILL)["checks"] > 0
    reading = read([ready(BILL)], TOTAL)
    other = replace(reading.answer, picks=reading.answer.runners_up[:1])
    assert told(replace(reading, answer=other))["checks"] == 0.0
    assert "checks" not in asked("\nTotal due:\tEUR 119.00\n")


def test_a_model_that_says_otherwise_than_the_hand_set_weights_is_noticed() -> None:
    same = read([ready(BILL)], TOTAL, nothing_learned())
    assert told(same)["zero_agrees"] == 1.0
    assert told(same)["zero_chance"] > 0.5
    picked = replace(same.answer, picks=same.answer.runners_up[:1])
    assert told(replace(same, answer=picked))["zero_agrees"] == 0.0
    assert told(replace(same, answer=picked))["zero_chance"] < 0.5
    assert told(replace(same, answer=replace(picked, picks=())))["zero_agrees"] == 0.0


def test_of_several_values_the_least_likely_counts() -> None:
    wanted = replace(TOTAL, type=replace(TOTAL.type, many=True))
    reading = read([ready(BILL)], wanted, nothing_learned())
    one = told(
        replace(reading, answer=replace(reading.answer, picks=reading.answer.picks[:1])), True
    )
    every = told(reading, True)
    assert every["chance"] <= one["chance"]
    assert every["zero_agrees"] == 1.0


def test_the_least_sure_word_of_a_recognised_value_counts() -> None:
    def scanned(sure: float) -> Prepared:
        document = ready(BILL).document
        (page,) = document.pages
        words = tuple(sure if page.text[w.start : w.end] == "119.00" else 0.98 for w in page.words)
        seen = replace(page, read_by="ocr", confidences=words)
        return prepare(replace(document, pages=(seen,)), "scan.pdf")

    assert told(read([scanned(0.61)], TOTAL))["recognised"] == 0.61
    assert told(read([scanned(1.0)], TOTAL))["recognised"] == 0.98


def test_of_several_documents_the_one_that_is_cited_is_known_or_new() -> None:
    bill, letter = ready(BILL), ready("\nDear Sir, we terminate the tenancy.\n", name="letter.pdf")
    known = Familiar.of([sketch(bill)])
    assert told(read([bill, letter], TOTAL), known=known)["novelty"] == 0.0
    absent = read([bill, letter], LICENCE)
    assert not absent.answer.picks
    assert told(absent, known=known)["novelty"] > 0.5
