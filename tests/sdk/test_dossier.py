"""The dossier: one page that stands alone, tells what is on record, and believes no text."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from casework.review.interval import Z_95, wilson
from casework.sdk.agreement import agreement, in_force
from casework.sdk.worksheet import Worksheet
from casework.sdk.workspace import Workspace
from casework.types.verdict import Verdict, VerdictKind
from tests.sdk.conftest import invoice

HOSTILE = '</style><script>alert("x")</script><img src=x onerror=alert(1)>'


@pytest.fixture
async def sheet(workspace: Workspace, procedure: Path, tmp_path: Path) -> Worksheet:
    made = await workspace.new_worksheet("invoices", procedure)
    for number in ("A-1", "A-2", "A-3"):
        (tmp_path / f"{number}.txt").write_text(invoice(number), "utf-8")
    await made.add(*(tmp_path / f"A-{n}.txt" for n in (1, 2, 3)))
    await made.run()
    return made


def _text(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


async def test_the_page_stands_alone_and_forbids_itself_the_rest(sheet: Worksheet) -> None:
    page = await sheet.dossier.html()
    assert page.startswith("<!doctype html>")
    assert "default-src 'none'" in page
    assert not re.search(r"<script|<link|<img|<iframe|url\(|@import|https?://", page)
    ids = set(re.findall(r'id="([\w-]+)"', page))
    assert set(re.findall(r'href="#([\w-]+)"', page)) <= ids
    assert len(re.findall(r"<section", page)) == 15


async def test_it_tells_purpose_versions_results_and_digests(sheet: Worksheet) -> None:
    await sheet.rename_step("VAT", "Value added tax")
    await sheet.run()
    text = _text(await sheet.dossier.html())
    facts = await sheet.dossier.facts()
    assert "Norton Ltd" in text
    assert [version.version for version in facts.versions] == [1, 2]
    assert facts.versions[1].note in text
    assert facts.counts.standing() == {"proved": 18}
    assert facts.counts.results_digest in text
    assert (facts.times.answered, facts.times.cases) == (3, 3)
    assert "No model was asked, so nothing was paid." in text
    assert "What this does not show" in text


async def test_agreement_counts_decisions_on_values_of_the_machine(sheet: Worksheet) -> None:
    await sheet.accept("A-1", "Total due")
    await sheet.accept("A-2", "Total due")
    await sheet.correct("A-3", "Total due", "EUR 7.00", note="misread")
    await sheet.reject("A-1", "Net")
    await sheet.accept("A-2", "Net")
    await sheet.undo("A-2", "Net")
    facts = await sheet.dossier.facts()
    by_step = {one.step.id: one for one in facts.steps}
    total = by_step["total-due"].agreement
    assert (total.agreed, total.decided) == (2, 3)
    assert (facts.agreement.agreed, facts.agreement.decided) == (2, 4)
    assert by_step["net"].verdicts["undone"] == 1
    text = _text(await sheet.dossier.html())
    assert "EUR 119.00 EUR 7.00 misread" in text
    assert "EUR 100.00 rejected" in text


async def test_hostile_names_values_and_notes_are_only_text(
    workspace: Workspace, tmp_path: Path
) -> None:
    procedure = tmp_path / "hostile.md"
    procedure.write_text(f"# Hostile\n{HOSTILE}\n\n## Remark\n{HOSTILE}\n", "utf-8")
    sheet = await workspace.new_worksheet("hostile <b>", procedure)
    (tmp_path / "a.txt").write_text(f"Remark: {HOSTILE}\n", "utf-8")
    await sheet.add(tmp_path / "a.txt", case=HOSTILE)
    await sheet.run()
    await sheet.correct("1", "Remark", HOSTILE, note=HOSTILE, who=HOSTILE)
    page = await sheet.dossier.html()
    assert "<script" not in page
    assert "<img" not in page
    assert "hostile <b>" not in page
    assert page.count("&lt;script&gt;") >= 3


async def test_an_empty_worksheet_has_a_dossier_too(workspace: Workspace, procedure: Path) -> None:
    sheet = await workspace.new_worksheet("invoices", procedure)
    text = _text(await sheet.dossier.html())
    assert "No version is in force yet: nothing was run." in text
    assert "No document yet." in text


async def test_it_is_written_all_at_once(sheet: Worksheet, tmp_path: Path) -> None:
    path = await sheet.dossier.write(tmp_path / "deep" / "dossier.html")
    assert path.read_text("utf-8").rstrip().endswith("</html>")
    assert [file.name for file in path.parent.iterdir()] == ["dossier.html"]


@pytest.mark.parametrize(
    ("hits", "trials", "low", "high"),
    [(0, 10, 0.0, 0.2775), (9, 10, 0.5958, 0.9821), (95, 100, 0.8882, 0.9785), (1, 1, 0.2065, 1.0)],
)
def test_the_interval_is_that_of_wilson(hits: int, trials: int, low: float, high: float) -> None:
    assert wilson(hits, trials, Z_95) == pytest.approx((low, high), abs=5e-5)


def test_nothing_decided_has_no_interval() -> None:
    assert (agreement(0, 0).low, agreement(0, 0).high) == (None, None)


def test_a_decision_that_was_undone_gives_way_to_the_one_before() -> None:
    def said(kind: VerdictKind, number: int) -> Verdict:
        return Verdict(str(number), "c", "s", kind, None, "", "o", "Ada", "2026")

    told = [said("accepted", 1), said("rejected", 2), said("undone", 3)]
    assert [verdict.id for verdict in in_force(told)] == ["1"]
