"""Values with the places that they were taken from, as programs tell them."""

from __future__ import annotations

from typing import Any

import pytest
from aiohttp import ClientSession

from casework.sdk.worksheet import Worksheet
from tests.serve.conftest import RunningStudio
from tests.serve.rest.test_rest import INVOICES, with_key

TOTAL = f"{INVOICES}/cases/A-4/cells/total-due"


async def _place(sheet: Worksheet, **told: object) -> dict[str, Any]:
    document = next(one for one in await sheet.cases() if one.name == "A-4").documents[0]
    return {"document": document.sha256, "page": 1, "quote": "EUR 10.00", **told}


async def _said(http: ClientSession, place: object, path: str = TOTAL) -> tuple[int, Any]:
    said = {"kind": "corrected", "value": "10.00 EUR", "at": [place]}
    async with http.post(f"{path}/verdict", json=said) as answer:
        return answer.status, await answer.json()


async def test_a_correction_keeps_the_place_that_was_found(
    studio: RunningStudio, invoices: Worksheet
) -> None:
    async with await with_key(studio) as http:
        status, told = await _said(http, await _place(invoices))
        assert (status, told["shown"]) == (200, "EUR 10.00")
        (place,) = told["proof"]["citations"]
        assert (place["quote"], place["grade"], place["support"]) == ("EUR 10.00", "exact", "yes")
        assert len(place["boxes"]) == 1
        assert told["verdict"]["citations"] == [place]
        assert "label" not in told["verdict"]
        async with http.get(f"{TOTAL}/history") as answer:
            assert (await answer.json())[-1]["places"] == [place]
        status, told = await _said(
            http, await _place(invoices, quote="by hand", boxes=[[1, 2, 3, 4]])
        )
        (place,) = told["proof"]["citations"]
        assert (place["grade"], place["boxes"]) == ("none", [[1.0, 2.0, 3.0, 4.0]])


async def test_an_answer_at_the_desk_takes_a_place(
    studio: RunningStudio, invoices: Worksheet
) -> None:
    case = next(one for one in await invoices.cases() if one.name == "A-4")
    said = {"kind": "corrected", "value": "10.00 EUR", "at": [await _place(invoices)]}
    async with await with_key(studio) as http:
        path = f"{INVOICES}/review/{case.id}/total-due"
        async with http.post(f"{path}/take") as taken:
            assert taken.status == 200
        async with http.post(f"{path}/answer", json=said) as answer:
            told = await answer.json()
        assert answer.status == 200
        assert [one["quote"] for one in told["verdict"]["citations"]] == ["EUR 10.00"]


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ({"document": "0" * 64}, 404),
        ({"document": "../../etc/passwd"}, 422),
        ({"page": 0}, 422),
        ({"page": 9}, 404),
        ({"page": 1 << 70}, 422),
        ({"quote": ""}, 422),
        ({"quote": "\u0000"}, 422),
        ({"quote": " "}, 400),
        ({"quote": "x" * 20_001}, 422),
        ({"boxes": [[1, 2, 3]]}, 422),
        ({"boxes": [["a", 2, 3, 4]]}, 422),
        ({"boxes": [[1e300, 2, 3, 4]]}, 422),
        ({"boxes": [[5, 2, 3, 4]]}, 400),
        ({"boxes": [[1, 2, 3, 4]] * 501}, 422),
        ({"grade": "exact"}, 422),
    ],
)
async def test_a_place_that_cannot_be_is_a_problem_and_nothing_is_kept(
    studio: RunningStudio, invoices: Worksheet, told: dict[str, object], status: int
) -> None:
    async with await with_key(studio) as http:
        answered, problem = await _said(http, await _place(invoices, **told))
    assert (answered, problem["status"]) == (status, status)
    assert (await invoices.cell("A-4", "Total due")).cell.verdict is None


async def test_what_is_no_correction_takes_no_place(
    studio: RunningStudio, invoices: Worksheet
) -> None:
    async with await with_key(studio) as http:
        for kind in ("accepted", "rejected"):
            said = {"kind": kind, "at": [await _place(invoices)]}
            async with http.post(f"{TOTAL}/verdict", json=said) as answer:
                assert answer.status == 400, kind
