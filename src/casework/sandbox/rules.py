"""The door: checks rules by their units and evaluates them behind the fence.

Implements `casework.steps.rule.RuleEvaluator`. Knows neither cells nor procedures.
"""

from __future__ import annotations

import ast
import datetime as dt
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType

from casework.base.errors import Mistake, RuleError, ValueReadError
from casework.procedures.rules import reads_today, rule_tree
from casework.sandbox.absences import live, without_absent
from casework.sandbox.inputs import Taken, Value, take
from casework.sandbox.kinds import TEXT, Kind, kind_of
from casework.sandbox.lower import Lowering, too_deep
from casework.sandbox.pieces import Piece
from casework.sandbox.results import as_json, check_result, natural
from casework.sandbox.workers import Limits, Workers
from casework.sandbox.wrong import Wrong
from casework.types.needs import RuleInput
from casework.types.procedure import Rule
from casework.types.values import Json, ValueType
from casework.values.show import show

_MOST_COMPILED = 4096
_LONGEST_SHOWN = 60
_LONGEST_RULE = 160
_TEXT_TYPE = ValueType()


@dataclass(frozen=True, slots=True)
class Found:
    """What evaluating gave: a value, or the ids of the steps whose absence stands in the way."""

    value: Json
    absent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A rule for inputs of certain kinds: code over `variables` (name → step id), or what is
    absent."""

    code: str = ""
    kind: Kind = TEXT
    type: ValueType = _TEXT_TYPE
    variables: tuple[tuple[str, str], ...] = ()
    today: bool = False
    absent: tuple[str, ...] = ()


def check_rule(
    rule: Rule,
    types: Mapping[str, ValueType],
    result: ValueType | None,
    names: Mapping[str, str],
) -> tuple[Mistake, ...]:
    """Every mistake that the declared types alone show. `types` and `names` are by step id.

    A currency or unit that a type leaves open is not known before the run and fits everything
    here. `result` is the type of the step, None while it is not to be checked.
    """
    found: list[Wrong] = []
    steps = {
        id: Piece(kind_of(types[id]), "None", f"{{{names.get(id, id)}}}") for id in rule.references
    }
    try:
        piece = Lowering(steps, found).lower(_tree(rule))
        if result is not None:
            check_result(piece, result)
    except Wrong as wrong:
        found.append(wrong)
    mistakes = (Mistake(rule.line, wrong.code, wrong.reason, wrong.fix) for wrong in found)
    return tuple(dict.fromkeys(mistakes))


class RuleEngine:
    """Evaluates rules. An async context manager; its workers start with the first evaluation."""

    def __init__(self, *, seconds: float = 1.0, memory_mb: int = 64, processes: int = 0) -> None:
        self._workers = Workers(Limits(seconds, memory_mb), processes)
        self._compiled: OrderedDict[object, _Compiled] = OrderedDict()

    async def __aenter__(self) -> RuleEngine:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """End the worker processes."""
        await self._workers.close()

    @property
    def workers(self) -> Workers:
        """The worker processes, for whoever watches over them."""
        return self._workers

    async def evaluate(
        self,
        rule: Rule,
        inputs: Mapping[str, RuleInput],
        result: ValueType | None,
        *,
        today: str,
    ) -> Found:
        """The value of a rule over its inputs (by step id), in the shape of the type `result`.

        `is missing` is answered first. An absent input in what then remains makes the rule not
        applicable. Raises `RuleError`, which names the inputs with their values, the line and
        what to do; `today` is YYYY-MM-DD.
        """
        try:
            return await self._evaluate(rule, inputs, result, today)
        except Wrong as wrong:
            raise RuleError(
                f"{wrong.reason.removesuffix('.')} {_circumstances(rule, inputs, wrong.reason)}.",
                fix=wrong.fix,
                code=wrong.code,
            ) from wrong

    async def _evaluate(
        self, rule: Rule, inputs: Mapping[str, RuleInput], result: ValueType | None, today: str
    ) -> Found:
        taken = {
            id: take(given)
            for id, given in inputs.items()
            if not given.absent and given.value is not None
        }
        compiled = self._compile(rule, inputs, taken, result)
        if compiled.absent:
            return Found(None, compiled.absent)
        values: dict[str, Value] = {name: taken[id][1] for name, id in compiled.variables}
        size = sum(len(value) for value in values.values() if isinstance(value, list))
        if compiled.today:
            values["today"] = dt.date.fromisoformat(today)
        value = await self._workers.run(compiled.code, values, size=size)
        try:
            return Found(as_json(value, compiled.kind, compiled.type))
        except ValueReadError as error:
            raise Wrong("rule.result", error.message, error.fix) from error

    def _compile(
        self,
        rule: Rule,
        inputs: Mapping[str, RuleInput],
        taken: Mapping[str, Taken],
        result: ValueType | None,
    ) -> _Compiled:
        """The code for inputs of these kinds; the most recently used ones are remembered."""
        kinds = tuple(taken[id][0] if id in taken else None for id in rule.references)
        key = (rule.text, kinds, result)
        known = self._compiled.get(key)
        if known is not None:
            self._compiled.move_to_end(key)
            return known
        compiled = _compiled(rule, inputs, taken, result)
        self._compiled[key] = compiled
        if len(self._compiled) > _MOST_COMPILED:
            self._compiled.popitem(last=False)
        return compiled


def _compiled(
    rule: Rule,
    inputs: Mapping[str, RuleInput],
    taken: Mapping[str, Taken],
    result: ValueType | None,
) -> _Compiled:
    missing = frozenset(id for id in rule.references if id not in taken)
    try:
        tree = without_absent(_tree(rule), missing)
    except RecursionError as error:
        raise too_deep() from error
    read = live(tree)
    absent = tuple(id for id in rule.references if id in read and id in missing)
    if absent:
        return _Compiled(absent=absent)
    present = [id for id in rule.references if id in read]
    variables = tuple((f"v{at}", id) for at, id in enumerate(present))
    steps = {
        id: Piece(taken[id][0], name, f"{{{inputs[id].name}}}", _shown(inputs[id]))
        for name, id in variables
    }
    piece = Lowering(steps).lower(tree)
    type = result if result is not None else natural(piece.kind)
    check_result(piece, type)
    return _Compiled(piece.code, piece.kind, type, variables, reads_today(rule))


def _tree(rule: Rule) -> ast.Expression:
    try:
        return rule_tree(rule)
    except RecursionError as error:
        raise too_deep() from error


def _circumstances(rule: Rule, inputs: Mapping[str, RuleInput], reason: str) -> str:
    """`(line 12: {Net} + {VAT}; Net is EUR 10.00, VAT is absent)`, without what is said already."""
    source = rule.source if len(rule.source) <= _LONGEST_RULE else rule.source[:_LONGEST_RULE] + "…"
    where = f"line {rule.line}: {source}" if rule.line else source
    values = ", ".join(
        f"{given.name} is {shown or given.absent or 'absent'}"
        for given in inputs.values()
        if (shown := _shown(given)) not in reason or not shown
    )
    return f"({where}; {values})" if values else f"({where})"


def _shown(given: RuleInput) -> str:
    if given.absent or given.value is None:
        return ""
    shown = show(given.value, given.type) or "empty"
    return shown if len(shown) <= _LONGEST_SHOWN else shown[:_LONGEST_SHOWN] + "…"
