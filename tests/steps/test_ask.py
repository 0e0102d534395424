"""Documents read by a model: what it says is checked, and what it does not say is an absence."""

from __future__ import annotations

import pytest

from casework.base.errors import InvalidAnswerError, ModelRefusedError
from casework.models.testing import ScriptedServer
from casework.steps.answer import read_answer
from casework.steps.ask import AskStep
from casework.steps.choice import ModelChoice
from casework.steps.reach import Reach
from casework.steps.sources import Sources
from casework.types.case import Outcome
from casework.types.values import Json, ValueType
from tests.steps.conftest import Model, endpoints
from tests.steps.material import Shelf, task

PROCEDURE = "# P\n\n## Total\n- type: money\nThe amount due.\n"
BILL = "Bill\n\nNet: EUR 100.00\nTotal due: EUR 119.00\n"


def said(status: str, value: Json = None, *quotes: str, note: str = "") -> Json:
    told: list[Json] = [{"document": "d1", "quote": quote} for quote in quotes]
    return {"status": status, "value": value, "quotes": told, "note": note}


async def asked(
    model: Model, server: ScriptedServer, answer: Json, shelf: Shelf | None = None
) -> Outcome:
    server.play({"rules": [{"answer": answer}]})
    documents = shelf or Shelf({"bill.txt": BILL})
    step = AskStep(model.gateway, Sources(documents), model.choice, reach=Reach(10_000))
    return await step.run(task(PROCEDURE, "total", documents))


TOTAL: Json = {"amount": "119.00", "currency": "EUR"}


async def test_a_value_with_its_quote_is_quoted(model: Model, server: ScriptedServer) -> None:
    outcome = await asked(model, server, said("found", TOTAL, "Total due: EUR 119.00"))
    assert (outcome.value, outcome.proof.kind, outcome.proof.solid) == (TOTAL, "quoted", True)
    assert any(source.startswith("model:") for source in outcome.label.sources)
    assert outcome.usage.calls == 1


async def test_a_quote_that_the_model_made_up_proves_nothing(
    model: Model, server: ScriptedServer
) -> None:
    outcome = await asked(model, server, said("found", TOTAL, "The grand total is EUR 119.00"))
    assert outcome.value == TOTAL
    assert outcome.proof.kind == "unproved"


async def test_a_value_that_its_quote_contradicts_is_unproved(
    model: Model, server: ScriptedServer
) -> None:
    outcome = await asked(model, server, said("found", TOTAL, "Net: EUR 100.00"))
    assert outcome.proof.kind == "unproved"
    assert "something else" in outcome.proof.note


async def test_what_is_not_found_names_the_pages_that_were_read(
    model: Model, server: ScriptedServer
) -> None:
    outcome = await asked(model, server, said("not_found"))
    assert (outcome.kind, outcome.absence) == ("absent", "not_found")
    assert outcome.reason
    assert outcome.proof.searched[0].pages == (1,)


async def test_nothing_found_is_unreadable_where_a_document_could_not_be_read(
    model: Model, server: ScriptedServer
) -> None:
    shelf = Shelf({"bill.txt": BILL, "torn.pdf": "%PDF-1.4 torn"})
    outcome = await asked(model, server, said("not_found"), shelf)
    assert outcome.absence == "unreadable"
    assert "torn.pdf" in outcome.reason


async def test_no_readable_document_is_an_absence_without_a_call(
    model: Model, server: ScriptedServer
) -> None:
    outcome = await asked(model, server, said("found", TOTAL), Shelf({"torn.pdf": "%PDF-1.4 torn"}))
    assert (outcome.kind, outcome.absence) == ("absent", "unreadable")
    assert server.stats().calls == 0


async def test_a_stated_absence_cites_the_statement(model: Model, server: ScriptedServer) -> None:
    answer = said("stated_absent", None, "Total due: EUR 119.00")
    outcome = await asked(model, server, answer)
    assert (outcome.absence, outcome.proof.kind) == ("stated_absent", "quoted")


async def test_a_wrong_answer_is_repaired_once(model: Model, server: ScriptedServer) -> None:
    turns: list[Json] = [
        {"answer": said("found", "plenty")},
        {"answer": said("found", TOTAL, "Total due: EUR 119.00")},
    ]
    server.play({"rules": [{"by": "turn", "sequence": turns}]})
    shelf = Shelf({"bill.txt": BILL})
    step = AskStep(model.gateway, Sources(shelf), model.choice, reach=Reach(10_000))
    outcome = await step.run(task(PROCEDURE, "total", shelf))
    assert outcome.value == TOTAL
    assert outcome.usage.calls == 2


async def test_a_refusal_and_a_wrong_answer_count_against_the_case(
    model: Model, server: ScriptedServer
) -> None:
    with pytest.raises(InvalidAnswerError, match="after one repair"):
        await asked(model, server, said("found", "plenty"))
    server.play({"rules": [{"match": "# Total", "refusal": "I would rather not."}]})
    shelf = Shelf({"bill.txt": BILL})
    step = AskStep(model.gateway, Sources(shelf), model.choice, reach=Reach(10_000))
    with pytest.raises(ModelRefusedError):
        await step.run(task(PROCEDURE, "total", shelf))


def test_without_a_model_the_step_waits_and_names_the_setting() -> None:
    blocked = ModelChoice(endpoints()).blocked(task(PROCEDURE, "total").step)
    assert blocked is not None
    assert blocked.waiting_for == "model"
    assert "model.default" in blocked.reason


@pytest.mark.parametrize(
    "told", [None, "x", [], {"status": "maybe"}, {"status": "found", "value": ""}, {"status": []}]
)
def test_what_is_no_answer_is_refused(told: Json) -> None:
    with pytest.raises(InvalidAnswerError):
        read_answer(told, ValueType("text"))


def test_no_is_a_value() -> None:
    assert read_answer({"status": "found", "value": False}, ValueType("yes/no")).value is False
