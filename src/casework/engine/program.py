"""A procedure made ready to run: each step with its method, its meaning and what it reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from casework.base.hashing import digest
from casework.procedures.meaning import meaning_of
from casework.procedures.rules import reads_today
from casework.types.case import CaseDocument
from casework.types.needs import Blocked, Steps
from casework.types.procedure import Method, Procedure, Rule, Step
from casework.types.values import Json


@dataclass(frozen=True, slots=True)
class Column:
    """A step made ready. `mark` is the digest of its meaning; `blocked` why it cannot run now."""

    step: Step
    method: Method
    meaning: Mapping[str, Json]
    mark: str
    blocked: Blocked | None
    condition_today: bool
    today: bool

    def documents(self, documents: Sequence[CaseDocument]) -> tuple[CaseDocument, ...]:
        """Those of a case's documents that this step may read."""
        if not self.step.reads_documents:
            return ()
        wanted = self.step.sources
        if not wanted:
            return tuple(documents)
        return tuple(d for d in documents if any(d.is_a(kind) for kind in wanted))


@dataclass(frozen=True, slots=True)
class Program:
    """All columns, each after those that it reads. `today` is the run's date (YYYY-MM-DD)."""

    procedure: Procedure
    columns: tuple[Column, ...]
    today: str
    version: int = 0
    by_id: dict[str, Column] = field(default_factory=dict, compare=False, repr=False)
    places: dict[str, int] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        self.by_id.update({column.step.id: column for column in self.columns})
        self.places.update({column.step.id: at for at, column in enumerate(self.columns)})

    def name(self, step_id: str) -> str:
        """The heading of a step as it is today."""
        column = self.by_id.get(step_id)
        return column.step.name if column else step_id


def make_program(procedure: Procedure, steps: Steps, *, today: str, version: int = 0) -> Program:
    """Make a procedure ready to run with these kinds of steps."""
    columns = []
    for step_id in procedure.order:
        step = procedure.step(step_id)
        method = steps.method(step)
        meaning = meaning_of(step, procedure, method)
        columns.append(
            Column(
                step,
                method,
                meaning,
                digest(meaning),
                steps.blocked(step),
                _reads_today(step.when),
                _reads_today(step.rule) or _reads_today(step.when),
            )
        )
    return Program(procedure, tuple(columns), today, version)


def _reads_today(rule: Rule | None) -> bool:
    return rule is not None and reads_today(rule)
