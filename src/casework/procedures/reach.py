"""Whether a condition can be true at all, for conditions simple enough to try every case.

Each step that is compared with constants gets a small set of values that stands for all of its
values (its options; yes and no; the constants, and one value between any two), and missing. What
else a condition holds is taken as possible, so that "never true" is said only when it is certain.
"""

from __future__ import annotations

import ast
import itertools
import math
import operator
from collections.abc import Callable, Iterator, Mapping, Sequence

from casework.procedures.rules import step_id
from casework.types.values import ValueType

_MOST_CASES = 20_000
_OTHER = "\x00another text"
_MISSING = object()

_OPERATORS: dict[type[ast.cmpop], Callable[[object, object], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,  # type: ignore[dict-item]
    ast.LtE: operator.le,  # type: ignore[dict-item]
    ast.Gt: operator.gt,  # type: ignore[dict-item]
    ast.GtE: operator.ge,  # type: ignore[dict-item]
    ast.In: lambda left, right: left in right,  # type: ignore[operator]
    ast.NotIn: lambda left, right: left not in right,  # type: ignore[operator]
}

Types = Mapping[str, ValueType | None]
Truth = bool | None
Case = dict[str, object]


def can_be_true(trees: Sequence[ast.Expression], types: Types) -> bool:
    """False only when these conditions can certainly not all hold for one case."""
    domains = _domains(trees, types)
    if math.prod(len(values) for values in domains.values()) > _MOST_CASES:
        return True
    return any(
        all(_holds(tree.body, case) is not False for tree in trees) for case in _cases(domains)
    )


def _cases(domains: Mapping[str, list[object]]) -> Iterator[Case]:
    for values in itertools.product(*domains.values()):
        yield dict(zip(domains, values, strict=True))


def _domains(trees: Sequence[ast.Expression], types: Types) -> dict[str, list[object]]:
    constants: dict[str, list[object]] = {}
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and step_id(node.id):
                constants.setdefault(step_id(node.id), [])
            elif isinstance(node, ast.Compare):
                for step, values in _compared(node):
                    constants.setdefault(step, []).extend(values)
    found = {step: _values(types.get(step), values) for step, values in constants.items()}
    return {step: [*values, _MISSING] for step, values in found.items() if values}


def _compared(node: ast.Compare) -> Iterator[tuple[str, list[object]]]:
    for left, right in itertools.pairwise([node.left, *node.comparators]):
        for one, other in ((left, right), (right, left)):
            if isinstance(one, ast.Name) and step_id(one.id):
                yield step_id(one.id), _constants(other)


def _constants(node: ast.expr) -> list[object]:
    parts = node.elts if isinstance(node, ast.List | ast.Tuple) else [node]
    return [value for part in parts if (value := _constant(part)) is not None]


def _constant(node: ast.expr) -> object:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = _constant(node.operand)
        return -inner if isinstance(inner, int | float) else None
    return node.value if isinstance(node, ast.Constant) else None


def _values(type: ValueType | None, constants: list[object]) -> list[object]:
    """Values that stand for all that a step of this type can have; empty: nothing is known."""
    if type is None or type.many or type.name == "choices":
        return []
    if type.name == "choice":
        return list(type.options)
    if type.name == "yes/no":
        return [True, False]
    if type.name == "text" and all(isinstance(value, str) for value in constants):
        return [*dict.fromkeys(constants), _OTHER]
    numbers = [value for value in constants if isinstance(value, int | float)]
    if len(numbers) < len(constants) or type.name not in ("number", "percent", "money"):
        return []
    return list(_around(sorted(set(numbers)))) if numbers else [0]


def _around(numbers: list[int | float]) -> Iterator[object]:
    yield numbers[0] - 1
    for number, following in itertools.pairwise(numbers):
        yield from (number, (number + following) / 2)
    yield from (numbers[-1], numbers[-1] + 1)


def _holds(node: ast.expr, case: Case) -> Truth:
    """Whether a condition holds in a case; None when this cannot be told."""
    match node:
        case ast.Constant():
            return node.value if isinstance(node.value, bool) else None
        case ast.UnaryOp(op=ast.Not()):
            inner = _holds(node.operand, case)
            return None if inner is None else not inner
        case ast.BoolOp():
            return _combined(node, case)
        case ast.Compare():
            sides = [node.left, *node.comparators]
            pairs = zip(itertools.pairwise(sides), node.ops, strict=True)
            return _every(_compare(one, other, op, case) for (one, other), op in pairs)
        case ast.Call(func=ast.Name(id="missing"), args=[ast.Name(id=name)]):
            return case[step_id(name)] is _MISSING if step_id(name) in case else None
        case ast.Name():
            value = case.get(step_id(node.id))
            return False if value is _MISSING else value if isinstance(value, bool) else None
    return None


def _combined(node: ast.BoolOp, case: Case) -> Truth:
    told = [_holds(value, case) for value in node.values]
    if isinstance(node.op, ast.And):
        return _every(told)
    turned = _every(None if one is None else not one for one in told)
    return None if turned is None else not turned


def _every(told: Iterator[Truth] | list[Truth]) -> Truth:
    known = list(told)
    if False in known:
        return False
    return None if None in known else True


def _compare(left: ast.expr, right: ast.expr, op: ast.cmpop, case: Case) -> Truth:
    one, other = _value(left, case), _value(right, case)
    if one is None or other is None:
        return None
    if one is _MISSING or other is _MISSING:
        return None if isinstance(op, ast.NotEq | ast.NotIn) else False
    if isinstance(left, ast.Name) and isinstance(right, ast.Name):
        return None
    try:
        return _OPERATORS[type(op)](one, other)
    except TypeError:
        return None


def _value(node: ast.expr, case: Case) -> object:
    if isinstance(node, ast.Name):
        return case.get(step_id(node.id))
    if isinstance(node, ast.List | ast.Tuple):
        values = [_constant(part) for part in node.elts]
        return None if None in values else values
    return _constant(node)
