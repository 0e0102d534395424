from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import pytest

from casework.base.clock import FrozenClock
from casework.base.errors import BatchPendingError, ModelRequestError
from casework.models.border import Border, Departure
from casework.models.endpoints import build_endpoints
from casework.models.gateway import Gateway, Outfit
from casework.models.testing import ScriptedServer
from casework.models.transport import HttpCall, HttpReply
from casework.observe.collect import collecting
from casework.observe.cost import Price, shipped_prices
from casework.types.message import ModelAnswer, ModelRequest
from casework.types.values import Json
from tests.models.conftest import DOCUMENT, OpenDoor, ask_for
from tests.models.memory import Answers, Batches, Cap
from tests.models.providers import Anthropic, OpenAI
from tests.models.test_cache import HERE

_BAD: Json = {"type": "error", "error": {"type": "invalid_request_error", "message": "bad schema"}}


def _waiting(text: str, attempt: int = 0) -> ModelRequest:
    return replace(ask_for(text), may_wait=True, attempt=attempt)


@dataclass
class Shop:
    """A provider, what is kept of it, and gateways that come and go as processes do."""

    provider: OpenAI | Anthropic
    answers: Answers
    shelf: Batches
    clock: FrozenClock
    budget: Cap
    departures: list[Departure]

    def open(self) -> Gateway:
        name = "openai" if isinstance(self.provider, OpenAI) else "anthropic"
        model = "gpt-5-mini" if name == "openai" else "claude-sonnet-4-5"
        endpoints = build_endpoints(
            roles={"default": f"{name}:{model}"},
            providers={},
            find_key=lambda provider, variable: "key",
        )
        prices = shipped_prices().with_own({f"{name}:{model}": Price(1.0, 10.0)})
        outfit = Outfit(cache=self.answers, batches=self.shelf, budget=self.budget, prices=prices)
        border = Border(self.provider, endpoints.hosts, sink=self.departures.append)
        return Gateway(endpoints, border, outfit, clock=self.clock)

    async def run(self, texts: Sequence[str]) -> list[ModelAnswer | None]:
        """One process: asks, and leaves; None for what waits."""
        gateway, told = self.open(), list[ModelAnswer | None]()
        with collecting(whose=HERE):
            for text in texts:
                try:
                    told.append(await gateway.ask(_waiting(text)))
                except BatchPendingError:
                    told.append(None)
        await gateway.close()
        self.clock.advance(61)
        return told

    def end(self, standing: str = "completed") -> None:
        self.provider.standing = standing


@pytest.fixture(params=[OpenAI, Anthropic])
def shop(request: pytest.FixtureRequest) -> Shop:
    answers = Answers()
    return Shop(request.param(), answers, Batches(answers), FrozenClock(), Cap(), [])


@pytest.fixture
def openai() -> Shop:
    answers = Answers()
    return Shop(OpenAI(), answers, Batches(answers), FrozenClock(), Cap(), [])


async def test_requests_gather_into_one_job_and_its_answers_are_found_by_a_later_run(
    shop: Shop,
) -> None:
    assert await shop.run(["a", "b", "c"]) == [None, None, None]
    assert [len(job) for job in shop.provider.jobs.values()] == [3]
    assert await shop.run(["a", "b", "c"]) == [None, None, None]
    assert len(shop.provider.jobs) == 1
    shop.end()
    found = await shop.run(["a", "b", "c"])
    assert [answer.text for answer in found if answer] == ['{"value":"12.30"}'] * 3
    assert shop.provider.direct == 0
    (job,) = shop.shelf.all.values()
    assert (job.state, job.requests, job.answered, job.failed) == ("done", 3, 3, 0)
    assert {each.purpose for each in shop.departures} == {"batch job"}


async def test_an_answer_of_a_job_costs_half_and_is_counted_once(shop: Shop) -> None:
    await shop.run(["a"])
    shop.end()
    (first,) = await shop.run(["a"])
    (again,) = await shop.run(["a"])
    assert first is not None
    assert again is not None
    paid = first.usage.cost_usd
    assert paid == pytest.approx((1000 * 1.0 + 100 * 10.0) / 1e6 / 2)
    assert (first.usage.calls, again.usage.calls, again.usage.cost_usd) == (1, 0, 0.0)
    assert shop.budget.spent_usd == pytest.approx(paid)


