"""What a rule may contain: functions, kinds of syntax, and what to write instead of the rest.

The sandbox runs exactly this; a rule that passes here can be translated there.
"""

from __future__ import annotations

import ast
import re
from typing import NamedTuple


class Function(NamedTuple):
    """A function that rules may call: least and most arguments (-1: any number), and the type
    that it gives ('' when it depends on the arguments)."""

    least: int
    most: int
    gives: str


FUNCTIONS: dict[str, Function] = {
    "abs": Function(1, 1, ""),
    "min": Function(1, -1, ""),
    "max": Function(1, -1, ""),
    "sum": Function(1, 1, ""),
    "round": Function(1, 2, ""),
    "len": Function(1, 1, "number"),
    "any": Function(1, 1, "yes/no"),
    "all": Function(1, 1, "yes/no"),
    "lower": Function(1, 1, "text"),
    "upper": Function(1, 1, "text"),
    "date": Function(1, 1, "date"),
    "year": Function(1, 1, "number"),
    "month": Function(1, 1, "number"),
    "day": Function(1, 1, "number"),
    "days": Function(1, 1, "quantity"),
    "weeks": Function(1, 1, "quantity"),
    "months": Function(1, 1, "quantity"),
    "years": Function(1, 1, "quantity"),
    "missing": Function(1, 1, "yes/no"),
}
"""`missing` is how `{X} is missing` stands in the tree; `today` is a name, not a function."""

WORDS: dict[str, bool] = {"yes": True, "no": False}
"""Words that stand for yes/no values, besides True and False."""

TODAY = "today"
PREFIX = "step__"

ALLOWED: tuple[type[ast.AST], ...] = (
    ast.Expression, ast.BoolOp, ast.And, ast.Or, ast.UnaryOp, ast.Not, ast.USub, ast.UAdd,
    ast.BinOp, ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow,
    ast.Compare, ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.In, ast.NotIn,
    ast.IfExp, ast.Constant, ast.Name, ast.Load, ast.Store, ast.Call, ast.keyword,
    ast.List, ast.Tuple, ast.Subscript, ast.GeneratorExp, ast.ListComp, ast.comprehension,
)  # fmt: skip

INSTEAD: dict[type[ast.AST], tuple[str, str]] = {
    ast.Is: ("`is` compares nothing here", "Write ==, or {X} is missing."),
    ast.IsNot: ("`is not` compares nothing here", "Write !=, or {X} is not missing."),
    ast.Attribute: (
        "a dot reads nothing here",
        'Read a field of a record with {X}["Field"], a column of all rows with {Lines.Column}.',
    ),
    ast.Lambda: ("functions cannot be made in a rule", "Write it as a python step."),
    ast.NamedExpr: ("a rule keeps no variables", "Make it a step of its own and name that."),
    ast.JoinedStr: ("a rule formats no text", 'Join texts with +, such as "No. " + {Number}.'),
    ast.Dict: ("braces name a step", "Write {Step name}."),
    ast.Set: ("braces name a step", 'List words in square brackets: {X} in ["a", "b"].'),
    ast.Slice: ("a rule cuts no pieces out", "Write it as a python step."),
    ast.Starred: ("a star unpacks nothing here", "Write the values one by one."),
}

SYNTAX_HINTS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?<![=!<>])=(?![=>])"), "Write == to compare."),
    (re.compile(r"=>|=<"), "Write >= or <=."),
    (re.compile(r"<>"), "Write != for unequal."),
    (re.compile(r"&&|\|\||!(?!=)"), "Write and, or, not."),
    (
        re.compile(r"\b(?:AND|OR|NOT|IF|ELSE|IN)\b"),
        "Write and, or, not, if, else in small letters.",
    ),
    (re.compile(r"[“”„‘’«»]"), 'Use straight quotes: "pay".'),
    (re.compile(r"[≤≥≠×÷−–]"), "Write <=, >=, !=, *, / or - with the keys of a keyboard."),
    (re.compile(r"\d\s*%"), "Write 19 % as 19 / 100."),
    (re.compile(r"[€$£]|\b[A-Z]{3}\s*\d|\d\s*[A-Z]{3}\b"), "Write the number without a currency."),
    (re.compile(r"\bthen\b"), 'Write "pay" if {Sums agree} else "query".'),
    (re.compile(r"^\s*if\b"), 'Write "pay" if {Sums agree} else "query".'),
    (re.compile(r"[{}]"), "Every { needs its }, with the name of a step between them."),
)
"""Looked for, in this order, in a rule that is no expression, outside its texts in quotes."""

GENERAL_HINT = 'Write an expression such as {Net} + {VAT} == {Total} or "pay" if {A} else "query".'
