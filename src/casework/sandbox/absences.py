"""What is left of a rule once it is known which inputs are absent. Evaluates nothing else."""

from __future__ import annotations

import ast
from collections.abc import Container

from casework.procedures.rules import step_id


def without_absent(tree: ast.Expression, absent: Container[str]) -> ast.Expression:
    """The tree with every `is missing` answered, and without the branches that this closes.

    `a or b` is yes as soon as one side is, in whichever order they stand; likewise `and`.
    """
    pruned: ast.Expression = _Pruner(absent).visit(tree)
    return ast.fix_missing_locations(pruned)


def live(tree: ast.Expression) -> frozenset[str]:
    """The ids of the steps that a tree reads."""
    return frozenset(
        id for node in ast.walk(tree) if isinstance(node, ast.Name) if (id := step_id(node.id))
    )


class _Pruner(ast.NodeTransformer):
    def __init__(self, absent: Container[str]) -> None:
        self._absent = absent

    def visit_Call(self, node: ast.Call) -> ast.expr:
        asked = node.args[0] if node.args else None
        if isinstance(node.func, ast.Name) and node.func.id == "missing":
            return ast.Constant(isinstance(asked, ast.Name) and step_id(asked.id) in self._absent)
        self.generic_visit(node)
        return node

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.expr:
        self.generic_visit(node)
        known = _known(node.operand)
        return (
            node if known is None or not isinstance(node.op, ast.Not) else ast.Constant(not known)
        )

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.expr:
        self.generic_visit(node)
        decides = isinstance(node.op, ast.Or)
        if any(_known(value) is decides for value in node.values):
            return ast.Constant(decides)
        node.values = [value for value in node.values if _known(value) is None]
        if len(node.values) > 1:
            return node
        return node.values[0] if node.values else ast.Constant(not decides)

    def visit_IfExp(self, node: ast.IfExp) -> ast.expr:
        self.generic_visit(node)
        known = _known(node.test)
        if known is None:
            return node
        return node.body if known else node.orelse


def _known(node: ast.expr) -> bool | None:
    known = isinstance(node, ast.Constant) and isinstance(node.value, bool)
    return bool(node.value) if known and isinstance(node, ast.Constant) else None