async def test_a_wait_tells_the_job_and_its_age(shop: Shop) -> None:
    await shop.run(["a"])
    gateway = shop.open()
    with collecting(whose=HERE), pytest.raises(BatchPendingError, match="1 minutes ago") as caught:
        await gateway.ask(_waiting("a"))
    assert (caught.value.waits_for, caught.value.blames_case) == ("batch", False)
    assert caught.value.job in shop.shelf.all


async def test_a_request_that_the_provider_could_not_take_is_asked_by_itself(shop: Shop) -> None:
    shop.provider.results["unlucky"] = _BAD
    await shop.run(["fine", "unlucky"])
    shop.end()
    fine, unlucky = await shop.run(["fine", "unlucky"])
    assert fine is not None
    assert unlucky is not None
    assert shop.provider.direct == 1
    (job,) = shop.shelf.all.values()
    assert (job.answered, job.failed) == (1, 1)


async def test_what_a_job_left_undone_goes_into_another_and_then_alone(shop: Shop) -> None:
    shop.provider.results["late"] = "expired"
    await shop.run(["late", "fine"])
    shop.end()
    late, fine = await shop.run(["late", "fine"])
    assert (late, fine is None) == (None, False)
    assert len(shop.provider.jobs) == 2
    (last,) = await shop.run(["late"])
    assert last is not None
    assert shop.provider.direct == 1


@pytest.mark.parametrize("standing", ["failed", "expired", "cancelled"])
async def test_a_job_that_ended_badly_is_told_and_its_requests_are_sent_anew(
    openai: Shop, standing: str
) -> None:
    openai.provider.results["a"] = "missing"
    await openai.run(["a"])
    openai.end(standing)
    assert await openai.run(["a"]) == [None]
    states = [job.state for job in openai.shelf.all.values()]
    assert states == [standing, "sent"]


async def test_a_job_that_cannot_be_handed_over_is_told_and_tried_once_more(shop: Shop) -> None:
    shop.provider.down = True
    await shop.run(["a"])
    (job,) = shop.shelf.all.values()
    assert job.state == "failed"
    assert job.problem
    shop.provider.down = False
    assert await shop.run(["a"]) == [None]
    assert len(shop.provider.jobs) == 1


async def test_a_provider_that_is_down_while_one_looks_changes_nothing(shop: Shop) -> None:
    await shop.run(["a"])
    shop.provider.down = True
    assert await shop.run(["a"]) == [None]
    shop.provider.down = False
    shop.end()
    assert [answer is not None for answer in await shop.run(["a"])] == [True]


async def test_a_job_whose_handing_over_was_cut_off_is_found_again(shop: Shop) -> None:
    await shop.run(["a"])
    (job,) = shop.shelf.all.values()
    shop.shelf.all[job.id] = replace(job, state="sending", remote_id="")
    shop.end()
    assert [answer is not None for answer in await shop.run(["a"])] == [True]
    assert shop.shelf.all[job.id].state == "done"


async def test_a_job_that_never_arrived_is_lost_and_its_requests_are_sent_anew(
    shop: Shop,
) -> None:
    await shop.run(["a"])
    (job,) = shop.shelf.all.values()
    shop.shelf.all[job.id] = replace(job, state="sending", remote_id="")
    shop.provider.jobs.clear()
    if isinstance(shop.provider, OpenAI):
        shop.provider.metadata.clear()
    assert await shop.run(["a"]) == [None]
    assert shop.shelf.all[job.id].state == "lost"
    assert len(shop.provider.jobs) == 1


async def test_a_job_is_looked_at_once_in_a_while_and_at_once_when_asked_to(shop: Shop) -> None:
    await shop.run(["a", "b"])
    shop.end()
    shop.clock.passed_s -= 61
    gateway = shop.open()
    with collecting(whose=HERE), pytest.raises(BatchPendingError):
        await gateway.ask(_waiting("a"))
    assert await gateway.collect_batches() == 2
    with collecting(whose=HERE):
        assert (await gateway.ask(_waiting("a"))).text
    assert await gateway.collect_batches() == 0
    await gateway.close()


async def test_calls_that_may_not_wait_go_out_by_themselves(shop: Shop) -> None:
    gateway = shop.open()
    with collecting(whose=HERE):
        assert (await gateway.ask(ask_for("now"))).text
    assert (await gateway.ask(_waiting("of no worksheet"))).text
    await gateway.close()
    assert shop.provider.direct == 2
    assert shop.provider.jobs == {}


