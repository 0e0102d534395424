"""Which type a rule gives, and where it compares or joins what does not go together.

Looks only at types, never at values; where a type cannot be told it says nothing.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import replace

from casework.procedures.findings import Findings
from casework.procedures.grammar import FUNCTIONS, TODAY
from casework.procedures.names import fold, listed, nearest
from casework.procedures.rules import step_id
from casework.types.values import ValueType

YES_NO = ValueType("yes/no")
NUMBER = ValueType("number")
TEXT = ValueType("text")

_GROUPS = {
    "number": "a number", "percent": "a number", "money": "a number", "quantity": "a number",
    "text": "a text", "choice": "a text", "document": "a text", "date": "a date",
    "yes/no": "yes or no",
}  # fmt: skip
_WITH_UNIT = ("money", "quantity")
_PARTS: Mapping[tuple[str, object], ValueType] = {
    ("money", "amount"): NUMBER,
    ("money", "currency"): TEXT,
    ("quantity", "amount"): NUMBER,
    ("quantity", "unit"): TEXT,
    ("period", "from"): ValueType("date"),
    ("period", "to"): ValueType("date"),
    ("period", "label"): TEXT,
}
"""What square brackets read of values that have parts."""

Types = Mapping[str, ValueType | None]


def infer(
    tree: ast.Expression, types: Types, shown: Mapping[str, str], findings: Findings
) -> ValueType | None:
    """The type that the rule gives, None when it cannot be told.

    `types` are the types of the steps by id, `shown` their names. Texts that stand in the rule
    itself give a choice among them: `"pay" if … else "query"` is `choice: pay, query`.
    """
    return _Inference(types, shown, findings).of(tree.body)


def finished(type: ValueType | None) -> ValueType | None:
    """The inferred type as that of a step: a choice with a single option is a text."""
    if type and type.name == "choice" and len({fold(option) for option in type.options}) < 2:
        return replace(type, name="text", options=())
    return type


def fits(declared: ValueType, inferred: ValueType) -> bool:
    """Whether a rule that gives `inferred` can fill a step of type `declared`."""
    if declared.many or inferred.many:
        return declared.many == inferred.many or inferred.name not in _GROUPS
    if inferred.name == "money":
        return declared.name == "money"
    group = _GROUPS.get(inferred.name)
    return group is None or group == _GROUPS.get(declared.name)


class _Inference:
    def __init__(self, types: Types, shown: Mapping[str, str], findings: Findings) -> None:
        self._types = types
        self._shown = shown
        self._findings = findings
        self._local: dict[str, ValueType | None] = {}

    def of(self, node: ast.expr) -> ValueType | None:
        match node:
            case ast.Constant():
                return _constant(node.value)
            case ast.Name():
                return self._name(node)
            case ast.BinOp():
                return self._joined(node)
            case ast.UnaryOp():
                inner = self.of(node.operand)
                return YES_NO if isinstance(node.op, ast.Not) else inner
            case ast.BoolOp():
                told = [self.of(value) for value in node.values]
                return YES_NO if all(type and type.name == "yes/no" for type in told) else None
            case ast.Compare():
                return self._compared(node)
            case ast.IfExp():
                self.of(node.test)
                return _either(self.of(node.body), self.of(node.orelse))
            case ast.Call():
                return self._called(node)
            case ast.Subscript():
                return self._part(node)
            case ast.List() | ast.Tuple():
                told = [self.of(value) for value in node.elts]
                return _many(_all(told)) if told else None
            case ast.GeneratorExp() | ast.ListComp():
                return self._each(node)
        return None

    def _name(self, node: ast.Name) -> ValueType | None:
        if node.id == TODAY:
            return ValueType("date")
        if node.id in self._local:
            return self._local[node.id]
        return self._types.get(step_id(node.id))

    def _joined(self, node: ast.BinOp) -> ValueType | None:
        left, right = self.of(node.left), self.of(node.right)
        if left is None or right is None or left.many or right.many:
            return None
        if isinstance(node.op, ast.Add | ast.Sub):
            return self._summed(left, right, isinstance(node.op, ast.Sub))
        names = (left.name, right.name)
        if isinstance(node.op, ast.Mult):
            if names == ("money", "money"):
                self._say("Money times money is no amount.", "Multiply by a number.")
                return None
            return _product(left, right)
        if isinstance(node.op, ast.Mod):
            return left if left.name in _WITH_UNIT else NUMBER
        if isinstance(node.op, ast.Div | ast.FloorDiv) and names[1] != names[0]:
            kept = _WITH_UNIT if isinstance(node.op, ast.FloorDiv) else (*_WITH_UNIT, "percent")
            return left if left.name in kept else NUMBER
        return NUMBER

    def _summed(self, left: ValueType, right: ValueType, minus: bool) -> ValueType | None:
        names = (left.name, right.name)
        if names == ("date", "date"):
            return ValueType("quantity", unit="day") if minus else None
        if names == ("date", "quantity"):
            return left
        groups = (_GROUPS.get(left.name), _GROUPS.get(right.name))
        if None in groups:
            return None
        if groups[0] != groups[1]:
            fix = "Add a quantity, such as days(30)." if "date" in names else "Join like with like."
            self._say(f"{_said(left)} and {_said(right)} cannot be joined.", fix)
            return None
        if groups[0] == "a text":
            return TEXT
        return _either(left, right)

    def _compared(self, node: ast.Compare) -> ValueType:
        sides = [node.left, *node.comparators]
        told = [self.of(side) for side in sides]
        for index, operator in enumerate(node.ops):
            pair = (sides[index], sides[index + 1])
            types = (told[index], told[index + 1])
            if not self._options_known(pair, types):
                continue
            if not isinstance(operator, ast.In | ast.NotIn):
                self._comparable(pair, types)
        return YES_NO

    def _options_known(
        self, pair: tuple[ast.expr, ast.expr], types: tuple[ValueType | None, ValueType | None]
    ) -> bool:
        """Whether every text that is compared with a choice is an option of it."""
        known = True
        for side, other in ((0, 1), (1, 0)):
            type = types[side]
            step = step_id(pair[side].id) if isinstance(pair[side], ast.Name) else ""  # type: ignore[attr-defined]
            if type is None or not step or type.name not in ("choice", "choices"):
                continue
            for text in _texts(pair[other]):
                if text not in type.options:
                    known = False
                    name = self._shown.get(step, step)
                    near = nearest(text, type.options)
                    fix = f'Did you mean "{near}"?' if near else f"It has {listed(type.options)}."
                    reason = f"{text!r} is no option of {name}."
                    self._findings.add("rule.option", reason, fix)
        return known

    def _comparable(
        self, pair: tuple[ast.expr, ast.expr], types: tuple[ValueType | None, ValueType | None]
    ) -> None:
        left, right = types
        if left is None or right is None or left.many or right.many:
            return
        groups = (_GROUPS.get(left.name), _GROUPS.get(right.name))
        if groups[0] == groups[1] or None in groups:
            return
        fix = "Compare like with like."
        text = next((side.value for side in pair if isinstance(side, ast.Constant)), None)
        if isinstance(text, str):
            if "yes or no" in groups:
                fix = "Write yes or no without quotes."
            elif "a date" in groups:
                fix = f'Write date("{text}").'
            else:
                fix = "Write the number without quotes."
        self._say(f"{_said(left)} and {_said(right)} cannot be compared.", fix)

    def _called(self, node: ast.Call) -> ValueType | None:
        told = [self.of(argument) for argument in node.args]
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        gives = FUNCTIONS[name].gives
        if gives == "quantity":
            return ValueType("quantity", unit=name.removesuffix("s"))
        if gives:
            return ValueType(gives)  # type: ignore[arg-type]
        if name == "round":
            return told[0]
        one = [_one(type) for type in told] if len(told) == 1 else told
        return _all(one)

    def _part(self, node: ast.Subscript) -> ValueType | None:
        whole, key = self.of(node.value), node.slice
        if whole is None or not isinstance(key, ast.Constant):
            return None
        if isinstance(key.value, int):
            return _one(whole)
        if whole.many:
            return None
        if (whole.name, key.value) in _PARTS:
            return _PARTS[whole.name, key.value]
        if whole.name != "record":
            return None
        for field in whole.fields:
            if fold(field.name) == fold(str(key.value)):
                return field.type
        names = [field.name for field in whole.fields]
        near = nearest(str(key.value), names)
        fix = f'Did you mean ["{near}"]?' if near else f"It has {listed(names, 'and')}."
        self._findings.add("rule.field", f"There is no field {key.value!r}.", fix)
        return None

    def _each(self, node: ast.GeneratorExp | ast.ListComp) -> ValueType | None:
        for part in node.generators:
            item = _one(self.of(part.iter))
            if isinstance(part.target, ast.Name):
                self._local[part.target.id] = item
            for test in part.ifs:
                self.of(test)
        return _many(self.of(node.elt))

    def _say(self, reason: str, fix: str) -> None:
        self._findings.add("rule.types", reason, fix)


def _product(left: ValueType, right: ValueType) -> ValueType | None:
    """The type of a product: a quantity of what has a price is money."""
    names = (left.name, right.name)
    if names == ("quantity", "quantity"):
        return None
    if names == ("percent", "percent"):
        return left
    for name in _WITH_UNIT:
        if name in names:
            return left if left.name == name else right
    return NUMBER


def _constant(value: object) -> ValueType | None:
    if isinstance(value, bool):
        return YES_NO
    if isinstance(value, str):
        return ValueType("choice", options=(value,))
    return NUMBER


def _texts(node: ast.expr) -> list[str]:
    parts = node.elts if isinstance(node, ast.List | ast.Tuple) else [node]
    return [
        part.value
        for part in parts
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    ]


def _said(type: ValueType) -> str:
    if type.name == "choice" and len(type.options) == 1:
        return f"the text {type.options[0]!r}"
    return type.name


def _either(left: ValueType | None, right: ValueType | None) -> ValueType | None:
    """The type of what is one or the other."""
    if left is None or right is None or left == right:
        return left if right is not None else None
    if left.many or right.many:
        return None
    names = {left.name, right.name}
    if names == {"choice"}:
        return replace(left, options=tuple(dict.fromkeys((*left.options, *right.options))))
    if names <= {"choice", "text"}:
        return TEXT
    if len(names) == 1:
        return replace(left, unit="") if left.fields == right.fields else None
    if "number" in names and _GROUPS.get(left.name) == _GROUPS.get(right.name) == "a number":
        return right if left.name == "number" else left
    return None


def _all(types: list[ValueType | None]) -> ValueType | None:
    told = types[0]
    for type in types[1:]:
        told = _either(told, type)
    return told


def _many(type: ValueType | None) -> ValueType | None:
    return replace(type, many=True) if type else None


def _one(type: ValueType | None) -> ValueType | None:
    """The type of an item, for what has items; None otherwise."""
    if type is None:
        return None
    if type.many:
        return type.one()
    if type.name == "table":
        return replace(type, name="record")
    return replace(type, name="choice") if type.name == "choices" else None
