"""The kinds of column over the rooms of a workspace. Imported with the first run or plan: to look
and to add needs none of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from casework.base.settings import Settings
from casework.engine.readings import RecordedReadings
from casework.models.endpoints import Endpoints
from casework.models.gateway import Gateway
from casework.sandbox.rules import RuleEngine
from casework.sdk.parsing import Parsing
from casework.sdk.reading_order import chosen_of, order_of
from casework.steps.ask import AskStep
from casework.steps.cascade import Beside, Chosen, Sureness
from casework.steps.choice import ModelChoice
from casework.steps.document import DocumentStep
from casework.steps.extract import ExtractStep
from casework.steps.given import GivenStep
from casework.steps.kinds import Order, StepKind, StepKinds
from casework.steps.learned import LearnedAtWork, NothingLearned
from casework.steps.person import PersonStep
from casework.steps.python import Function, PythonStep
from casework.steps.reach import Reach
from casework.steps.reason import ReasonStep
from casework.steps.rule import RuleStep
from casework.steps.sources import Sources
from casework.steps.split import SplitStep
from casework.steps.stoppable import StoppableThreads
from casework.steps.template import TemplateStep
from casework.steps.write import WriteStep
from casework.store.store import Store
from casework.types.needs import ModelCalls
from casework.types.procedure import By


class Workplace(Protocol):
    """The rooms that columns work with."""

    settings: Settings
    store: Store
    endpoints: Endpoints
    gateway: Gateway
    parsing: Parsing
    rules: RuleEngine
    threads: StoppableThreads


def kinds_of(
    rooms: Workplace,
    functions: Mapping[str, Function] | None = None,
    *,
    recorded: ModelCalls | None = None,
    sureness: Sureness | None = None,
    learned: LearnedAtWork | None = None,
    calls: ModelCalls | None = None,
) -> StepKinds:
    """The kinds of column; `functions` are those of a trusted Python procedure. With `recorded`
    answers models are asked nothing, and only a step that names one is read by one. `learned` is at
    work on its steps. `calls` stands between them and the gateway."""
    calls = recorded or calls or rooms.gateway
    with_model = recorded is None and rooms.settings.text("extract.with") == "auto"
    order = order_of(rooms.settings) if with_model else ()
    models = ModelChoice(rooms.endpoints, with_model, order)
    sources = Sources(rooms.parsing)
    window = rooms.settings.integer("model.window")
    learned = learned or NothingLearned()
    reach = reach_of(rooms.settings)
    asking = AskStep(calls, sources, models, reach=reach, learned=learned)
    kinds: dict[By, StepKind] = {
        "document": DocumentStep(ExtractStep(sources, learned), asking, models, SplitStep(sources)),
        "given": GivenStep(sources),
        "model": ReasonStep(calls, models, window=window),
        "rule": RuleStep(rooms.rules),
        "python": PythonStep(
            functions or {}, rooms.threads, seconds=rooms.settings.number("python.seconds")
        ),
        "person": PersonStep(),
    }
    writer = WriteStep(calls, sources, models, window=window)
    writing: dict[By, StepKind] = {"document": writer, "model": writer, "rule": TemplateStep()}
    readings = RecordedReadings(rooms.store.cells)
    sure = Chosen() if recorded else sureness or chosen_of(rooms.settings)
    beside = Beside(sure, learned, readings)
    return StepKinds(
        kinds, rooms.rules, writing=writing, readings=readings, order=Order(models, beside)
    )


def reach_of(settings: Settings) -> Reach:
    """How much of documents one cell reads; never more calls than its cap allows."""
    most = settings.integer("budget.cell_calls") or None
    calls, all_calls = (
        min(settings.integer(name), most) if most else settings.integer(name)
        for name in ("extract.calls", "extract.all_calls")
    )
    return Reach(settings.integer("model.window"), calls, all_calls)