async def test_a_forced_attempt_waits_for_a_job_of_its_own(shop: Shop) -> None:
    gateway = shop.open()
    with collecting(whose=HERE):
        for attempt in (0, 1):
            with pytest.raises(BatchPendingError):
                await gateway.ask(_waiting("a", attempt=attempt))
    await gateway.close()
    shop.clock.advance(61)
    shop.end()
    assert [len(job) for job in shop.provider.jobs.values()] == [2]
    gateway = shop.open()
    with collecting(whose=HERE):
        assert (await gateway.ask(_waiting("a", attempt=1))).text
        assert (await gateway.ask(_waiting("a", attempt=1))).usage.calls == 0
    await gateway.close()


async def test_a_cap_that_is_reached_gathers_nothing(shop: Shop) -> None:
    shop.budget.cap_usd = -1.0
    gateway = shop.open()
    with collecting(whose=HERE), pytest.raises(Exception, match="cap"):
        await gateway.ask(_waiting("a"))
    await gateway.close()
    assert shop.provider.jobs == {}


async def test_covered_texts_are_in_no_job_since_their_places_could_not_be_put_back(
    openai: Shop,
) -> None:
    gateway = openai.open()
    plain = build_endpoints(
        roles={"default": "openai:gpt-5-mini"}, providers={}, find_key=lambda p, v: "key"
    )
    border = Border(openai.provider, plain.hosts)
    outfit = Outfit(cache=openai.answers, batches=openai.shelf, redact="leaving")
    covered = Gateway(plain, border, outfit, clock=openai.clock)
    with collecting(whose=HERE):
        assert (await covered.ask(_waiting("a@x.com"))).text
    await covered.close()
    await gateway.close()
    assert openai.provider.direct == 1


async def test_a_request_of_a_job_that_failed_for_good_raises_what_its_own_call_raises(
    openai: Shop,
) -> None:
    openai.provider.results["a"] = _BAD
    await openai.run(["a"])
    openai.end()
    gateway = openai.open()
    openai.provider.handle = _refusing(openai.provider.handle)  # type: ignore[method-assign, assignment]
    with collecting(whose=HERE), pytest.raises(ModelRequestError):
        await gateway.ask(_waiting("a"))
    await gateway.close()
    assert openai.shelf.requests == {}


def _refusing(handle: Callable[[HttpCall], HttpReply]) -> Callable[[HttpCall], HttpReply]:
    def refused(call: HttpCall) -> HttpReply:
        if call.url.endswith("/chat/completions"):
            return HttpReply(400, {}, b'{"error":{"message":"bad"}}')
        return handle(call)

    return refused


@pytest.mark.parametrize("dialect", ["openai", "anthropic"])
async def test_a_job_goes_over_the_wire_and_back(
    server: ScriptedServer, open_door: OpenDoor, dialect: str
) -> None:
    server.play(dialect=dialect, batch_s=0.2)
    answers = Answers()
    outfit = Outfit(cache=answers, batches=Batches(answers), batch_poll_s=0.05)
    first = open_door(dialect, outfit=outfit)
    with collecting(whose=HERE):
        for text in ("EUR 1.00", "EUR 2.00"):
            with pytest.raises(BatchPendingError):
                await first.gateway.ask(_waiting(f"{DOCUMENT} {text}"))
    await first.gateway.close()
    second = open_door(dialect, outfit=outfit)
    async with asyncio.timeout(30):
        while await second.gateway.collect_batches() < 1:
            await asyncio.sleep(0.05)
    with collecting(whose=HERE):
        answer = await second.gateway.ask(_waiting(f"{DOCUMENT} EUR 2.00"))
    assert "EUR 12.30" in answer.text
    assert answer.usage.calls == 1
    assert {each.purpose for each in first.departures} == {"batch job"}


async def test_a_field_that_a_model_does_not_take_is_left_out_of_the_next_job(
    openai: Shop,
) -> None:
    unknown: Json = {"error": {"message": "Unsupported parameter", "param": "temperature"}}
    openai.provider.results["temperature"] = unknown
    await openai.run(["a", "b"])
    openai.end()
    assert await openai.run(["a", "b"]) == [None, None]
    assert [answer is not None for answer in await openai.run(["a", "b"])] == [True, True]
    assert openai.provider.direct == 0
