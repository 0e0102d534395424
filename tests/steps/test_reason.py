"""A value reasoned out from other cells: every claim points to cells that were given."""

from __future__ import annotations

import pytest

from casework.base.errors import InvalidAnswerError
from casework.models.testing import ScriptedServer
from casework.steps.reason import ReasonStep, read_reasoning
from casework.types.case import Outcome
from casework.types.values import Json, ValueType
from tests.steps.conftest import Model
from tests.steps.material import given, task

PROCEDURE = "# P\n\n## Notice\n\n## Fair\n- type: choice: yes, no\n\nIs {Notice} fair?\n"
INPUTS = {"notice": given("Notice", "three months", quote="three months' notice")}


async def asked(model: Model, server: ScriptedServer, answer: Json) -> Outcome:
    server.play({"rules": [{"match": "# Fair", "answer": answer}]})
    step = ReasonStep(model.gateway, model.choice, window=200_000)
    return await step.run(task(PROCEDURE, "fair", None, INPUTS))


def said(*claims: tuple[str, list[Json]], status: str = "answered", value: Json = "yes") -> Json:
    told: list[Json] = [{"text": text, "cells": cells} for text, cells in claims]
    return {"status": status, "value": value, "claims": told, "note": ""}


async def test_claims_that_point_to_cells_are_a_reasoned_proof(
    model: Model, server: ScriptedServer
) -> None:
    outcome = await asked(model, server, said(("It is long enough.", ["notice"])))
    assert (outcome.value, outcome.proof.kind, outcome.proof.solid) == ("yes", "reasoned", True)
    assert outcome.proof.steps == ("notice",)


async def test_a_claim_about_a_cell_that_was_not_given_does_not_hold(
    model: Model, server: ScriptedServer
) -> None:
    answer = said(("It is long.", ["notice"]), ("It is usual.", ["custom"]))
    outcome = await asked(model, server, answer)
    assert not outcome.proof.solid
    assert outcome.proof.note == "1 of 2 claims point to nothing"


async def test_an_answer_whose_claims_point_to_nothing_is_unproved(
    model: Model, server: ScriptedServer
) -> None:
    assert (await asked(model, server, said())).proof.kind == "unproved"
    assert (await asked(model, server, said(("So be it.", [])))).proof.kind == "unproved"


async def test_not_applicable_is_an_absence_with_a_reason(
    model: Model, server: ScriptedServer
) -> None:
    outcome = await asked(model, server, said(status="not_applicable", value=None))
    assert (outcome.kind, outcome.absence) == ("absent", "not_applicable")
    assert outcome.reason


@pytest.mark.parametrize("told", [None, [], {"status": "answered", "value": None}, {"value": ""}])
def test_what_is_no_answer_is_refused(told: Json) -> None:
    with pytest.raises(InvalidAnswerError):
        read_reasoning(told, ValueType("text"), frozenset({"notice"}))


def test_claims_in_any_shape_are_read_without_harm() -> None:
    claims: Json = [
        "text",
        {"text": 3},
        {"text": "a", "cells": "notice"},
        {"text": "b", "cells": [1]},
    ]
    found = read_reasoning(
        {"value": "yes", "claims": claims}, ValueType("text"), frozenset({"notice"})
    )
    assert [(claim.text, claim.holds) for claim in found.claims] == [("a", False), ("b", False)]
