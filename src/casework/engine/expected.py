"""What calls will use, from what such calls used before. Guesses nothing: what was never measured
is None, and said why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from casework.engine.program import Column, Program
from casework.types.case import CaseRecord
from casework.types.run import PlanGroup
from casework.types.usage import Usage
from casework.types.values import Json

_NAMED = 3
"""So many steps are named in one line; the rest are counted."""
_LETTERS_A_TOKEN = 4
"""About how many letters of a long document are one token."""


@dataclass(frozen=True, slots=True)
class History:
    """What one cell used on average, by step id and the digest of what its step meant then."""

    typical: Mapping[tuple[str, str], Usage]

    @property
    def meanings(self) -> set[str]:
        """The digests of all meanings in it."""
        return {meaning for _, meaning in self.typical}


class Work(NamedTuple):
    """Calls that are to be made: how many, and of these those over documents that are longer than
    one call may carry, with about how many letters of them are read."""

    calls: int = 0
    long_calls: int = 0
    long_letters: int = 0

    def __add__(self, other: Work) -> Work:  # type: ignore[override]
        return Work(*(one + more for one, more in zip(self, other, strict=True)))

    def __sub__(self, other: Work) -> Work:
        return Work(*(one - less for one, less in zip(self, other, strict=True)))


NO_WORK = Work()


def work_of(column: Column, case: CaseRecord) -> Work:
    """The calls that one cell is expected to make."""
    method = column.method
    if not method.window:
        return Work(method.calls)
    letters = sum(document.letters for document in column.documents(case.documents))
    calls = method.calls_for(letters)
    if letters <= method.window:
        return Work(calls)
    read = min(letters, method.window * min(method.most_calls, calls))
    return Work(calls, calls, read * method.calls)


@dataclass(slots=True)
class Expected:
    """Expectations from a history. `meanings` holds those of the history by their digests."""

    history: History
    meanings: Mapping[str, Mapping[str, Json]]
    _told: dict[str, None] = field(default_factory=dict)
    _silent: dict[str, None] = field(default_factory=dict)

    @property
    def unknown(self) -> tuple[str, ...]:
        """What is not known, in words: of all steps that called no model yet in one line."""
        if not self._silent:
            return tuple(self._told)
        names = list(self._silent)
        rest = len(names) - _NAMED
        told = names if rest <= 1 else [*names[:_NAMED], f"{rest} more"]
        who = " and ".join([*filter(None, [", ".join(told[:-1])]), told[-1]])
        have = "has" if len(names) == 1 else "have"
        return (f"{who} {have} called no model here yet", *self._told)

    def of(self, column: Column, work: Work) -> Usage | None:
        """What calls of a step will use: tokens as its cells ever used, money and time only as they
        used with the same model; for long documents no less than their letters take. None for no
        calls, and where the step never made any."""
        if not work.calls:
            return None
        model = column.meaning.get("model", "")
        own = [
            (self.meanings.get(meaning, {}).get("model", "") == model, usage)
            for (step_id, meaning), usage in self.history.typical.items()
            if step_id == column.path
        ]
        if not own:
            self._silent[column.title] = None
            return None
        same = [usage for is_same, usage in own if is_same]
        if not same:
            told = f"{column.title} has not run with {model} yet: its cost and time are unknown"
            self._told[told] = None
        used = _mean(same or [usage for _, usage in own])
        if same and used.cost_usd is None:
            self._told[f"the price of {model or 'its model'} is not known"] = None
        each = max(1, column.method.calls)
        cells = (work.calls - work.long_calls) / each + _cells_like(work, used, each)
        return Usage(
            work.calls,
            round(cells * used.input_tokens),
            round(cells * used.output_tokens),
            round(cells * used.cached_tokens),
            None if not same or used.cost_usd is None else cells * used.cost_usd,
            cells * used.duration_s if same else 0.0,
        )


def _cells_like(work: Work, used: Usage, each: int) -> float:
    """As many cells as were measured, how many would use what calls over long documents will?"""
    if not work.long_calls:
        return 0.0
    as_measured = work.long_calls / max(each, used.calls)
    if not used.input_tokens:
        return as_measured
    return max(as_measured, work.long_letters / _LETTERS_A_TOKEN / used.input_tokens)


@dataclass(frozen=True, slots=True)
class Total:
    """What all groups will use; None where something of it is not known."""

    cost_usd: float | None = None
    seconds: float | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None


def total(groups: Iterable[PlanGroup], program: Program, lanes: Callable[[str], int]) -> Total:
    """What the groups will use together. `seconds` is time on the clock: each resource works its
    calls off side by side, the slowest one counts."""
    asking = [group for group in groups if group.calls]
    used = [group.expected for group in asking]
    if any(usage is None for usage in used):
        return Total()
    known = [usage for usage in used if usage is not None]
    spent: dict[str, float] = {}
    for group, usage in zip(asking, known, strict=True):
        resource = program.at(group.step_id).method.resource
        spent[resource] = spent.get(resource, 0.0) + usage.duration_s
    timed = all(usage.duration_s for usage in known)
    costs = [usage.cost_usd for usage in known if usage.cost_usd is not None]
    return Total(
        sum(costs) if len(costs) == len(known) else None,
        max((s / max(1, lanes(name)) for name, s in spent.items()), default=0.0) if timed else None,
        sum(usage.input_tokens for usage in known),
        sum(usage.output_tokens for usage in known),
    )


def _mean(used: list[Usage]) -> Usage:
    count = len(used)
    costs = [usage.cost_usd for usage in used if usage.cost_usd is not None]
    return Usage(
        round(sum(usage.calls for usage in used) / count),
        round(sum(usage.input_tokens for usage in used) / count),
        round(sum(usage.output_tokens for usage in used) / count),
        round(sum(usage.cached_tokens for usage in used) / count),
        sum(costs) / count if len(costs) == count else None,
        sum(usage.duration_s for usage in used) / count,
    )
