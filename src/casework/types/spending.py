"""What calls of models used, summed; and how much of it may be used. Runs and stores nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, get_args

from casework.types.usage import Usage

CapScope = Literal["cell", "case", "worksheet", "day", "model"]
CAP_SCOPES: tuple[CapScope, ...] = get_args(CapScope)


@dataclass(frozen=True, slots=True)
class Spent:
    """Sums over calls. `unpriced` of them were calls of models whose price is not known; these are
    not in `cost_usd`."""

    calls: int = 0
    tokens: int = 0
    cost_usd: float = 0.0
    unpriced: int = 0

    def __add__(self, other: Spent) -> Spent:
        return Spent(
            self.calls + other.calls,
            self.tokens + other.tokens,
            self.cost_usd + other.cost_usd,
            self.unpriced + other.unpriced,
        )

    def __sub__(self, other: Spent) -> Spent:
        return Spent(
            self.calls - other.calls,
            self.tokens - other.tokens,
            self.cost_usd - other.cost_usd,
            self.unpriced - other.unpriced,
        )


NOTHING_SPENT = Spent()


def spent(used: Usage) -> Spent:
    """What a usage adds to the sums."""
    tokens = used.input_tokens + used.output_tokens
    unpriced = used.calls if used.cost_usd is None else 0
    return Spent(used.calls, tokens, used.cost_usd or 0.0, unpriced)


@dataclass(frozen=True, slots=True)
class Cap:
    """The most that may be used; 0 means no limit. `setting` is the name of the setting that says
    so, for money; those for tokens and calls are called after it."""

    usd: float = 0.0
    tokens: int = 0
    calls: int = 0
    setting: str = ""

    @property
    def set(self) -> bool:
        """Whether it limits anything."""
        return bool(self.usd or self.tokens or self.calls)


NO_CAP = Cap()


@dataclass(frozen=True, slots=True)
class Caps:
    """A cap for each scope. `models` are caps of models by `provider:model`, which come before that
    of the scope `model`. A day is one of the workspace's time zone; a model's cap is for a day."""

    cell: Cap = NO_CAP
    case: Cap = NO_CAP
    worksheet: Cap = NO_CAP
    day: Cap = NO_CAP
    model: Cap = NO_CAP
    models: dict[str, Cap] = field(default_factory=dict)
    set: bool = field(init=False, compare=False)
    """Whether there is any cap."""
    shared: bool = field(init=False, compare=False)
    """Whether there is a cap that other processes spend from as well."""

    def __post_init__(self) -> None:
        shared = self.worksheet.set or self.day.set or self.model.set or bool(self.models)
        object.__setattr__(self, "shared", shared)
        object.__setattr__(self, "set", shared or self.cell.set or self.case.set)

    def of(self, scope: CapScope, model: str = "") -> Cap:
        """The cap of a scope; of the scope `model`, that of this model."""
        if scope == "model" and model in self.models:
            return self.models[model]
        found = getattr(self, scope)
        assert isinstance(found, Cap)
        return found
