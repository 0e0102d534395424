from __future__ import annotations

import pytest

from casework.base.errors import BudgetError, ModelError
from casework.models.fallback import Fallbacks
from casework.models.gateway import Outfit
from casework.models.testing import ScriptedServer
from casework.observe.collect import collecting
from tests.models.conftest import OpenDoor, ask_for
from tests.models.memory import Answers, Cap
from tests.models.test_cache import HERE


async def test_a_call_sets_aside_what_it_may_cost_and_counts_what_it_did(
    server: ScriptedServer, open_door: OpenDoor
) -> None:
    server.play(dialect="openrouter")
    cap = Cap()
    door = open_door("openrouter", outfit=Outfit(budget=cap))
    with collecting(whose=HERE):
        answer = await door.gateway.ask(ask_for())
    ((spending, used),) = cap.told
    assert (spending.whose, spending.model) == (HERE, "house:scripted-small")
    assert spending.tokens > 0
    assert used == answer.usage
    assert cap.open == []


async def test_a_cap_that_is_reached_sends_nothing_and_blames_nobody(
    server: ScriptedServer, open_door: OpenDoor
) -> None:
    server.play()
    door = open_door(outfit=Outfit(budget=Cap(cap_usd=-1.0)))
    with pytest.raises(BudgetError) as caught:
        await door.gateway.ask(ask_for())
    assert (caught.value.blames_case, caught.value.waits_for) == (False, "budget")
    assert server.stats().calls == 0


async def test_a_call_without_an_answer_gives_back_what_was_set_aside(
    server: ScriptedServer, open_door: OpenDoor
) -> None:
    server.play({"rules": [{"error": "server"}]})
    cap = Cap()
    door = open_door(outfit=Outfit(budget=cap), tries=1)
    with pytest.raises(ModelError):
        await door.gateway.ask(ask_for())
    assert cap.open == []
    assert cap.told[0][1].calls == 0


async def test_each_model_of_a_chain_is_asked_for_by_its_own_name(
    server: ScriptedServer, open_door: OpenDoor
) -> None:
    server.play({"rules": [{"model": "small", "error": "context"}]})
    cap = Cap()
    outfit = Outfit(budget=cap, fallbacks=Fallbacks({"long": ("house:wide",)}))
    await open_door(outfit=outfit).gateway.ask(ask_for())
    assert [told[0].model for told in cap.told] == ["house:scripted-small", "house:wide"]


async def test_a_remembered_answer_costs_no_budget(
    server: ScriptedServer, open_door: OpenDoor
) -> None:
    server.play()
    cap = Cap()
    door = open_door(outfit=Outfit(budget=cap, cache=Answers()))
    with collecting(whose=HERE):
        await door.gateway.ask(ask_for())
        cap.cap_usd = -1.0
        assert (await door.gateway.ask(ask_for())).text
    assert len(cap.told) == 1
