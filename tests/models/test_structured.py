from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation

import pytest

from casework.base.errors import (
    InvalidAnswerError,
    ModelRefusedError,
    ModelUnavailableError,
    ValueReadError,
)
from casework.models.structured import ask_structured
from casework.models.testing import ScriptedServer
from casework.types.values import Json
from tests.models.conftest import OpenDoor, ask_for

_RIGHT: Json = {"answer": {"value": "12.30", "quote": "EUR 12.30"}}
_WRONG: Json = {"answer": {"value": "twelve", "quote": "EUR 12.30"}}


def amount(data: Json) -> Decimal:
    """Reads `{"value": "12.30"}` as a step would."""
    if not isinstance(data, dict) or "value" not in data:
        raise InvalidAnswerError("the field `value` is missing.")
    try:
        return Decimal(str(data["value"]))
    except InvalidOperation as error:
        raise ValueReadError(f"{data['value']!r} is no number.") from error


Play = Callable[..., None]


@pytest.fixture
def turns(server: ScriptedServer) -> Play:
    """Lets the model answer these, one a turn."""

    def play(*actions: Json, dialect: str = "openai") -> None:
        server.play({"rules": [{"by": "turn", "sequence": list(actions)}]}, dialect=dialect)

    return play


async def test_a_right_answer_is_used_at_once(turns: Play, open_door: OpenDoor) -> None:
    turns(_RIGHT)
    found = await ask_structured(open_door().gateway, ask_for(), amount)
    assert found.value == Decimal("12.30")
    assert found.usage.calls == 1
    assert found.repaired == ""


@pytest.mark.parametrize(
    ("first", "told"),
    [
        (_WRONG, "'twelve' is no number."),
        ({"broken": "json"}, "it is not valid JSON"),
        ({"broken": "shape"}, "the field `value` is missing."),
        ({"broken": "null"}, "it is empty."),
        ({"text": "The amount is 12.30."}, "it is not valid JSON"),
    ],
)
async def test_a_wrong_answer_is_told_why_and_repaired_once(
    server: ScriptedServer, turns: Play, open_door: OpenDoor, first: Json, told: str
) -> None:
    turns(first, _RIGHT)
    door = open_door()
    found = await ask_structured(door.gateway, ask_for(), amount)
    assert found.value == Decimal("12.30")
    assert told in found.repaired
    assert found.usage.calls == 2
    assert found.usage.input_tokens > found.answer.usage.input_tokens
    body = server.requests()[-1]["body"]
    assert isinstance(body, dict)
    assert isinstance(body["messages"], list)
    roles = [turn["role"] for turn in body["messages"] if isinstance(turn, dict)]
    assert roles == ["system", "user", "assistant", "user"]
    assert told in str(body["messages"][-1])
    assert [each.purpose for each in door.departures] == ["extract", "extract repair"]


async def test_an_answer_still_wrong_after_one_repair_fails_with_the_reason(
    server: ScriptedServer, turns: Play, open_door: OpenDoor
) -> None:
    turns(_WRONG)
    with pytest.raises(InvalidAnswerError, match=r"after one repair: 'twelve' is no number") as no:
        await ask_structured(open_door().gateway, ask_for(), amount)
    assert no.value.blames_case
    assert server.stats().calls == 2


@pytest.mark.parametrize("dialect", ["openai", "mistral", "ollama", "plain", "json_object"])
async def test_a_repair_works_in_every_dialect(
    turns: Play, open_door: OpenDoor, dialect: str
) -> None:
    turns(_WRONG, _RIGHT, dialect=dialect)
    found = await ask_structured(open_door(dialect).gateway, ask_for(), amount)
    assert found.value == Decimal("12.30")


@pytest.mark.parametrize("repair", [False, True])
async def test_a_refusal_is_no_wrong_answer(turns: Play, open_door: OpenDoor, repair: bool) -> None:
    refusal: Json = {"refusal": "I cannot help with that."}
    turns(*([_WRONG, refusal] if repair else [refusal]))
    with pytest.raises(ModelRefusedError, match="declined to answer: I cannot help"):
        await ask_structured(open_door().gateway, ask_for(), amount)


@pytest.mark.parametrize(("most", "limit"), [(50, "50 tokens"), (None, "the model's own limit")])
async def test_a_cut_answer_is_not_asked_to_be_repaired(
    server: ScriptedServer, turns: Play, open_door: OpenDoor, most: int | None, limit: str
) -> None:
    turns({"broken": "cut"})
    with pytest.raises(InvalidAnswerError, match=f"was cut off at .*{limit}") as caught:
        await ask_structured(open_door().gateway, ask_for(most=most), amount)
    assert caught.value.code == "model.answer_cut"
    assert server.stats().calls == 1


async def test_a_lone_code_fence_needs_no_repair(turns: Play, open_door: OpenDoor) -> None:
    turns({"text": '```json\n{"value": "12.30"}\n```'})
    found = await ask_structured(open_door().gateway, ask_for(), amount)
    assert found.value == Decimal("12.30")
    assert found.usage.calls == 1


async def test_words_around_json_are_wrong_where_a_schema_was_kept_to(
    turns: Play, open_door: OpenDoor
) -> None:
    around: Json = {"text": 'Here it is: {"value": "1"}'}
    turns(around, _RIGHT)
    strict = await ask_structured(open_door("openai").gateway, ask_for(), amount)
    turns(around, _RIGHT, dialect="plain")
    loose = await ask_structured(open_door("plain").gateway, ask_for(), amount)
    assert (strict.usage.calls, strict.value) == (2, Decimal("12.30"))
    assert (loose.usage.calls, loose.value) == (1, Decimal("1"))


async def test_an_outage_is_raised_as_it_is(server: ScriptedServer, open_door: OpenDoor) -> None:
    server.play({"rules": [{"error": "overloaded"}]})
    with pytest.raises(ModelUnavailableError) as caught:
        await ask_structured(open_door(tries=1).gateway, ask_for(), amount)
    assert not caught.value.blames_case
