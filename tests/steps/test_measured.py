"""How sure an answer is: measured or said not to be; never a number that was made up."""

from __future__ import annotations

from dataclasses import replace

from casework.extraction.learned import nothing_learned
from casework.judges.confidence import Calibration, confidence
from casework.steps.extract import ExtractStep
from casework.steps.learned import AtWork, NothingLearned
from casework.steps.measured import measured, read_signals, twice_read
from casework.steps.second import ReadTwice
from casework.steps.settle import Quote, prove
from casework.steps.sources import Sources
from casework.types.case import Outcome, OutcomeKind
from casework.types.label import Label
from casework.types.needs import StepTask
from casework.types.procedure import Method, Step
from casework.types.proof import Proof
from casework.types.values import Json, ValueType
from tests.steps.material import Shelf, task

PROCEDURE = "# P\n\n## Total due\n- type: money\n"
BILL = "Bill\n\nNet amount: EUR 100.00\nTotal due: EUR 119.00\n"
SURE = Calibration({"chance": 2.0, "proved": 1.0, "reader_agrees": 1.5}, -1.0, 40)
LABEL = Label(frozenset({"learned:v1"}), frozenset({"legal"}))
SOLID = Outcome("value", value="12", proof=Proof("derived"))


class Always:
    """The same version for whoever asks, and who asked."""

    def __init__(self, at_work: AtWork) -> None:
        self.at_work = at_work
        self.asked: list[frozenset[str] | None] = []

    def mark(self, step: Step) -> str:
        return "1.abc"

    async def of(self, step: Step, readers: frozenset[str] | None) -> AtWork | None:
        self.asked.append(readers)
        return self.at_work


def test_without_a_calibration_there_is_no_confidence() -> None:
    found = measured(SOLID, {"chance": 0.9}, None)
    assert found.confidence is None
    assert found.signals == {"chance": 0.9, "proved": 1.0}


def test_signals_are_weighed_by_the_calibration() -> None:
    found = measured(SOLID, {"chance": 0.9}, SURE)
    assert found.confidence == confidence({"chance": 0.9, "proved": 1.0}, SURE)
    weaker = measured(replace(SOLID, proof=Proof("unproved")), {"chance": 0.9}, SURE)
    assert (weaker.confidence or 0) < (found.confidence or 0)


def test_failures_and_waits_are_not_measured() -> None:
    kinds: tuple[OutcomeKind, ...] = ("failed", "waiting", "skipped")
    for kind in kinds:
        outcome = Outcome(kind, reason="because")
        assert measured(outcome, {"chance": 0.9}, SURE) == outcome


def test_an_absence_has_no_proof_of_a_value() -> None:
    found = measured(Outcome("absent", absence="not_found", reason="no"), {"absent": 1.0}, SURE)
    assert "proved" not in found.signals
    assert found.confidence is not None


def test_agreement_is_weighed_where_something_was_measured() -> None:
    alone = measured(SOLID, {"chance": 0.5}, SURE)
    agreed, not_so = (twice_read(alone, SURE, agrees=one) for one in (True, False))
    assert agreed.signals["reader_agrees"] == 1.0
    assert (agreed.confidence or 0) > (not_so.confidence or 1) == alone.confidence
    unmeasured = twice_read(measured(SOLID, {}, None), SURE, agrees=True)
    assert unmeasured.confidence is None


async def test_what_a_model_read_is_as_sure_as_its_least_sure_word() -> None:
    shelf = Shelf({"scan.txt": BILL})
    made = shelf.document("scan.txt")
    (page,) = made.pages
    poor = tuple(0.64 if page.text[w.start : w.end] == "119.00" else 0.98 for w in page.words)
    shelf.put("scan.txt", replace(made, pages=(replace(page, confidences=poor),)))
    scanned = await shelf.sources()
    typed = await Shelf({"bill.txt": BILL}).sources()
    money = ValueType("money")
    value: Json = {"amount": "119.00", "currency": "EUR"}
    for sources, told in ((scanned, {"absent": 0.0, "recognised": 0.64}), (typed, {"absent": 0.0})):
        proof = prove(value, money, (Quote("Total due: EUR 119.00"),), sources)
        assert read_signals(Outcome("value", value=value, proof=proof), sources) == told


async def test_the_extractor_says_how_sure_it_is_and_whose_label_it_bears() -> None:
    shelf = Shelf({"bill.txt": BILL})
    shelf.members[0] = replace(shelf.members[0], readers=frozenset({"legal", "board"}))
    learned = Always(AtWork("v1", nothing_learned(), SURE, LABEL))
    step = ExtractStep(Sources(shelf), learned)
    outcome = await step.run(task(PROCEDURE, "total-due", shelf))
    assert outcome.confidence == confidence(outcome.signals, SURE)
    assert {"chance", "margin", "zero_agrees", "proved"} <= outcome.signals.keys()
    assert outcome.label == LABEL
    assert learned.asked == [frozenset({"legal", "board"})]


async def test_the_method_names_what_is_at_work() -> None:
    shelf = Shelf({"bill.txt": BILL})
    asked = task(PROCEDURE, "total-due", shelf).step
    plain = ExtractStep(Sources(shelf)).method(asked).version
    assert ExtractStep(Sources(shelf), NothingLearned()).method(asked).version == plain
    learned = ExtractStep(Sources(shelf), Always(AtWork("v1", None, None)))
    assert learned.method(asked).version == f"{plain} learned 1.abc"


async def test_a_version_for_models_says_nothing_of_the_extractor() -> None:
    shelf = Shelf({"bill.txt": BILL})
    learned = Always(AtWork("v1", None, None, LABEL, None, SURE))
    outcome = await ExtractStep(Sources(shelf), learned).run(task(PROCEDURE, "total-due", shelf))
    assert outcome.confidence is None
    assert outcome.label == Label()
    assert "zero_agrees" not in outcome.signals


class Two:
    """A kind of column with two readers: a model that says `second`, and the extractor."""

    def __init__(self, second: str) -> None:
        self.second = second

    def method(self, step: Step) -> Method:
        return Method("extract.model" if step.model else "extract.embedded", "1", step.model)

    def blocked(self, step: Step) -> None:
        return None

    async def run(self, task: StepTask) -> Outcome:
        value = self.second if task.step.model else "12"
        outcome = Outcome("value", value=value, proof=Proof("derived"), model=task.step.model)
        return measured(outcome, {"chance": 0.5}, None if task.step.model else SURE)


async def test_where_a_second_reader_agrees_the_first_is_surer() -> None:
    shelf = Shelf({"bill.txt": BILL})
    told = "# P\n\n## Total due\n- type: text\n- second: house:one\n"
    asked = task(told, "total-due", shelf)
    at_work = AtWork("v1", nothing_learned(), SURE)
    agreed = await ReadTwice(Two("12"), None, Always(at_work)).run(asked)
    assert agreed.signals == {"chance": 0.5, "proved": 1.0, "reader_agrees": 1.0}
    assert agreed.confidence == confidence(agreed.signals, SURE)
    assert agreed.confidence > confidence({"chance": 0.5, "proved": 1.0}, SURE)
    assert [one.confidence is None for one in agreed.proof.readings] == [False, True]
    split = await ReadTwice(Two("13"), None, Always(at_work)).run(asked)
    assert (split.absence, split.confidence) == ("conflict", None)
