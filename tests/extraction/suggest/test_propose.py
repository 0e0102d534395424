"""What documents suggest by themselves: labels that recur, their types, tables and sums."""

from __future__ import annotations

from pathlib import Path

from casework.documents.open import open_document
from casework.documents.reading import Limits
from casework.extraction.prepared import Prepared, prepare
from casework.extraction.suggest.beside import is_prose, labels_in, rows_of
from casework.extraction.suggest.kinds import type_of_texts
from casework.extraction.suggest.propose import Proposal, propose
from casework.extraction.suggest.sums import sums_among
from casework.types.values import Json

SAMPLES = Path(__file__).resolve().parents[3] / "src" / "casework" / "samples"
_FRUIT = ("Apples", "Pears", "Plums", "Quinces", "Figs", "Dates")


def _text(folder: Path, name: str, text: str) -> Prepared:
    path = folder / name
    path.write_text(text, "utf-8")
    return prepare(open_document(path, name, Limits()).document, name)


def _tenancies(folder: Path, count: int = 6) -> list[list[Prepared]]:
    """Tenancies with labels that the lexicon knows, one that it does not, and a sum."""
    return [
        [
            _text(
                folder,
                f"tenancy-{n}.txt",
                f"TENANCY SHEET\n\nTenant: {_FRUIT[n % 6]} Quill {n}\nMonthly rent: £1,{n}75.00\n"
                f"Heating: £10{n}.00\nWarm total: £1,{n + 1}{75 + n}.00\n"
                f"Zorblatt code: ZB-{n}{n}-X\nStart date: {n + 1} May 2026\n",
            )
        ]
        for n in range(count)
    ]


def _named(found: list[Proposal], name: str) -> Proposal:
    return next(one for one in found if one.name == name)


def test_labels_that_recur_become_fields_with_a_type_and_an_example(tmp_path: Path) -> None:
    found = propose(_tenancies(tmp_path))
    rent, tenant = _named(found, "Monthly rent"), _named(found, "Tenant")
    assert (rent.type.name, rent.found, rent.of) == ("money", 6, 6)
    assert (tenant.type.name, tenant.found) == ("text", 6)
    assert tenant.example is not None
    page = _tenancies(tmp_path)[tenant.example_case][0].layout.pages[0]
    assert page.text[tenant.example.start : tenant.example.end] == tenant.example.text


def test_a_label_that_no_lexicon_knows_is_proposed_in_its_own_words(tmp_path: Path) -> None:
    code = _named(propose(_tenancies(tmp_path)), "Zorblatt code")
    assert code.found == 6
    assert code.values[2] == "ZB-22-X"


def test_labels_of_any_language_are_proposed(tmp_path: Path) -> None:
    cases = [
        [_text(tmp_path, f"{n}.txt", f"Vuokralainen: Matti {n}\nKatuosoite: Tie {n}\n")]
        for n in range(4)
    ]
    assert {"Vuokralainen", "Katuosoite"} <= {one.name for one in propose(cases)}


def test_what_stands_in_one_document_of_many_is_not_proposed(tmp_path: Path) -> None:
    cases = _tenancies(tmp_path)
    cases[0].append(_text(tmp_path, "extra.txt", "Blurfl: once only\n"))
    assert all(one.name != "Blurfl" for one in propose(cases))


def test_what_says_the_same_thing_twice_is_proposed_once(tmp_path: Path) -> None:
    cases = [
        [
            _text(
                tmp_path,
                f"{n}.txt",
                f"Invoice no.: R-{n}{n}\nInvoice number: R-{n}{n}\nTotal: £{n}9.50\n",
            )
        ]
        for n in range(1, 6)
    ]
    found = propose(cases)
    assert sum("nvoice" in one.name for one in found) == 1


def test_a_sum_that_holds_is_proposed_as_a_rule() -> None:
    euro: list[Json] = [{"amount": str(n), "currency": "EUR"} for n in (10, 20, 30)]
    more: list[Json] = [{"amount": str(n), "currency": "EUR"} for n in (11, 22, 33)]
    part: list[Json] = [{"amount": str(n), "currency": "EUR"} for n in (1, 2, 3)]
    [found] = sums_among({"Net": euro, "VAT": part, "Total": more})
    assert (set(found.parts), found.whole, found.holds) == ({"Net", "VAT"}, "Total", 3)


def test_a_tax_that_is_always_zero_makes_no_sum() -> None:
    euro: list[Json] = [{"amount": str(n), "currency": "EUR"} for n in (10, 20, 30)]
    zero: list[Json] = [{"amount": "0", "currency": "EUR"} for _ in range(3)]
    assert sums_among({"Net": euro, "VAT": zero, "Total": euro}) == []


def test_the_sample_invoices_suggest_their_amounts_their_number_and_their_lines() -> None:
    folder = SAMPLES / "invoices" / "documents"
    cases = [
        [prepare(open_document(path, path.name, Limits()).document, path.name)]
        for path in sorted(folder.iterdir())
    ]
    ticks: list[tuple[int, int]] = []
    found = propose(cases, tell=lambda done, total: ticks.append((done, total)))
    first = found[:10]
    assert sum(one.type.name == "money" for one in first) >= 3
    assert any(one.type.name == "table" for one in first)
    assert any("47110815" in one.values for one in first)
    assert ticks[-1][0] == ticks[-1][1]


def test_agreements_suggest_what_agreements_have() -> None:
    folder = SAMPLES / "agreements" / "documents"
    cases = [
        [prepare(open_document(path, path.name, Limits()).document, path.name)]
        for path in sorted(folder.iterdir())
    ]
    assert {"Parties", "Governing law", "Effective date"} <= {one.name for one in propose(cases)}


def test_nothing_is_proposed_where_there_is_no_text(tmp_path: Path) -> None:
    assert propose([]) == []
    assert propose([[_text(tmp_path, "empty.txt", "")]]) == []


def test_a_label_and_its_value_may_stand_apart_or_below_each_other(tmp_path: Path) -> None:
    told = _text(tmp_path, "form.txt", "Name:\nJasper Quill\n\nSee https://example.com at 12:30\n")
    rows = list(rows_of(told.layout))
    found = {one.label: one.value for one in labels_in(rows) if one.sure}
    assert found == {"Name": "Jasper Quill"}
    assert not is_prose(rows)


def test_types_are_told_by_what_stands_beside() -> None:
    assert type_of_texts(["£1,275.00", "£900.00"]).name == "money"
    assert type_of_texts(["1 May 2026", "2 June 2026"]).name == "date"
    assert type_of_texts(["19 %", "7 %"]).name == "percent"
    assert type_of_texts(["24 months", "12 months"]).name == "quantity"
    assert type_of_texts(["yes", "no", "yes"]).name == "yes/no"
    assert type_of_texts(["00471102", "00471103"]).name == "text"
    assert type_of_texts([]).name == "text"
