"""From the syntax tree of a rule to code for the sandbox, with its units checked on the way.

Every name in the code is one of ours (`v0`, `c0`, the prelude's): nothing that a person wrote
becomes code except numbers and quoted texts.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from decimal import Decimal

from casework.procedures.grammar import TODAY
from casework.procedures.rules import step_id
from casework.sandbox.calls import call, rounded
from casework.sandbox.comparing import compare, contains
from casework.sandbox.kinds import ANY, DATE, LITERAL, YES_NO, Kind
from casework.sandbox.parts import part
from casework.sandbox.pieces import Piece, answer, literal, together
from casework.sandbox.units import calculate, negated
from casework.sandbox.wrong import Wrong

MOST_DIGITS = 28
"""Digits that rules calculate with (the precision of the sandbox's decimals)."""
_FLOAT_DIGITS = 15
_LONGEST_WORDS = 50

_OPERATORS: dict[type[ast.AST], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%",
    ast.Pow: "**", ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">",
    ast.GtE: ">=", ast.In: "in", ast.NotIn: "not in", ast.And: "and", ast.Or: "or",
}  # fmt: skip
_UNCLEAR = Piece(ANY, "None", "…")


class Lowering:
    """Lowers one rule. `steps` are the pieces of its references by id. With `mistakes` every
    mistake is noted there and the rest goes on; without, the first is raised."""

    def __init__(self, steps: Mapping[str, Piece], mistakes: list[Wrong] | None = None) -> None:
        self._steps = steps
        self._mistakes = mistakes
        self._locals: dict[str, Piece] = {}
        self._fresh = 0

    def lower(self, tree: ast.Expression) -> Piece:
        """The piece of the whole rule; raises `Wrong`."""
        try:
            return self._read(tree.body)
        except RecursionError as error:
            raise too_deep() from error

    def _read(self, node: ast.expr) -> Piece:
        try:
            return self._piece(node)
        except Wrong as wrong:
            if self._mistakes is None:
                raise
            self._mistakes.append(wrong)
            return _UNCLEAR

    def _piece(self, node: ast.expr) -> Piece:
        match node:
            case ast.Name():
                return self._name(node)
            case ast.Constant():
                return self._constant(node)
            case ast.UnaryOp():
                return self._unary(node)
            case ast.BinOp():
                left, right = self._read(node.left), self._read(node.right)
                return calculate(_OPERATORS[type(node.op)], left, right)
            case ast.BoolOp():
                return self._logic(node)
            case ast.Compare():
                return self._comparison(node)
            case ast.IfExp():
                return self._choice(node)
            case ast.List() | ast.Tuple():
                return self._list(node)
            case ast.Subscript():
                return self._subscript(node)
            case ast.Call():
                return self._call(node)
            case ast.ListComp() | ast.GeneratorExp():
                return self._each(node)
        raise Wrong("rule.not_allowed", f"{type(node).__name__} is not for rules.")

    def _name(self, node: ast.Name) -> Piece:
        if node.id in self._locals:
            return self._locals[node.id]
        if node.id == TODAY:
            return Piece(DATE, TODAY, TODAY)
        return self._steps[step_id(node.id)]

    def _constant(self, node: ast.Constant) -> Piece:
        value = node.value
        if isinstance(value, bool):
            return Piece(YES_NO, str(value), "yes" if value else "no")
        if isinstance(value, int | float):
            digits = number_digits(value)
            return Piece(LITERAL, literal(digits), digits)
        text = str(value)
        clean = text.encode("utf-8", "replace").decode("utf-8")
        return Piece(Kind("text", literal=True, words=(text,)), repr(clean), f'"{text}"')

    def _unary(self, node: ast.UnaryOp) -> Piece:
        piece = self._read(node.operand)
        if isinstance(node.op, ast.Not):
            return Piece(YES_NO, f"(not {answer(piece, 'not')})", f"not {piece.said}", closed=False)
        turned = negated(piece)
        return turned if isinstance(node.op, ast.USub) else piece

    def _logic(self, node: ast.BoolOp) -> Piece:
        word = _OPERATORS[type(node.op)]
        pieces = [self._read(value) for value in node.values]
        code = f" {word} ".join(answer(piece, word) for piece in pieces)
        said = f" {word} ".join(piece.said for piece in pieces)
        return Piece(YES_NO, f"({code})", said, closed=False)

    def _comparison(self, node: ast.Compare) -> Piece:
        """`a <= b <= c` as two comparisons: each may bring its sides to another unit."""
        sides = [self._read(side) for side in (node.left, *node.comparators)]
        found = [
            self._compared(_OPERATORS[type(operator)], left, right)
            for operator, left, right in zip(node.ops, sides[:-1], sides[1:], strict=True)
        ]
        if len(found) == 1:
            return found[0]
        code = " and ".join(piece.code for piece in found)
        return Piece(YES_NO, f"({code})", " and ".join(p.said for p in found), closed=False)

    def _compared(self, operator: str, left: Piece, right: Piece) -> Piece:
        if operator in ("in", "not in"):
            return contains(operator, left, right, self._new_name())
        return compare(operator, left, right)

    def _choice(self, node: ast.IfExp) -> Piece:
        test = answer(self._read(node.test), "if")
        branches = [self._read(node.body), self._read(node.orelse)]
        kind, (then, other) = together("give either", branches)
        said = f"{branches[0].said} if … else {branches[1].said}"
        return Piece(kind, f"({then} if {test} else {other})", said, closed=False)

    def _list(self, node: ast.List | ast.Tuple) -> Piece:
        pieces = [self._read(item) for item in node.elts]
        said = f"[{', '.join(piece.said for piece in pieces)}]"
        if not pieces:
            return Piece(Kind("list"), "[]", said)
        kind, codes = together("list", pieces)
        return Piece(Kind("list", item=kind), f"[{', '.join(codes)}]", said)

    def _subscript(self, node: ast.Subscript) -> Piece:
        key = node.slice
        sign = 1
        if isinstance(key, ast.UnaryOp) and isinstance(key.op, ast.USub):
            key, sign = key.operand, -1
        value = key.value if isinstance(key, ast.Constant) else None
        if isinstance(value, int) and not isinstance(value, bool):
            return part(self._read(node.value), sign * value)
        return part(self._read(node.value), value if isinstance(value, str) else None)

    def _call(self, node: ast.Call) -> Piece:
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if name == "missing":
            return Piece(
                YES_NO, "None", f"{self._read(node.args[0]).said} is missing", closed=False
            )
        if name == "round":
            return rounded(self._read(node.args[0]), _decimals(node.args[1:]))
        return call(name, [self._read(argument) for argument in node.args])

    def _each(self, node: ast.ListComp | ast.GeneratorExp) -> Piece:
        before = dict(self._locals)
        loops = [self._loop(generator) for generator in node.generators]
        element = self._read(node.elt)
        self._locals = before
        said = f"{element.said} {' '.join(said for _, said in loops)}"
        code = f"[{element.code} {' '.join(code for code, _ in loops)}]"
        return Piece(Kind("list", item=element.kind), code, said, closed=False)

    def _loop(self, node: ast.comprehension) -> tuple[str, str]:
        items = self._read(node.iter)
        if items.kind.name not in ("list", "any"):
            raise Wrong("rule.kind", f"for goes through a list; {items.described()}.")
        word = node.target.id if isinstance(node.target, ast.Name) else ""
        name = self._new_name()
        kind = items.kind.item or ANY
        self._locals[word] = Piece(kind, name, word)
        tests = [answer(self._read(test), "if") for test in node.ifs]
        code = " ".join([f"for {name} in {items.code}", *(f"if {test}" for test in tests)])
        return code, f"for {word} in {items.said}"

    def _new_name(self) -> str:
        self._fresh += 1
        return f"c{self._fresh}"


def too_deep() -> Wrong:
    """The mistake of brackets, signs or conditions inside each other without end."""
    reason = "The rule is nested too deeply."
    return Wrong("rule.too_deep", reason, "Make parts of it steps of their own.")


def number_digits(value: int | float) -> str:
    """A number of a rule as plain digits; raises `Wrong` when it cannot be exact."""
    told = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if not told.is_finite():
        raise Wrong("rule.too_large", "The rule has a number that is too large.")
    most = _FLOAT_DIGITS if isinstance(value, float) else MOST_DIGITS
    plain = format(told, "f")
    if len(told.as_tuple().digits) > most or len(plain) > _LONGEST_WORDS:
        reason = f"The rule has a number with more than {most} digits."
        raise Wrong("rule.too_large", reason, "Rules calculate with fewer digits: shorten it.")
    return re.sub(r"\.0$", "", plain)


def _decimals(nodes: list[ast.expr]) -> int:
    """The second value of round: a whole number that stands in the rule."""
    node = nodes[0] if nodes else ast.Constant(0)
    sign = 1
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        node, sign = node.operand, -1
    if isinstance(node, ast.Constant) and type(node.value) is int:
        return sign * node.value
    raise Wrong("rule.arguments", "round takes its decimals as a plain number.", "round({X}, 2)")
