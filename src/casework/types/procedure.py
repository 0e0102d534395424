"""A procedure and its steps, as they mean, not as they are written."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, get_args

from casework.types.values import Json, ValueType

By = Literal[
    "document",
    "model",
    "rule",
    "python",
    "person",
    "lookup",
    "judge",
    "agent",
    "action",
    "given",
]
GIVEN: By = "given"
"""A column of a table, filled by the row it stands in: nobody writes `by: given`."""
BY_NAMES: tuple[By, ...] = tuple(name for name in get_args(By) if name != GIVEN)
ReviewPolicy = Literal["always", "unsure", "never", "twice"]
JOINT = " + "
"""Between the resources of a step that needs more than one at once."""
REVIEW_POLICIES: tuple[ReviewPolicy, ...] = get_args(ReviewPolicy)


@dataclass(frozen=True, slots=True)
class Rule:
    """An expression over steps. `text` has `{step-id}` references; `source` is as written.

    `line` is its 1-based line in the procedure (0 when written in Python).
    """

    text: str
    source: str
    references: tuple[str, ...]
    line: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """One column. `instruction` has its references as `{step-id}`.

    `references` are the ids of the steps that it reads, conditions included, in order of first
    use. `first_name` is the name that gave the id; `name` the heading of today. `sources` are the
    kinds of documents it may read (empty: all). `code` is the source of a python step.

    `nested` are the steps of the rows of a table (its own columns first, filled by `given`), as
    written; `nested_order` their ids so that each comes after what it reads. `split` is the id of
    the column that says which pages belong to a row, '' where rows are no parts of documents.
    References of a nested step are ids beside it, else of the steps around its table; a dotted
    one (`lines.amount`) is a column of all rows of a table.

    `second` is who reads again (`yes`: the same model once more; a role, `provider:model` or
    `embedded`; '' nobody), `third` who decides where the two disagree ('' a person). A `template`
    is filled in without a model. `batch` says that answers may come hours later for less.

    `readers` are who reads one after the other, each only where the one before it was not sure
    enough: `embedded`, roles or `provider:model`; empty where the step has one reader.
    """

    id: str
    name: str
    type: ValueType
    by: By
    instruction: str = ""
    first_name: str = ""
    references: tuple[str, ...] = ()
    rule: Rule | None = None
    when: Rule | None = None
    sources: tuple[str, ...] = ()
    model: str = ""
    review: ReviewPolicy = "unsure"
    owner: str = ""
    code: str = ""
    line: int = 0
    split: str = ""
    nested: tuple[Step, ...] = ()
    nested_order: tuple[str, ...] = ()
    second: str = ""
    third: str = ""
    template: bool = False
    batch: bool = False
    readers: tuple[str, ...] = ()

    @property
    def reads_documents(self) -> bool:
        """Whether the documents of the case are inputs of this step."""
        return self.by == "document"


@dataclass(frozen=True, slots=True)
class Procedure:
    """Steps in written order; `order` lists their ids so that each comes after what it reads."""

    name: str
    preamble: str
    steps: tuple[Step, ...]
    order: tuple[str, ...]
    text: str = ""
    by_id: dict[str, Step] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        self.by_id.update({step.id: step for step in self.steps})

    def step(self, id: str) -> Step:
        """The step of this id; raises KeyError."""
        return self.by_id[id]


@dataclass(frozen=True, slots=True)
class Method:
    """How a step is carried out: part of its meaning.

    `name` and `version` name the code that does it; `model` is the requested role or
    `provider:model` with its settings; `resource` is what limits it: '' (nothing but the CPU), the
    name of a model whose calls in flight are bounded, or several joined by `JOINT`.
    """

    name: str
    version: str
    model: str = ""
    settings: dict[str, Json] = field(default_factory=dict)
    resource: str = ""
    calls: int = 1
    """How many calls of models one cell is expected to make, where it makes any."""
    window: int = 0
    """Letters of documents that one call carries, where longer ones are read in parts; else 0."""
    most_calls: int = 1
    """How many parts of longer documents one cell is expected to read at most."""

    def calls_for(self, letters: int) -> int:
        """How many calls one cell is expected to make whose documents have so many letters."""
        if not self.window or letters <= self.window:
            return self.calls
        return self.calls * min(max(1, self.most_calls), -(-letters // self.window))
