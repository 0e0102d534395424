from __future__ import annotations

import contextlib
import json
from dataclasses import replace

import pytest

from casework.base.errors import InvalidAnswerError, ModelError, ModelUnavailableError
from casework.models.cache import Keys
from casework.models.gateway import Outfit
from casework.models.structured import ask_structured
from casework.models.testing import ScriptedServer
from casework.observe.collect import collecting
from casework.types.message import Image, Message, ModelRequest, Text, ToolCall, ToolResult
from casework.types.span import Whose
from casework.types.values import Json
from tests.models.conftest import OpenDoor, ask_for
from tests.models.memory import SHEET, Answers

HERE = Whose("run", "case", "step", SHEET)


@pytest.fixture
def answers() -> Answers:
    return Answers()


async def test_the_same_question_in_a_worksheet_is_paid_for_once(
    server: ScriptedServer, open_door: OpenDoor, answers: Answers
) -> None:
    server.play()
    door = open_door(outfit=Outfit(cache=answers))
    with collecting(whose=HERE):
        first = await door.gateway.ask(ask_for())
    with collecting(whose=replace(HERE, case_id="another")) as collected:
        second = await door.gateway.ask(ask_for())
    assert (second.text, second.model) == (first.text, first.model)
    assert (second.usage.calls, second.usage.cost_usd) == (0, 0.0)
    assert server.stats().calls == 1
    (span,) = collected.spans
    assert span.attributes["casework.remembered"] is True
    assert span.attributes["gen_ai.usage.input_tokens"] == 0


async def test_another_worksheet_does_not_see_what_was_answered(
    server: ScriptedServer, open_door: OpenDoor, answers: Answers
) -> None:
    server.play()
    door = open_door(outfit=Outfit(cache=answers))
    for sheet in (SHEET, "sheet-2", ""):
        with collecting(whose=replace(HERE, worksheet_id=sheet)):
            await door.gateway.ask(ask_for())
    await door.gateway.ask(ask_for())
    assert server.stats().calls == 4
    assert {sheet for sheet, _ in answers.kept} == {SHEET, "sheet-2"}


async def test_a_forced_attempt_asks_again_and_leaves_nothing(
    server: ScriptedServer, open_door: OpenDoor, answers: Answers
) -> None:
    server.play()
    door = open_door(outfit=Outfit(cache=answers))
    with collecting(whose=HERE):
        await door.gateway.ask(ask_for())
        await door.gateway.ask(replace(ask_for(), attempt=1))
        await door.gateway.ask(replace(ask_for(), attempt=1))
    assert server.stats().calls == 3
    assert len(answers.kept) == 1


@pytest.mark.parametrize(
    "rule", [{"error": "server"}, {"refusal": "No."}, {"broken": "cut"}, {"error": "context"}]
)
async def test_a_failure_a_refusal_and_a_cut_answer_are_not_remembered(
    server: ScriptedServer, open_door: OpenDoor, answers: Answers, rule: Json
) -> None:
    server.play({"rules": [rule]})
    door = open_door(outfit=Outfit(cache=answers), tries=1)
    with collecting(whose=HERE), contextlib.suppress(ModelError):
        await door.gateway.ask(ask_for())
    assert answers.kept == {}


async def test_an_answer_of_no_use_after_its_repair_is_asked_for_anew(
    server: ScriptedServer, open_door: OpenDoor, answers: Answers
) -> None:
    def read(data: Json) -> Json:
        raise InvalidAnswerError("it is not what was asked.")

    server.play()
    door = open_door(outfit=Outfit(cache=answers))
    for _ in range(2):
        with collecting(whose=HERE), pytest.raises(InvalidAnswerError):
            await ask_structured(door.gateway, ask_for(), read)
    assert server.stats().calls == 4


async def test_a_first_answer_that_was_repaired_is_remembered_with_its_repair(
    server: ScriptedServer, open_door: OpenDoor, answers: Answers
) -> None:
    def read(data: Json) -> str:
        if not isinstance(data, dict) or data.get("value") != "12.30":
            raise InvalidAnswerError("it is no sum.")
        return "12.30"

    rules: list[Json] = [
        {"by": "turn", "sequence": [{"answer": {"value": "x"}}, {"answer": {"value": "12.30"}}]}
    ]
    server.play({"rules": rules})
    door = open_door(outfit=Outfit(cache=answers))
    for _ in range(2):
        with collecting(whose=HERE):
            assert (await ask_structured(door.gateway, ask_for(), read)).value == "12.30"
    assert server.stats().calls == 2


async def test_without_remembering_nothing_is_kept(
    server: ScriptedServer, open_door: OpenDoor, answers: Answers
) -> None:
    server.play()
    door = open_door(outfit=Outfit(cache=answers, remember=False))
    with collecting(whose=HERE):
        await door.gateway.ask(ask_for())
    assert answers.kept == {}


def _variants() -> list[ModelRequest]:
    base = ask_for()
    picture = Image("ab", "image/png", load=bytes)
    rich = [
        Message("user", "x", parts=(Text("a"), picture)),
        Message("user", "x", parts=(Text("a"), replace(picture, sha256="cd"))),
        Message("assistant", "x", parts=(ToolCall("1", "look", "{}"),)),
        Message("user", "x", parts=(ToolResult("1", "found"),)),
    ]
    return [
        base,
        replace(base, schema=None),
        replace(base, schema={"type": "object"}),
        replace(base, temperature=0.5),
        replace(base, max_output_tokens=5),
        replace(base, seed=1),
        replace(base, attempt=1),
        replace(base, messages=base.messages[:1]),
        replace(base, messages=base.messages[::-1]),
        *(replace(base, messages=(message,)) for message in rich),
    ]


def test_whatever_is_asked_differently_has_another_key_and_how_it_is_asked_does_not_matter() -> (
    None
):
    keys = Keys()
    found = [keys.of(request, "house:m") for request in _variants()]
    assert len(set(found)) == len(found)
    base = _variants()[0]
    again = replace(
        base, schema=json.loads(json.dumps(base.schema)), purpose="x", stream=True, may_wait=True
    )
    assert Keys().of(again, "house:m") == found[0]
    assert keys.of(base, "house:n") != found[0]


async def test_an_outage_after_an_answer_does_not_matter_to_who_asks_the_same(
    server: ScriptedServer, open_door: OpenDoor, answers: Answers
) -> None:
    server.play()
    door = open_door(outfit=Outfit(cache=answers), tries=1)
    with collecting(whose=HERE):
        await door.gateway.ask(ask_for())
        server.play({"rules": [{"error": "server"}]})
        assert (await door.gateway.ask(ask_for())).text
        with pytest.raises(ModelUnavailableError):
            await door.gateway.ask(ask_for("another"))
