"""The samples that ship: complete, reproducible, as odd as they say, answered truly."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

import casework
from casework.procedures.check import check
from casework.procedures.compile import compile_procedure
from tests.samples.reading import amount_ways, date_ways, folded, pdf_text, text_of
from tools.samples.build import SAMPLES, differing, synthetic
from tools.samples.paper import MARK

KINDS = ("invoices", "claims", "agreements")
CORPUS_INVOICES = 14
MOST_BYTES = 9_000_000
FEWEST_DOCUMENTS = 40
ABSENCES = {"stated_absent", "not_found", "unreadable", "not_applicable", "conflict"}
STATES = {"skipped", "failed", "waiting"}
CLAUSE_EDGE = 50  # letters compared at either end of a clause, which may run over a page's end


@cache
def made() -> dict[str, bytes]:
    return synthetic()


def answers(kind: str) -> dict[str, dict[str, Any]]:
    loaded: dict[str, dict[str, Any]] = json.loads(
        (SAMPLES / kind / "gold.json").read_text(encoding="utf-8")
    )
    return loaded


def oddities() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(
        (SAMPLES / "claims" / "oddities.json").read_text(encoding="utf-8")
    )
    return loaded


def documents() -> list[Path]:
    found = [path for kind in KINDS for path in (SAMPLES / kind / "documents").rglob("*")]
    found += (SAMPLES / "claims" / "late").iterdir()
    return sorted(path for path in found if path.is_file())


def headings(kind: str) -> list[str]:
    text = (SAMPLES / kind / "procedure.md").read_text(encoding="utf-8")
    return re.findall(r"^## (.+)$", text, re.MULTILINE)


@cache
def case_text(kind: str, case: str) -> str:
    """What can be read in all documents of a case, folded; sealed and broken ones are left out."""
    where = SAMPLES / kind / "documents" / case
    files = sorted(where.iterdir()) if where.is_dir() else [where]
    unread = {
        SAMPLES / "claims" / name for name in [*oddities()["broken"], *oddities()["password"]]
    }
    return "".join(folded(text_of(path)) for path in files if path not in unread)


def every_answer() -> Iterator[tuple[str, str, str, Any]]:
    for kind in KINDS:
        for case, steps in answers(kind).items():
            for step, value in steps.items():
                yield kind, case, step, value


def test_the_generator_reproduces_every_synthetic_document_byte_for_byte() -> None:
    assert sorted(differing(made())) == []


def test_every_document_is_either_generated_or_from_the_corpus() -> None:
    rest = [path for path in documents() if path.relative_to(SAMPLES).as_posix() not in made()]
    assert len(rest) == CORPUS_INVOICES
    assert {path.parent for path in rest} == {SAMPLES / "invoices" / "documents"}


def test_the_corpus_invoices_are_the_files_that_the_readme_names() -> None:
    readme = (SAMPLES / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([^`]+\.pdf)` \| `ZUGFeRD[^`]+` \| `([0-9a-f]{16})` \|$", readme, re.M)
    assert len(rows) == CORPUS_INVOICES
    for name, start in rows:
        data = (SAMPLES / "invoices" / "documents" / name).read_bytes()
        assert sha256(data).hexdigest().startswith(start), name


def test_every_document_and_case_is_named_in_the_readme_and_every_named_one_exists() -> None:
    readme = (SAMPLES / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(?:late/)?([\w.-]+\.(?:pdf|docx|xlsx|html|md|txt|eml))`", readme))
    names = {path.name for path in documents()}
    aside = {"LICENCE.md", "procedure.md"}
    assert named - aside <= names
    single = {path.name for path in documents() if path.parent.name == "documents"}
    assert single <= named
    assert set(re.findall(r"`(MB-2024-\d{5})`", readme)) == set(answers("claims"))


def test_the_samples_travel_light() -> None:
    sizes = [path.stat().st_size for path in SAMPLES.rglob("*") if path.is_file()]
    assert sum(sizes) < MOST_BYTES
    assert len(documents()) >= FEWEST_DOCUMENTS


def test_the_samples_lie_inside_the_package() -> None:
    assert SAMPLES.parent == Path(casework.__file__).resolve().parent


@pytest.mark.parametrize("kind", KINDS)
def test_the_answers_of_a_kind_are_for_its_cases_and_for_the_steps_of_its_procedure(
    kind: str,
) -> None:
    cases = {path.name for path in (SAMPLES / kind / "documents").iterdir()}
    assert set(answers(kind)) == cases
    for case, steps in answers(kind).items():
        assert list(steps) == headings(kind), case


@pytest.mark.parametrize("kind", KINDS)
def test_a_procedure_is_free_of_mistakes_and_has_the_steps_that_its_headings_name(
    kind: str,
) -> None:
    text = (SAMPLES / kind / "procedure.md").read_text(encoding="utf-8")
    assert check(text, kind) == ()
    assert [step.name for step in compile_procedure(text, kind).steps] == headings(kind)


def test_only_the_steps_that_reason_need_a_language_model() -> None:
    by_model = {
        step.name
        for kind in KINDS
        for step in compile_procedure(
            (SAMPLES / kind / "procedure.md").read_text(encoding="utf-8"), kind
        ).steps
        if step.by == "model"
    }
    assert by_model == {"Question to the supplier", "Termination acceptable"}


def test_answers_are_written_in_the_json_of_casework() -> None:
    for kind, case, step, value in every_answer():
        where = (kind, case, step)
        if not isinstance(value, dict):
            assert isinstance(value, str | bool | list), where
        elif "amount" in value:
            assert isinstance(value["amount"], str), where
            assert set(value) in ({"amount", "currency"}, {"amount", "unit"}), where
        else:
            ((key, told),) = value.items()
            allowed = {"absent": ABSENCES, "state": STATES}
            assert key == "one_of" or told in allowed[key], where


def test_every_answer_that_a_document_gives_stands_in_the_documents_of_its_case() -> None:
    read = 0
    for kind, case, step, value in every_answer():
        # Rules work out their values; dates, durations and choices are worded in many ways.
        texts = value["one_of"] if isinstance(value, dict) and "one_of" in value else value
        whole = case_text(kind, case)
        if isinstance(texts, list):
            found = any if isinstance(value, dict) else all
            assert found(folded(text) in whole for text in texts), (case, step)
        elif isinstance(texts, dict) and "currency" in texts and step != "Payable":
            assert any(way in whole for way in amount_ways(texts["amount"])), (case, step)
        elif step == "Termination clause":
            clause = folded(str(texts))
            assert clause[:CLAUSE_EDGE] in whole, case
            assert clause[-CLAUSE_EDGE:] in whole, case
        elif step in {"Supplier", "Customer", "Invoice number", "Policyholder", "Policy number"}:
            assert folded(str(texts)) in whole, (case, step)
        else:
            continue
        read += 1
    assert read > 150, "the loop must have looked at the answers"


def test_every_date_that_a_document_gives_is_printed_in_a_document_of_its_case() -> None:
    dates = [
        (kind, case, value)
        for kind, case, _, value in every_answer()
        if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value)
    ]
    assert len(dates) > 60
    for kind, case, value in dates:
        assert re.search(date_ways(value), case_text(kind, case)), (case, value)


def test_the_sums_of_the_invoices_agree_exactly_where_the_answers_say_so() -> None:
    verdicts = []
    for case, steps in answers("invoices").items():
        net, vat, due = (Decimal(steps[name]["amount"]) for name in ("Net", "VAT", "Total due"))
        assert (net + vat == due) is steps["Sums agree"], case
        assert steps["Decision"] == ("pay" if steps["Sums agree"] else "query"), case
        verdicts.append(steps["Sums agree"])
    assert set(verdicts) == {True, False}


def test_the_amount_payable_of_each_claim_follows_from_its_figures() -> None:
    for case, steps in answers("claims").items():
        claimed, deductible, insured = (
            steps[name] for name in ("Amount claimed", "Deductible", "Sum insured")
        )
        if claimed["currency"] != deductible["currency"]:
            assert case in oddities()["unlike_currencies"]
            assert steps["Payable"] == {"state": "failed"}
            continue
        rest = Decimal(claimed["amount"]) - Decimal(deductible["amount"])
        payable = min(rest, Decimal(insured["amount"]))
        assert Decimal(steps["Payable"]["amount"]) == payable, case
        lasting = steps["Policy start"] <= steps["Date of loss"] <= steps["Policy end"]
        assert steps["Policy in force"] is lasting, case
    assert {
        s["Decision"] for s in answers("claims").values() if isinstance(s["Decision"], str)
    } == {
        "pay",
        "query",
        "reject",
    }


def test_every_synthetic_document_says_so_at_its_foot() -> None:
    odd = oddities()
    silent = {*odd["broken"], *odd["password"], *odd["scan"]}
    for name in made():
        if name.removeprefix("claims/") not in silent:
            assert folded(MARK) in folded(text_of(SAMPLES / name)), name


def test_a_synthetic_document_uses_only_example_domains() -> None:
    for name in made():
        if name.endswith(".eml"):
            hosts = re.findall(rb"@([\w.-]+)>", (SAMPLES / name).read_bytes())
            assert hosts
            assert all(re.search(rb"(^|\.)example(\.(com|org|net))?$", h) for h in hosts), name


class TestOddClaims:
    folder = SAMPLES / "claims"

    def test_the_broken_file_opens_nowhere(self) -> None:
        for name in oddities()["broken"]:
            data = (self.folder / name).read_bytes()
            assert data.startswith(b"%PDF-")
            with pytest.raises(pypdfium2.PdfiumError):
                pypdfium2.PdfDocument(data)

    def test_the_sealed_receipt_opens_with_its_password_only(self) -> None:
        for name, password in oddities()["password"].items():
            data = (self.folder / name).read_bytes()
            with pytest.raises(pypdfium2.PdfiumError):
                pypdfium2.PdfDocument(data)
            assert "742.35" in pdf_text(data, password)

    def test_the_scanned_receipt_has_a_picture_and_no_text(self) -> None:
        for name in oddities()["scan"]:
            data = (self.folder / name).read_bytes()
            assert pdf_text(data).strip() == ""
            assert b"/Subtype /Image" in data

    def test_the_duplicate_has_the_same_bytes_under_another_name(self) -> None:
        for copy, original in oddities()["duplicate"].items():
            assert (self.folder / copy).read_bytes() == (self.folder / original).read_bytes()
            assert Path(copy).name != Path(original).name

    def test_no_other_two_documents_are_the_same(self) -> None:
        contents = [path.read_bytes() for path in documents()]
        assert len(contents) - len(set(contents)) == len(oddities()["duplicate"])

    def test_the_late_receipt_names_its_claim_and_brings_the_missing_answer(self) -> None:
        after = json.loads((self.folder / "gold-after-late.json").read_text(encoding="utf-8"))
        for name, case in oddities()["late"].items():
            assert case in name
            text = text_of(self.folder / name)
            assert case in text
            assert "1,849.00" in text
            assert answers("claims")[case]["Receipt total"] == {"absent": "not_found"}
            assert after[case]["Receipt total"] == {"amount": "1849.00", "currency": "EUR"}

    def test_the_case_with_a_missing_document_has_no_receipt(self) -> None:
        for case, kind in oddities()["missing_document"].items():
            names = [path.name for path in (self.folder / "documents" / case).iterdir()]
            assert names
            assert not any(kind in name for name in names)

    def test_the_mail_carries_the_receipt_itself(self) -> None:
        for name, attachment in oddities()["attachment"].items():
            data = (self.folder / name).read_bytes()
            assert f'filename="{attachment}"'.encode() in data
            assert "18.740,50 EUR" in text_of(self.folder / name)

    def test_the_hostile_words_are_in_the_document_and_change_no_answer(self) -> None:
        for name in oddities()["hostile"]:
            assert folded("ignore all previous instructions") in folded(text_of(self.folder / name))
            assert answers("claims")[Path(name).parent.name]["Decision"] == "reject"
