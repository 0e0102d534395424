"""Reads rules: an expression whose `{Step name}` references become ids. Runs nothing.

The tree of a rule (`rule_tree`) is plain Python with three turns: a reference is the name
`step__…` (`identifier` and `step_id` go to and fro), `{X} is missing` is the call
`missing(step__x)`, and `yes`, `no` are True and False. `today` stays a name.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping

from casework.base.errors import ProcedureError
from casework.procedures.findings import Findings
from casework.procedures.grammar import (
    ALLOWED,
    FUNCTIONS,
    GENERAL_HINT,
    INSTEAD,
    PREFIX,
    SYNTAX_HINTS,
    TODAY,
    WORDS,
)
from casework.procedures.names import fold, listed, nearest
from casework.procedures.references import Names
from casework.types.nesting import DOT
from casework.types.procedure import Rule

MAX_LETTERS = 4000
MAX_DEPTH = 150
"""How deep a rule may be nested; a chain of `+` is one deeper with each sign. Far above what people
write and read, and below what the walks over the tree can do."""

_TOKEN = re.compile(
    r"""(?P<text>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|\{(?P<name>[^{}]*)\}"""
    r"""(?P<missing>\s+is\s+(?P<not>not\s+)?missing\b)?"""
)
_ESCAPED = re.compile(r"__([0-9a-f]+)_")
_BRACKETS = ast.List | ast.Tuple


def parse_rule(source: str, names: Mapping[str, str], line: int = 0) -> Rule:
    """The rule that a source means; `names` maps step names to ids.

    Raises `ProcedureError` with every mistake in it.
    """
    findings = Findings(line)
    known = Names({fold(name): id for name, id in names.items()}, tuple(names))
    rule = read_rule(source, known, findings)
    if rule is None:
        raise ProcedureError(findings.in_order())
    return rule


def read_rule(source: str, names: Names, findings: Findings) -> Rule | None:
    """Like `parse_rule`, but notes the mistakes instead of raising them."""
    source = source.strip()
    before = len(findings.mistakes)
    if not source:
        findings.add("rule.empty", "The rule is empty.", GENERAL_HINT)
    elif len(source) > MAX_LETTERS:
        reason = f"The rule has {len(source)} letters; {MAX_LETTERS} are the most."
        findings.add("rule.too_long", reason, "Make parts of it steps of their own.")
    if len(findings.mistakes) > before:
        return None
    ids: dict[str, None] = {}
    text = _rewritten(source, lambda name: _reference(name, names, ids, findings))
    if len(findings.mistakes) > before:
        return None
    tree = _tree(text, findings)
    if tree is not None:
        _check(tree, findings)
    if len(findings.mistakes) > before:
        _say_braces(source, names, findings, before)
        return None
    return Rule(text, source, tuple(ids), findings.line)


def rule_tree(rule: Rule) -> ast.Expression:
    """The syntax tree of a rule that was read; a fresh one each time."""
    findings = Findings(rule.line)
    tree = _tree(rule.text, findings)
    if tree is None:
        raise ProcedureError(findings.in_order())
    return tree


def identifier(step_id: str) -> str:
    """The Python name of a step: `step__total_due` for `total-due`; reversible for any id, and for
    the path of a column (`lines.amount`)."""
    letters = (
        c if c.isascii() and c != DOT else f"__{ord(c):x}_" for c in step_id.replace("-", "_")
    )
    return PREFIX + "".join(letters)


def step_id(name: str) -> str:
    """The id behind a Python name, or '' when the name is none of a step."""
    if not name.startswith(PREFIX):
        return ""
    pieces: list[str] = []
    at = len(PREFIX)
    for found in _ESCAPED.finditer(name, at):
        pieces += [name[at : found.start()].replace("_", "-"), chr(int(found[1], 16))]
        at = found.end()
    return "".join(pieces) + name[at:].replace("_", "-")


def reads_today(rule: Rule) -> bool:
    """Whether the date of the run is an input of this rule."""
    return any(isinstance(n, ast.Name) and n.id == TODAY for n in ast.walk(rule_tree(rule)))


def tests_missing(rule: Rule) -> frozenset[str]:
    """The ids of the steps that this rule asks `is missing` of: it may run without these."""
    return frozenset(
        step_id(argument.id)
        for node in ast.walk(rule_tree(rule))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        if node.func.id == "missing"
        for argument in node.args
        if isinstance(argument, ast.Name)
    )


def references_in(source: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and name of every `{…}` of a rule, outside its texts in quotes."""
    for found in _TOKEN.finditer(source):
        if found["name"] is not None and found["name"].strip():
            start = found.start("name") - 1
            yield start, found.end("name") + 1, " ".join(found["name"].split())


def is_constant(source: str) -> bool:
    """Whether a rule reads nothing, neither a step nor the date of the run."""
    reads = any(found["name"] is not None for found in _TOKEN.finditer(source))
    return not reads and not re.search(rf"\b{TODAY}\b", source)


def unbraced(source: str, names: Names) -> str:
    """The longest name of a step that stands in a rule outside braces and quotes, or ''."""
    bare = _TOKEN.sub(" ; ", source)
    if "{" in bare or "}" in bare:
        return ""
    found = (
        name
        for name in names.seen
        if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", bare, re.IGNORECASE)
        and name.casefold() not in (*FUNCTIONS, *WORDS, TODAY)
    )
    return max(found, key=len, default="")


def _say_braces(source: str, names: Names, findings: Findings, before: int) -> None:
    """Where a rule that cannot be read names a step without braces, say that and nothing else."""
    name = unbraced(source, names)
    if name:
        del findings.mistakes[before:]
        reason = f"The rule names {name} without braces."
        findings.add("rule.unknown_name", reason, f"Write {{{name}}}.")


def _reference(name: str, names: Names, ids: dict[str, None], findings: Findings) -> str:
    id = names.id_of(name)
    if not id:
        shown = " ".join(name.split())
        if shown:
            findings.add(*names.mistake_of(shown))
        else:
            fix = names.fix_for(shown)
            findings.add("procedure.unknown_step", "There is no name in { }.", fix)
    else:
        ids[id] = None
    return id


def _rewritten(source: str, turn: Callable[[str], str]) -> str:
    """The rule with every name turned and runs of white space outside quotes made one."""
    pieces: list[str] = []
    at = 0
    for found in _TOKEN.finditer(source):
        pieces.append(_squeezed(source[at : found.start()]))
        if found["name"] is None:
            pieces.append(found[0])
        else:
            pieces.append(f"{{{turn(found['name'])}}}{_squeezed(found['missing'] or '')}")
        at = found.end()
    return "".join([*pieces, _squeezed(source[at:])])


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def _as_python(text: str) -> str:
    def turned(found: re.Match[str]) -> str:
        if found["name"] is None:
            return found[0]
        name = identifier(found["name"])
        if not found["missing"]:
            return name
        return f"(not missing({name}))" if found["not"] else f"missing({name})"

    return _TOKEN.sub(turned, text)


def _tree(text: str, findings: Findings) -> ast.Expression | None:
    try:
        tree = ast.parse(_as_python(text), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        reason = f"The rule is no expression: {_shown(error)}."
        findings.add("rule.syntax", reason, _hint(text))
        return None
    if _depth(tree) > MAX_DEPTH:
        reason = f"The rule is nested more than {MAX_DEPTH} deep."
        fix = "Make parts of it steps of their own; add many values with sum([…])."
        findings.add("rule.too_deep", reason, fix)
        return None
    return ast.fix_missing_locations(_Words().visit(tree))  # type: ignore[no-any-return]


def _depth(tree: ast.Expression) -> int:
    """The levels of expressions below the root, counted level by level."""
    depth = 0
    level: list[ast.AST] = [tree.body]
    while level:
        depth += 1
        level = [
            child
            for node in level
            for child in ast.iter_child_nodes(node)
            if isinstance(child, ast.expr | ast.comprehension)
        ]
    return depth


class _Words(ast.NodeTransformer):
    """Turns `yes` and `no` into what they mean."""

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id in WORDS:
            return ast.copy_location(ast.Constant(WORDS[node.id]), node)
        return node


def _shown(error: Exception) -> str:
    if isinstance(error, SyntaxError) and error.msg:
        return error.msg.split(". ")[0].rstrip(".").replace(PREFIX, "")
    return "it is too deep or has a letter that cannot be read"


def _hint(text: str) -> str:
    bare = _TOKEN.sub(lambda found: " x " if found["name"] is not None else " ", text)
    for pattern, hint in SYNTAX_HINTS:
        if pattern.search(bare):
            return hint
    return GENERAL_HINT


def _check(tree: ast.Expression, findings: Findings) -> None:
    called = {id(n.func) for n in ast.walk(tree) if isinstance(n, ast.Call)}
    compared = (n.comparators for n in ast.walk(tree) if isinstance(n, ast.Compare))
    targets = ([n.target] for n in ast.walk(tree) if isinstance(n, ast.comprehension))
    inside = {id(part) for parts in (*compared, *targets) for part in parts}
    local = {
        n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ALLOWED):
            what, fix = INSTEAD.get(type(node), (f"{type(node).__name__} is not for rules", ""))
            findings.add("rule.not_allowed", f"In this rule {what}.", fix or GENERAL_HINT)
            return
        if isinstance(node, ast.Name) and id(node) not in called:
            _check_name(node, local, findings)
        elif isinstance(node, ast.Call):
            _check_call(node, findings)
        elif isinstance(node, ast.Constant):
            _check_constant(node, findings)
        elif isinstance(node, ast.Tuple) and id(node) not in inside:
            fix = "Write thousands without a comma: 1200."
            findings.add("rule.not_allowed", "In this rule a comma joins two values.", fix)
        elif isinstance(node, ast.comprehension) and not isinstance(node.target, ast.Name):
            fix = 'Write sum(row["Amount"] for row in {Lines}).'
            findings.add("rule.not_allowed", "In this rule `for` needs one plain word.", fix)


def _check_name(node: ast.Name, local: set[str], findings: Findings) -> None:
    name = node.id
    if isinstance(node.ctx, ast.Store):
        if name.startswith(PREFIX) or name in FUNCTIONS or name == TODAY:
            reason = f"`for {step_id(name) or name}` takes a word that means something else."
            findings.add("rule.not_allowed", reason, "Use a word such as row.")
        return
    if name in local or name == TODAY or step_id(name):
        return
    near = nearest(name, [*WORDS, TODAY, "True", "False"]) if not name.isupper() else ""
    fix = f"Did you mean {near}? " if near else ""
    fix += f'A step is named in braces, {{{name}}}; a text stands in quotes, "{name}".'
    if name in FUNCTIONS:
        fix = f"Write it with brackets: {name}(…)."
    findings.add("rule.unknown_name", f"The rule does not know the word {name!r}.", fix)


def _check_call(node: ast.Call, findings: Findings) -> None:
    if not isinstance(node.func, ast.Name) or step_id(node.func.id):
        fix = f"The functions are {listed(_callable(), 'and')}."
        findings.add(
            "rule.not_allowed", "In this rule something is called that is no function.", fix
        )
        return
    name = node.func.id
    if name not in FUNCTIONS:
        near = nearest(name, _callable())
        fix = f"Did you mean {near}?" if near else f"There are {listed(_callable(), 'and')}."
        findings.add("rule.unknown_function", f"There is no function {name!r} for rules.", fix)
        return
    least, most, _ = FUNCTIONS[name]
    count = len(node.args)
    if node.keywords or count < least or (most >= 0 and count > most):
        wants = (
            str(least)
            if most == least
            else f"{least} to {most}"
            if most > 0
            else f"{least} or more"
        )
        reason = f"{name} takes {wants} value{'' if wants == '1' else 's'}, without names."
        findings.add("rule.arguments", reason, f"It was given {count + len(node.keywords)}.")
    elif name == "missing" and not (
        isinstance(node.args[0], ast.Name) and step_id(node.args[0].id)
    ):
        findings.add("rule.arguments", "missing asks about one step.", "Write {X} is missing.")


def _callable() -> list[str]:
    return [name for name in FUNCTIONS if name != "missing"]


def _check_constant(node: ast.Constant, findings: Findings) -> None:
    if node.value is None:
        findings.add("rule.not_allowed", "None is no value here.", "Write {X} is missing.")
    elif not isinstance(node.value, bool | int | float | str):
        fix = "Use numbers, texts in quotes, yes and no."
        findings.add("rule.not_allowed", f"{node.value!r} is no value for a rule.", fix)
