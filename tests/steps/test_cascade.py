"""An order of readers: each reads only what the one before it was not sure enough of, every reading
is kept, and who answered is no part of the meaning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import cast

import pytest

from casework.base.errors import InvalidAnswerError, ModelError
from casework.judges.confidence import Calibration
from casework.models.border import Border
from casework.models.endpoints import build_endpoints
from casework.models.gateway import Gateway
from casework.models.testing import ScriptedServer
from casework.models.transport import AiohttpTransport
from casework.observe.collect import Collected, collecting
from casework.steps.ask import AskStep
from casework.steps.cascade import Beside, Cascade, Chosen, stage_reading
from casework.steps.choice import EMBEDDED, ModelChoice
from casework.steps.document import DocumentStep
from casework.steps.extract import ExtractStep
from casework.steps.kinds import Order, StepKinds
from casework.steps.learned import AtWork, NothingLearned
from casework.steps.reach import Reach
from casework.steps.rule import RuleEvaluator
from casework.steps.sources import Sources
from casework.types.case import Outcome
from casework.types.confidence import READER_AGREES
from casework.types.needs import Blocked, StepTask
from casework.types.procedure import Method, Step
from casework.types.values import Json
from tests.steps.material import Shelf, task
from tests.steps.test_second import NET, NOTHING, RIGHT, TOTAL, WRONG, Known, play, procedure

BILL = "Bill\n\nNet: EUR 100.00\nTotal due: EUR 119.00\n"
ORDER = "readers: embedded, house:one, house:two"


class Measured:
    """A kind of column whose readers are as sure as they are told to be, by name."""

    def __init__(self, inner: DocumentStep, sure: Mapping[str, float]) -> None:
        self._inner = inner
        self._sure = sure

    def method(self, step: Step) -> Method:
        return self._inner.method(step)

    def blocked(self, step: Step) -> Blocked | None:
        return self._inner.blocked(step)

    async def run(self, task: StepTask) -> Outcome:
        outcome = await self._inner.run(task)
        return replace(outcome, confidence=self._sure.get(task.step.model))


@dataclass
class Calibrated(NothingLearned):
    """A step whose confidence hangs on whether another reader agrees."""

    asked: list[str] = field(default_factory=list)

    async def of(self, step: Step, readers: frozenset[str] | None) -> AtWork | None:
        self.asked.append(step.model)
        return AtWork("v", None, None, of_model=Calibration({READER_AGREES: 6.0}, -3.0, 20))


@dataclass(frozen=True)
class Thresholds:
    """Implements `Sureness`: thresholds by the name of the reader."""

    by_name: Mapping[str, float]

    def threshold(self, step: Step, stage: str, mark: str) -> float | None:
        return self.by_name.get(stage)


class Readers:
    """The kinds of column over the extractor and models `house:one` to `house:three`."""

    def __init__(
        self,
        server: ScriptedServer,
        *,
        sure: Mapping[str, float] | None = None,
        thresholds: Mapping[str, float] | None = None,
        known: Known | None = None,
        learned: NothingLearned | None = None,
        order: tuple[str, ...] = (),
        roles: Mapping[str, str] | None = None,
    ) -> None:
        providers: dict[str, dict[str, str | int | float | bool]] = {
            "house": {"base_url": server.base_url, "key_env": ""}
        }
        endpoints = build_endpoints(
            roles=dict(roles or {"default": "house:one"}),
            providers=providers,
            find_key=lambda *_: None,
        )
        self.gateway = Gateway(endpoints, Border(AiohttpTransport(), endpoints.hosts))
        self.shelf = Shelf({"bill.txt": BILL})
        self.models, sources = ModelChoice(endpoints, order=order), Sources(self.shelf)
        asking = AskStep(self.gateway, sources, self.models, reach=Reach(10_000))
        documents = DocumentStep(ExtractStep(sources), asking, self.models)
        beside = Beside(Thresholds(thresholds or {}), learned or NothingLearned(), known)
        self.kinds = StepKinds(
            {"document": Measured(documents, sure or {})},
            cast(RuleEvaluator, None),  # no condition is asked here
            order=Order(self.models, beside),
        )
        self.collected: Collected | None = None

    def method(self, *keys: str) -> Method:
        return self.kinds.method(task(procedure(*keys), "total-due", self.shelf).step)

    async def run(self, *keys: str, attempt: int = 0) -> Outcome:
        wanted = replace(task(procedure(*keys), "total-due", self.shelf), attempt=attempt)
        try:
            with collecting() as self.collected:
                return await self.kinds.run(wanted)
        finally:
            await self.gateway.close()


async def test_a_reader_that_is_sure_enough_answers_and_nobody_else_is_asked(
    server: ScriptedServer,
) -> None:
    play(server, one=WRONG)
    readers = Readers(server, sure={EMBEDDED: 0.97}, thresholds={EMBEDDED: 0.95})
    outcome = await readers.run(ORDER)
    assert outcome.value == TOTAL
    assert (outcome.confidence, outcome.model, outcome.usage.calls) == (0.97, "", 0)
    assert [(r.who, r.agrees, r.confidence) for r in outcome.proof.readings] == [
        ("embedded", True, 0.97)
    ]
    assert server.stats().calls == 0


@pytest.mark.parametrize(
    ("sure", "thresholds", "why"),
    [
        ({EMBEDDED: 0.9}, {EMBEDDED: 0.95}, "passed on: 90.0% sure, 95.0% would be enough"),
        ({EMBEDDED: 0.99}, {}, "passed on: 99% sure, and no threshold holds yet"),
        ({}, {EMBEDDED: 0.5}, "passed on: how sure it is was not measured yet"),
    ],
)
async def test_what_a_reader_is_not_sure_enough_of_is_passed_on_with_the_reason(
    server: ScriptedServer, sure: dict[str, float], thresholds: dict[str, float], why: str
) -> None:
    play(server, one=RIGHT)
    outcome = await Readers(server, sure=sure, thresholds=thresholds).run(
        "readers: embedded, house:one"
    )
    assert outcome.value == TOTAL
    assert [r.who for r in outcome.proof.readings] == ["embedded", "house:one"]
    assert outcome.proof.readings[0].note == why
    assert outcome.usage.calls == 1


async def test_the_last_readers_answer_stands_though_it_disagrees_and_is_unsure(
    server: ScriptedServer,
) -> None:
    play(server, one=NOTHING, two=WRONG)
    outcome = await Readers(server, sure={"house:two": 0.1}).run(ORDER)
    assert (outcome.value, outcome.confidence) == (NET, 0.1)
    assert [(r.who, r.value, r.absence, r.agrees) for r in outcome.proof.readings] == [
        ("embedded", TOTAL, "", False),
        ("house:one", None, "not_found", False),
        ("house:two", NET, "", True),
    ]
    assert outcome.usage.calls == 2
    assert {source[:9] for source in outcome.label.sources} >= {"model:one", "model:two"}
    found = stage_reading(outcome, "embedded")
    assert found is not None
    assert found.citations[0].quote == "EUR 119.00"
    assert stage_reading(outcome, "house:three") is None


@pytest.mark.parametrize(("said", "agrees"), [(RIGHT, 1.0), (WRONG, 0.0)])
async def test_agreement_with_an_earlier_reader_is_a_signal(
    server: ScriptedServer, said: Json, agrees: float
) -> None:
    play(server, one=said)
    outcome = await Readers(server).run("readers: embedded, house:one")
    assert outcome.signals[READER_AGREES] == agrees


async def test_a_confidence_that_was_measured_is_measured_with_the_agreement(
    server: ScriptedServer,
) -> None:
    play(server, one=RIGHT)
    learned = Calibrated()
    outcome = await Readers(server, sure={"house:one": 0.5}, learned=learned).run(
        "readers: embedded, house:one"
    )
    assert learned.asked == ["house:one"]
    assert outcome.confidence == pytest.approx(0.9526, abs=1e-4)


async def test_a_confidence_that_was_not_measured_is_not_made_up_from_agreement(
    server: ScriptedServer,
) -> None:
    play(server, one=RIGHT)
    learned = Calibrated()
    outcome = await Readers(server, learned=learned).run("readers: embedded, house:one")
    assert outcome.confidence is None
    assert learned.asked == []


async def test_a_reader_without_a_usable_answer_passes_on_and_is_counted(
    server: ScriptedServer,
) -> None:
    play(server, one="no answer", two=RIGHT)
    outcome = await Readers(server).run("readers: house:one, house:two")
    assert outcome.value == TOTAL
    first = outcome.proof.readings[0]
    assert (first.who, first.absence, first.agrees) == ("house:one", "failed", False)
    assert READER_AGREES not in outcome.signals


async def test_the_last_reader_without_a_usable_answer_fails_the_cell(
    server: ScriptedServer,
) -> None:
    play(server, one="no answer")
    with pytest.raises(InvalidAnswerError):
        await Readers(server).run("readers: embedded, house:one")


async def test_a_model_that_is_down_is_not_left_out(server: ScriptedServer) -> None:
    server.play(
        {"rules": [{"model": "^one$", "error": "bad_request"}, {"model": "^two$", "answer": RIGHT}]}
    )
    with pytest.raises(ModelError):
        await Readers(server).run(ORDER)


async def test_a_reader_without_a_model_blocks_the_step(server: ScriptedServer) -> None:
    readers = Readers(server, roles={"default": ""})
    wanted = task(procedure("readers: embedded, small"), "total-due", readers.shelf).step
    blocked = readers.kinds.blocked(wanted)
    await readers.gateway.close()
    assert blocked is not None
    assert blocked.waiting_for == "model"


async def test_each_reader_has_a_span_that_tells_what_was_decided(server: ScriptedServer) -> None:
    play(server, one=RIGHT)
    readers = Readers(server, sure={EMBEDDED: 0.9}, thresholds={EMBEDDED: 0.95})
    await readers.run("readers: embedded, house:one")
    assert readers.collected is not None
    told = {
        span.name: span.attributes
        for span in readers.collected.spans
        if span.name.startswith("reader ")
    }
    assert list(told) == ["reader embedded", "reader house:one"]
    assert told["reader embedded"]["casework.reader.threshold"] == 0.95
    decision = told["reader embedded"]["casework.reader.decision"]
    assert decision == "passed on: 90.0% sure, 95.0% would be enough"
    assert told["reader house:one"]["casework.reader.decision"] == "last"


async def test_a_reading_that_is_known_is_not_paid_for_again(server: ScriptedServer) -> None:
    play(server, two=WRONG)
    known = Known("house:one", Outcome("value", value=TOTAL))
    outcome = await Readers(server, known=known).run("readers: embedded, house:one")
    assert (outcome.value, outcome.usage.calls) == (TOTAL, 0)
    assert server.stats().calls == 0


async def test_a_forced_run_asks_all_of_them_anew(server: ScriptedServer) -> None:
    play(server, one=WRONG)
    known = Known("house:one", Outcome("value", value=TOTAL))
    outcome = await Readers(server, known=known).run("readers: embedded, house:one", attempt=1)
    assert (outcome.value, outcome.usage.calls) == (NET, 1)


async def test_names_that_mean_one_model_read_once(server: ScriptedServer) -> None:
    play(server, one=RIGHT)
    outcome = await Readers(server).run("readers: embedded, small, default")
    assert [r.who for r in outcome.proof.readings] == ["embedded", "house:one"]
    assert outcome.usage.calls == 1


async def test_the_order_is_in_the_meaning_and_thresholds_are_not(server: ScriptedServer) -> None:
    plain = Readers(server)
    told = plain.method(ORDER)
    sure = Readers(server, thresholds={EMBEDDED: 0.5}).method(ORDER)
    assert told == sure
    assert told.settings == {"readers": ["embedded", "house:one", "house:two"]}
    assert told.calls == 2
    assert told.resource == "model:house:one + model:house:two"
    assert told != plain.method("readers: embedded, house:two, house:one")


async def test_the_default_order_reads_steps_that_name_nobody(server: ScriptedServer) -> None:
    order = ("embedded", "small", "default")
    readers = Readers(server, order=order)
    assert readers.method().settings == {"readers": ["embedded", "house:one"]}
    assert readers.method("model: house:two").name == "extract.model"
    assert readers.method("model: embedded").name == "extract.embedded"


async def test_without_a_model_the_default_order_leaves_the_embedded_extractor(
    server: ScriptedServer,
) -> None:
    readers = Readers(server, order=("embedded", "small"), roles={"default": ""})
    assert readers.method() == readers.method("model: embedded")
    outcome = await readers.run()
    assert (outcome.value, outcome.proof.readings) == (TOTAL, ())


def test_a_chosen_threshold_is_for_every_reader_and_none_by_default() -> None:
    step = task(procedure(), "total-due").step
    assert Chosen(0.9).threshold(step, "house:one", "") == 0.9
    assert Chosen().threshold(step, EMBEDDED, "") is None


def test_a_cascade_says_who_begins_it(server: ScriptedServer) -> None:
    models = Readers(server).models
    begins = task(procedure("readers: embedded, house:one"), "total-due").step
    asks = task(procedure("readers: house:one, house:two"), "total-due").step
    assert (models.reads_with_model(begins), models.reads_with_model(asks)) == (False, True)
    assert isinstance(Cascade, type)
