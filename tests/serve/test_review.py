"""What the review desk answers: items, decisions, and nothing of what is to be read blind."""

from __future__ import annotations

from pathlib import Path

import pytest
from aiohttp import ClientSession

from casework.sdk.worksheet import Worksheet
from casework.types.trust import WHOLE, PromiseMade
from tests.documents.samples import pdf
from tests.sdk.trusted import Trusted, trusted
from tests.serve.conftest import RunningStudio

AT = "2026-01-02T00:00:00.000Z"
DESK = "/w/invoices/review"
JSON = {"Accept": "application/json"}


@pytest.fixture
async def bills(studio: RunningStudio, tmp_path: Path) -> Trusted:
    """A worksheet with a promise, one case of which was drawn at random."""
    made = await trusted(studio.workspace, tmp_path, 3)
    await made.store.promises.make(made.sheet_id, PromiseMade(WHOLE, 0.05, 0.1, "Ada", AT))
    drawn = made.cases["case 0001"]
    await made.store.audits.draw([drawn], 0.5, [], AT)
    return made


async def _post(http: ClientSession, address: str, /, **told: object) -> dict[str, object]:
    async with http.post(address, json=told, headers=JSON) as answer:
        return {"status": answer.status, **await answer.json(content_type=None)}


async def _first(sheet: Worksheet) -> tuple[str, str, str]:
    item = await sheet.desk.next()
    assert item is not None
    return item.item.case_id, item.item.path, item.token


async def test_an_answer_brings_the_next_item_and_the_queue(
    studio: RunningStudio, invoices: Worksheet
) -> None:
    case, path, token = await _first(invoices)
    count = (await invoices.desk.queue()).count
    async with studio.client() as http:
        told = await _post(
            http, f"{DESK}/answer", case=case, path=path, token=token, kind="accepted", seconds=2
        )
        assert (told["status"], told["kept"], told["count"]) == (200, "accepted", count - 1)
        assert "data-case" in str(told["card"])
        assert "decided today · about 2 s each" in str(told["today"])
        undone = await _post(http, f"{DESK}/undo")
        assert f'data-case="{case}"' in str(undone["card"])
        async with http.get(f"{DESK}/queue", headers=JSON) as answer:
            assert not (await answer.json())["today"].strip()  # it was taken back


async def test_what_cannot_be_read_as_the_type_is_refused_with_the_reason(
    studio: RunningStudio, invoices: Worksheet
) -> None:
    entries = (await invoices.desk.queue()).entries
    money = next(one for one in entries if one.step == "Total due")
    async with studio.client() as http:
        cell = {"case": money.case_id, "path": money.path}
        told = await _post(http, f"{DESK}/answer", **cell, kind="corrected", value="plenty")
        assert "plenty" in str(told["refused"])
        good = await _post(http, f"{DESK}/answer", **cell, kind="corrected", value="EUR 12.00")
        assert (good["status"], good["shown"]) == (200, "EUR 12.00")


async def test_nothing_tells_what_the_machine_found_in_an_audited_cell(
    studio: RunningStudio, bills: Trusted
) -> None:
    cell = {"case": bills.cases["case 0001"], "path": "net"}
    async with studio.client() as http:
        told = await _post(http, "/w/bills/review/take", **cell)
        page = await (await http.get("/w/bills/review", params=cell)).text()
        queue = await (await http.get("/w/bills/review/queue", params=cell)).text()
        trust = await (await http.get("/w/bills/review/trust", params={"path": "net"})).text()
        card = page[page.index('id="desk-here"') : page.index('id="desk-next"')]
        assert 'data-blind="yes"' in card
        for text in (str(told["card"]), card, queue, trust):
            assert "EUR 10" not in text
            assert "EUR&nbsp;10" not in text
            assert "data-places" not in text
            assert "0.95" not in text
        answered = await _post(
            http, "/w/bills/review/answer", **cell, kind="corrected", value="EUR 11"
        )
        assert "EUR 10" in str(answered["compare"])
        assert "They differ" in str(answered["compare"])
        revised = await _post(http, "/w/bills/review/revise", **cell, kind="accepted")
        assert revised["shown"] == "EUR 10"


async def test_an_audited_cell_cannot_be_accepted_unseen(
    studio: RunningStudio, bills: Trusted
) -> None:
    cell = {"case": bills.cases["case 0001"], "path": "net"}
    async with studio.client() as http:
        told = await _post(http, "/w/bills/review/answer", **cell, kind="accepted")
        assert "read blind" in str(told["refused"])


async def test_the_trust_pane_says_what_is_promised_and_what_is_missing(
    studio: RunningStudio, bills: Trusted, invoices: Worksheet
) -> None:
    async with studio.client() as http:
        empty = await (await http.get(f"{DESK}/trust", params={"path": "net"})).text()
        assert "nothing is promised for <strong>Net</strong> yet" in empty
        assert "checks without an error" in empty
        told = await (await http.get("/w/bills/review/trust", params={"path": "net"})).text()
        assert "rests on" in told
        assert "not counted" in told


