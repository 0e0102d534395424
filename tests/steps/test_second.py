"""A second reader: agreement is evidence, disagreement goes to a third or to a person, and a first
reading that is known is not paid for again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from casework.base.errors import InvalidAnswerError
from casework.models.border import Border
from casework.models.endpoints import build_endpoints
from casework.models.gateway import Gateway
from casework.models.testing import ScriptedServer
from casework.models.transport import AiohttpTransport
from casework.steps.ask import AskStep
from casework.steps.choice import ModelChoice
from casework.steps.document import DocumentStep
from casework.steps.extract import ExtractStep
from casework.steps.reach import Reach
from casework.steps.second import ReadTwice
from casework.steps.sources import Sources
from casework.types.case import Outcome
from casework.types.needs import StepTask
from casework.types.procedure import Method
from casework.types.values import Json
from tests.steps.material import Shelf, task

BILL = "Bill\n\nNet: EUR 100.00\nTotal due: EUR 119.00\n"
TOTAL: Json = {"amount": "119.00", "currency": "EUR"}
NET: Json = {"amount": "100.00", "currency": "EUR"}


def procedure(*keys: str) -> str:
    told = "".join(f"- {key}\n" for key in keys)
    return f"# P\n\n## Total due\n- type: money\n{told}The amount due.\n"


def answer(value: Json, quote: str) -> Json:
    quotes: list[Json] = [{"document": "d1", "quote": quote}]
    return {"status": "found", "value": value, "quotes": quotes, "note": ""}


RIGHT = answer(TOTAL, "Total due: EUR 119.00")
WRONG = answer(NET, "Net: EUR 100.00")
NOTHING: Json = {"status": "not_found", "value": None, "quotes": [], "note": ""}


class Known:
    """Implements `Readings`: knows one outcome of one model."""

    def __init__(self, model: str, outcome: Outcome) -> None:
        self.model = model
        self.outcome = outcome

    async def of(self, task: StepTask, method: Method) -> Outcome | None:
        return self.outcome if method.model == self.model else None


class Readers:
    """A kind of column over three models, `house:one` to `house:three`, and the extractor."""

    def __init__(self, server: ScriptedServer, known: Known | None = None) -> None:
        providers = {"house": {"base_url": server.base_url, "key_env": ""}}
        endpoints = build_endpoints(
            roles={"default": "house:one"}, providers=providers, find_key=lambda *_: None
        )
        self.gateway = Gateway(endpoints, Border(AiohttpTransport(), endpoints.hosts))
        self.shelf = Shelf({"bill.txt": BILL})
        models, sources = ModelChoice(endpoints), Sources(self.shelf)
        asking = AskStep(self.gateway, sources, models, reach=Reach(10_000))
        self.kind = ReadTwice(DocumentStep(ExtractStep(sources), asking, models), known)

    async def run(self, *keys: str, attempt: int = 0) -> Outcome:
        wanted = replace(task(procedure(*keys), "total-due", self.shelf), attempt=attempt)
        try:
            return await self.kind.run(wanted)
        finally:
            await self.gateway.close()


def play(server: ScriptedServer, **said: Json) -> None:
    server.play({"rules": [{"model": f"^{name}$", "answer": told} for name, told in said.items()]})


async def test_two_readers_that_agree_give_the_value_with_both_readings(
    server: ScriptedServer,
) -> None:
    play(server, one=RIGHT, two=RIGHT)
    outcome = await Readers(server).run("second: house:two")
    assert outcome.value == TOTAL
    assert [(r.who, r.agrees) for r in outcome.proof.readings] == [
        ("house:one", True),
        ("house:two", True),
    ]
    assert outcome.proof.readings[1].citations[0].quote == "Total due: EUR 119.00"
    assert outcome.usage.calls == 2
    assert {source[:9] for source in outcome.label.sources} == {"model:one", "model:two"}


async def test_readers_that_disagree_make_a_conflict_that_shows_both_places(
    server: ScriptedServer,
) -> None:
    play(server, one=RIGHT, two=WRONG)
    outcome = await Readers(server).run("second: house:two")
    assert (outcome.kind, outcome.absence) == ("absent", "conflict")
    assert "house:one says EUR 119.00 (bill.txt p. 1)" in outcome.reason.replace("line 4", "p. 1")
    assert "house:two says EUR 100.00" in outcome.reason
    assert [c.quote for c in outcome.proof.citations] == [
        "Total due: EUR 119.00",
        "Net: EUR 100.00",
    ]


async def test_a_third_reader_decides(server: ScriptedServer) -> None:
    play(server, one=WRONG, two=RIGHT, three=RIGHT)
    outcome = await Readers(server).run("second: house:two", "third: house:three")
    assert outcome.value == TOTAL
    assert [r.agrees for r in outcome.proof.readings] == [False, True, True]
    assert outcome.usage.calls == 3


async def test_a_third_reader_is_not_asked_where_two_agree(server: ScriptedServer) -> None:
    play(server, one=RIGHT, two=RIGHT, three=WRONG)
    outcome = await Readers(server).run("second: house:two", "third: house:three")
    assert outcome.usage.calls == 2


async def test_three_opinions_are_a_conflict(server: ScriptedServer) -> None:
    play(server, one=WRONG, two=RIGHT, three=NOTHING)
    outcome = await Readers(server).run("second: house:two", "third: house:three")
    assert outcome.absence == "conflict"
    assert "house:three says not found" in outcome.reason


async def test_the_embedded_extractor_is_a_second_reader_without_a_call(
    server: ScriptedServer,
) -> None:
    play(server, one=RIGHT)
    outcome = await Readers(server).run("second: embedded")
    assert outcome.value == TOTAL
    assert [r.who for r in outcome.proof.readings] == ["house:one", "embedded"]
    assert server.stats().calls == 1


async def test_a_value_and_an_absence_disagree(server: ScriptedServer) -> None:
    play(server, one=NOTHING)
    outcome = await Readers(server).run("second: embedded")
    assert outcome.absence == "conflict"
    assert "house:one says not found" in outcome.reason


async def test_two_readers_that_find_nothing_agree(server: ScriptedServer) -> None:
    play(server, one=NOTHING, two=NOTHING)
    outcome = await Readers(server).run("second: house:two")
    assert outcome.absence == "not_found"
    assert [r.agrees for r in outcome.proof.readings] == [True, True]


async def test_the_same_model_is_asked_again_as_another_attempt(server: ScriptedServer) -> None:
    play(server, one=RIGHT)
    readers = Readers(server)
    outcome = await readers.run("second: yes")
    assert server.stats().calls == 2
    assert [r.who for r in outcome.proof.readings] == ["house:one", "house:one"]


async def test_a_first_reading_that_is_known_is_not_paid_for_again(server: ScriptedServer) -> None:
    play(server, one=RIGHT, two=RIGHT)
    first = await Readers(server).run("second: house:two")
    known = Known("house:one", replace(first, proof=replace(first.proof, readings=())))
    play(server, one=WRONG, two=RIGHT)
    again = await Readers(server, known).run("second: house:two")
    assert again.value == TOTAL
    assert (server.stats().calls, again.usage.calls) == (1, 1)


async def test_a_forced_run_asks_everybody_anew(server: ScriptedServer) -> None:
    play(server, one=RIGHT, two=RIGHT)
    first = await Readers(server).run("second: house:two")
    play(server, one=RIGHT, two=RIGHT)
    await Readers(server, Known("house:one", first)).run("second: house:two", attempt=1)
    assert server.stats().calls == 2


async def test_a_reader_whose_answer_cannot_be_used_spoils_the_step_and_says_so(
    server: ScriptedServer,
) -> None:
    play(server, one=RIGHT, two={"status": "found", "value": "plenty", "quotes": [], "note": ""})
    with pytest.raises(InvalidAnswerError):
        await Readers(server).run("second: house:two")


def test_who_reads_is_a_part_of_the_meaning_and_of_what_limits_it(server: ScriptedServer) -> None:
    kind = Readers(server).kind
    methods = [
        kind.method(task(procedure(*keys), "total-due").step)
        for keys in (("second: house:two",), ("second: house:two", "third: house:three"))
    ]
    assert methods[0].model == "house:one"
    assert methods[0].settings != methods[1].settings
    assert methods[0].resource == "model:house:one + model:house:two"


def test_the_extractor_does_not_confirm_itself() -> None:
    endpoints = build_endpoints(roles={}, providers={}, find_key=lambda *_: None)
    models, sources = ModelChoice(endpoints), Sources(Shelf({}))
    asking = AskStep(None, sources, models, reach=Reach(10))  # type: ignore[arg-type]
    kind = ReadTwice(DocumentStep(ExtractStep(sources), asking, models))
    blocked = kind.blocked(task(procedure("second: embedded"), "total-due").step)
    assert blocked is not None
    assert "finds the same again" in blocked.reason
    blocked = kind.blocked(task(procedure("second: yes"), "total-due").step)
    assert blocked is not None
    assert "model.default" in blocked.reason
