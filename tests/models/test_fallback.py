from __future__ import annotations

import pytest

from casework.base.errors import ModelError, ModelRefusedError, RateLimitedError
from casework.models.border import Border
from casework.models.endpoints import build_endpoints
from casework.models.fallback import Fallbacks, Reason
from casework.models.gateway import Gateway, Outfit
from casework.models.structured import ask_structured
from casework.models.testing import ScriptedServer
from casework.models.transport import HttpCall, HttpReply
from casework.observe.collect import collecting
from casework.types.message import ModelAnswer
from casework.types.values import Json
from tests.models.conftest import OpenDoor, SkippingClock, ask_for
from tests.models.memory import SHEET, Answers
from tests.models.test_cache import HERE


def _outfit(reason: Reason, *models: str, answers: Answers | None = None) -> Outfit:
    return Outfit(fallbacks=Fallbacks({reason: models}), cache=answers)


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        ({"error": "rate_limit", "retry_after": "3600"}, "rate"),
        ({"error": "overloaded"}, "outage"),
        ({"error": "context"}, "long"),
        ({"error": "moderated"}, "refusal"),
        ({"refusal": "I cannot."}, "refusal"),
    ],
)
async def test_another_model_answers_for_each_reason(
    server: ScriptedServer, open_door: OpenDoor, rule: dict[str, Json], reason: Reason
) -> None:
    server.play({"rules": [{"model": "^scripted-small$", **rule}]})
    door = open_door(outfit=_outfit(reason, "house:scripted-large"))
    with collecting() as collected:
        answer = await door.gateway.ask(ask_for())
    assert answer.model.startswith("scripted-large")
    told = collected.spans[0].attributes
    assert told["gen_ai.request.model"] == "scripted-small"
    assert told["gen_ai.response.model"] == answer.model
    assert (told["casework.fallback.why"], told["casework.fallback.model"]) == (
        reason,
        "house:scripted-large",
    )


async def test_a_reason_without_a_chain_asks_nobody_else(
    server: ScriptedServer, open_door: OpenDoor
) -> None:
    server.play({"rules": [{"error": "context"}]})
    door = open_door(outfit=_outfit("outage", "house:scripted-large"))
    with pytest.raises(ModelError):
        await door.gateway.ask(ask_for())
    assert server.stats().calls == 1


async def test_the_chain_goes_on_by_the_reason_of_whoever_failed_last(
    server: ScriptedServer, open_door: OpenDoor
) -> None:
    rules: list[Json] = [
        {"model": "^scripted-small$", "error": "context"},
        {"model": "^wide$", "error": "overloaded"},
    ]
    server.play({"rules": rules})
    fallbacks = Fallbacks({"long": ("house:wide",), "outage": ("house:last",)})
    door = open_door(outfit=Outfit(fallbacks=fallbacks), tries=1)
    assert (await door.gateway.ask(ask_for())).model.startswith("last")


async def test_when_nobody_answers_the_first_failure_is_told(
    server: ScriptedServer, open_door: OpenDoor
) -> None:
    server.play({"rules": [{"refusal": "I cannot."}]})
    door = open_door(outfit=_outfit("refusal", "house:a", "house:scripted-small", "house:b"))
    with pytest.raises(ModelRefusedError, match=r"scripted-small.* declined"):
        await ask_structured(door.gateway, ask_for(), lambda data: data)
    assert [body["model"] for body in _bodies(server)] == ["scripted-small", "a", "b"]


async def test_the_answer_of_another_model_is_remembered_for_the_question(
    server: ScriptedServer, open_door: OpenDoor
) -> None:
    answers = Answers()
    server.play({"rules": [{"model": "^scripted-small$", "error": "context"}]})
    door = open_door(outfit=_outfit("long", "house:wide", answers=answers))
    with collecting(whose=HERE):
        await door.gateway.ask(ask_for())
        again = await door.gateway.ask(ask_for())
    assert again.model.startswith("wide")
    assert server.stats().calls == 2
    assert [sheet for sheet, _ in answers.kept] == [SHEET]


class _Elsewhere:
    """A transport on which this machine's model is down and the other one answers."""

    def __init__(self) -> None:
        self.hosts: list[str] = []

    async def send(self, call: HttpCall) -> HttpReply:
        self.hosts.append(call.url.split("/")[2])
        if "localhost" in call.url:
            return HttpReply(400, {}, b'{"error":{"code":"context_length_exceeded"}}')
        return HttpReply(200, {}, b'{"model":"big","choices":[{"message":{"content":"{}"}}]}')

    async def close(self) -> None:
        return None


async def _asked_here(*, may_leave: bool) -> tuple[list[str], ModelAnswer | ModelError]:
    endpoints = build_endpoints(
        roles={"default": "ollama:small"},
        providers={"far": {"base_url": "https://far.example/v1"}},
        find_key=lambda provider, variable: "k",
    )
    transport = _Elsewhere()
    border = Border(transport, endpoints.hosts)  # type: ignore[arg-type]
    outfit = Outfit(fallbacks=Fallbacks({"long": ("far:big",)}, may_leave=may_leave))
    clock = SkippingClock()
    gateway = Gateway(endpoints, border, outfit, clock=clock, sleep=clock.sleep)
    try:
        return transport.hosts, await gateway.ask(ask_for())
    except ModelError as error:
        return transport.hosts, error


async def test_a_text_for_a_model_on_this_machine_goes_to_no_other_machine_unless_allowed() -> None:
    hosts, error = await _asked_here(may_leave=False)
    assert hosts == ["localhost:11434"]
    assert isinstance(error, ModelError)
    hosts, answer = await _asked_here(may_leave=True)
    assert hosts == ["localhost:11434", "far.example"]
    assert isinstance(answer, ModelAnswer)


async def test_a_fallback_that_is_not_configured_is_told_in_the_span(
    server: ScriptedServer, open_door: OpenDoor
) -> None:
    server.play({"rules": [{"error": "rate_limit", "retry_after": "3600"}]})
    door = open_door(outfit=_outfit("rate", "openai:gpt-5"))
    with collecting() as collected, pytest.raises(RateLimitedError):
        await door.gateway.ask(ask_for())
    assert "openai" in str(collected.spans[0].attributes["casework.fallback.problem"])


def _bodies(server: ScriptedServer) -> list[dict[str, Json]]:
    return [body for each in server.requests() if isinstance(body := each["body"], dict)]