async def test_two_people_are_given_different_cells_and_see_each_other(
    studio: RunningStudio, invoices: Worksheet
) -> None:
    ada, grace = await studio.person("Ada"), await studio.person("Grace")
    async with studio.client(ada) as hers, studio.client(grace) as his:
        one = await _post(hers, f"{DESK}/next")
        other = await _post(his, f"{DESK}/next")
        assert _cell(one) != _cell(other)
        queue = await (await hers.get(f"{DESK}/queue", headers=JSON)).json(content_type=None)
        assert "Grace is deciding" in queue["foot"]
        await _post(hers, f"{DESK}/assign", cells=[_cell(one)], to="Grace", note="yours")
        mine = await (await his.get(DESK, params={"order": "mine"})).text()
        assert "assigned by Ada: yours" in mine
        back = await _post(his, f"{DESK}/back", **_cell(one), note="not mine")
        assert back["to"] == "Ada"


def _cell(told: dict[str, object]) -> dict[str, str]:
    card = str(told["card"])
    pieces = (card.split(f'data-{name}="')[1].split('"')[0] for name in ("case", "path"))
    return dict(zip(("case", "path"), pieces, strict=True))


async def test_a_reader_sees_the_queue_and_decides_nothing(
    studio: RunningStudio, invoices: Worksheet
) -> None:
    reader = await studio.person("Ray", "reader")
    async with studio.client(reader) as http:
        assert (await http.get(DESK)).status == 200
        told = await _post(http, f"{DESK}/next")
        answered = await _post(http, f"{DESK}/answer", **_cell(told), kind="accepted")
        assert answered["status"] == 403


async def test_what_waits_is_listed_over_all_worksheets(
    studio: RunningStudio, invoices: Worksheet, bills: Trusted
) -> None:
    async with studio.client() as http:
        page = await (await http.get("/review")).text()
        assert "/w/invoices/review" in page
        assert "/w/bills/review" in page


async def test_hostile_text_is_shown_as_text(studio: RunningStudio, invoices: Worksheet) -> None:
    case, path, _ = await _first(invoices)
    await invoices.desk.assign([(case, path)], "<b>Eve</b>", note="<script>alert(1)</script>")
    await invoices.desk.assign([(case, path)], studio.workspace.who(), note="<img src=x>")
    async with studio.client() as http:
        page = await (await http.get(DESK)).text()
        assert "<img src=x>" not in page
        assert "&lt;img src=x&gt;" in page


TORN = "# Papers\n\n## Number\n\n## Total\n- type: money\n\n## Paid\n- by: person\n"


@pytest.fixture
async def papers(studio: RunningStudio, tmp_path: Path) -> Worksheet:
    """A worksheet of one file that is locked by a password."""
    path, locked = tmp_path / "papers.md", tmp_path / "locked.pdf"
    path.write_text(TORN, "utf-8")
    locked.write_bytes(pdf([[(72, 100, "secret")]], password="walnut"))
    sheet = await studio.workspace.new_worksheet("papers", path)
    await sheet.add(locked)
    await sheet.run()
    return sheet


async def test_cells_of_one_file_are_decided_together_and_no_value_is_said_of_all(
    studio: RunningStudio, papers: Worksheet
) -> None:
    entry = next(one for one in (await papers.desk.queue()).entries if one.alike)
    cell = {"case": entry.case_id, "path": entry.path}
    at = f"/api/v1/worksheets/papers/review/{entry.case_id}/{entry.path}/answer"
    async with studio.client() as http:
        page = await (await http.get("/w/papers/review", params=cell)).text()
        assert "and 1 more of this file" in page
        assert "1 more cell of this case waits for the same reason" in page
        assert "is protected by a password" in page
        assert f'href="/w/papers/cases/{entry.top}"' in page
        assert "select it on the page" not in page
        assert (await (await http.get("/api/v1/worksheets/papers/review")).json())["entries"]
        absent = {"kind": "corrected", "absent": "unreadable", "alike": True}
        value = {"kind": "corrected", "value": "7", "alike": True}
        assert (await _post(http, at, **value))["status"] == 400
        refused = await _post(http, "/w/papers/review/answer", **cell, **value)
        assert "several cells" in str(refused["refused"])
        assert (await _post(http, at, **absent))["status"] == 200
        await _post(http, "/w/papers/review/undo")
        told = await _post(http, "/w/papers/review/answer", **cell, **absent)
        assert (told["status"], told["count"]) == (200, 1)
    for step in ("Number", "Total"):
        verdict = (await papers.cell("locked", step)).cell.verdict
        assert verdict is not None
        assert (verdict.kind, verdict.absence) == ("corrected", "unreadable")
