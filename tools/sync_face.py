"""Writes the sync faces of the async classes, from their signatures: src/casework/sdk/sync.py,
sync_worksheet.py, and further modules for the groups of actions that these two lead to.

    .venv/bin/python tools/sync_face.py

Reads the classes as text and runs nothing of them. A test tells when the file is out of date.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

SDK = Path(__file__).resolve().parents[1] / "src" / "casework" / "sdk"
GROUPS = (
    "Planning",
    "Changes",
    "Past",
    "Bulk",
    "Replaying",
    "Dossier",
    "RowTables",
    "Watching",
)
PAPERS = ("Documents", "WrittenDocuments", "Splitting", "Rereading", "Paper", "CaseFiles")
"""The groups that are about documents."""
LEARNING = ("Learning", "PastDecisions", "Instructions", "Trusting", "Reviewing", "Desk")
"""The groups that are about what is learned, and how far it may be relied on."""
SHEETS = ("Sheet", "Calls", "Runs", "Costing", "Drafting", "ProcedureText")
"""The groups that show a worksheet, and work on it, as pages do."""
PEOPLE = ("People", "Entering", "ApiKeys", "Locks", "Configuration")
"""The groups that are about who may come in and what is set."""
MAKING = ("Suggesting", "Drafts", "Overview", "Webhooks")
"""The groups that are about a workspace as a whole, and about worksheets that are being made."""
SHEET = ("Worksheet",)
FACED = ("Workspace",)
"""The classes that get a face. Whoever reaches one by a property reaches its face."""
TARGETS = {
    SDK / "sync_groups.py": GROUPS,
    SDK / "sync_papers.py": PAPERS,
    SDK / "sync_learning.py": LEARNING,
    SDK / "sync_sheets.py": SHEETS,
    SDK / "sync_people.py": PEOPLE,
    SDK / "sync_making.py": MAKING,
    SDK / "sync_worksheet.py": SHEET,
    SDK / "sync.py": FACED,
}
_MODULES = {
    "WrittenDocuments": "written",
    "Paper": "casefile.paper",
    "CaseFiles": "casefile.casefile",
    "RowTables": "row_tables",
    "Learning": "learned.learning",
    "PastDecisions": "importing.past_decisions",
    "Instructions": "sharpening.instructions",
    "Trusting": "promised.trusting",
    "Reviewing": "desk.reviewing",
    "Desk": "desk.desk",
    "Sheet": "sheet.sheet",
    "People": "people.people",
    "Entering": "people.entering",
    "ApiKeys": "people.keys",
    "Locks": "people.locks",
    "Suggesting": "suggesting.suggesting",
    "Webhooks": "webhooks.webhooks",
    "Drafts": "suggesting.drafts",
    "Drafting": "drafting.drafting",
    "ProcedureText": "drafting.procedure_text",
    "Calls": "observing.calls",
    "Runs": "observing.runs",
    "Costing": "observing.costs",
}
"""Where a class lives that does not live in the module of its name."""

_BASES = {"Groups": "groups", "Rooms": "rooms"}
"""Classes whose actions others inherit, and the modules where these live."""

_HEAD = '''"""Sync faces of async classes: the same actions, each run to its end.

Made from the async classes by tools/sync_face.py; change those, then make this anew.
"""
'''
_ITERATORS = ("AsyncIterator", "AsyncIterable", "AsyncGenerator")
_Method = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(slots=True)
class _Page:
    """What is being written: classes, and the names that their signatures need."""

    classes: list[str] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    homes: dict[str, str] = field(default_factory=dict)
    bases: set[str] = field(default_factory=set)
    at_once: set[str] = field(default_factory=set)
    """Names that defaults of parameters use: they must be there when the module is read."""
    faces: set[str] = field(default_factory=set)
    """Classes whose faces it hands out."""


def source(
    texts: Mapping[str, str],
    faced: tuple[str, ...] = FACED,
    others: tuple[str, ...] = (*GROUPS, *PAPERS, *LEARNING, *SHEETS, *PEOPLE, *MAKING, *SHEET),
) -> str:
    """The text of the module with the faces of these classes; `texts` maps each class to the text
    of its module, `others` are those whose faces stand in one of TARGETS."""
    page = _Page()
    known = (*faced, *(name for name in others if name not in faced))
    for name in faced:
        tree = ast.parse(texts[name])
        page.homes |= _homes(tree, f"casework.sdk.{_module(name)}")
        found = next(n for n in tree.body if isinstance(n, ast.ClassDef) and n.name == name)
        for base in [ast.unparse(one) for one in found.bases if ast.unparse(one) in _BASES]:
            inherited = ast.parse(texts[base])
            page.homes |= _homes(inherited, f"casework.sdk.{_BASES[base]}")
            within = next(n for n in inherited.body if isinstance(n, ast.ClassDef))
            told = {node.name for node in found.body if isinstance(node, _Method)}
            found.body += [n for n in within.body if getattr(n, "name", "") not in told]
        page.classes.append(_face(found, known, page))
    page.homes |= {name: f"casework.sdk.{_module(name)}" for name in faced}
    needed = sorted((page.names & page.homes.keys()) - set(known) - page.at_once)
    imports = _imports({name: page.homes[name] for name in needed})
    at_once = _imports(
        {name: page.homes[name] for name in (*faced, *sorted(page.at_once & page.homes.keys()))}
        | dict.fromkeys(page.bases, "casework.sdk.face")
        | {f"Sync{name}": _home_of_face(name) for name in page.faces - set(faced)}
    )
    return "\n\n".join(
        [
            f"{_HEAD}\nfrom __future__ import annotations",
            "from typing import TYPE_CHECKING",
            "\n".join(at_once),
            "if TYPE_CHECKING:\n" + "\n".join(f"    {line}" for line in imports),
            *page.classes,
        ]
    )


def module_texts() -> dict[str, str]:
    """The text of the module of each faced class."""
    told = {
        name: (SDK / f"{_module(name).replace('.', '/')}.py").read_text("utf-8")
        for name in (*GROUPS, *PAPERS, *LEARNING, *SHEETS, *PEOPLE, *MAKING, *SHEET, *FACED)
    }
    return told | {name: (SDK / f"{at}.py").read_text("utf-8") for name, at in _BASES.items()}


def _home_of_face(name: str) -> str:
    kinds = {
        "papers": PAPERS,
        "learning": LEARNING,
        "sheets": SHEETS,
        "people": PEOPLE,
        "making": MAKING,
        "worksheet": SHEET,
    }
    kind = next((kind for kind, named in kinds.items() if name in named), "groups")
    return f"casework.sdk.sync_{kind}"


def _module(name: str) -> str:
    return _MODULES.get(name, name.lower())


def _face(real: ast.ClassDef, faced: tuple[str, ...], page: _Page) -> str:
    methods = [node for node in real.body if isinstance(node, _Method)]
    names = {method.name for method in methods}
    base = "OpenFace" if "__aenter__" in names else "Face"
    page.bases.add(base)
    skipped = {"close"} if base == "OpenFace" else set()
    told = [
        _method(method, faced, page)
        for method in methods
        if not method.name.startswith("_")
        and method.name not in skipped
        and "classmethod" not in _decorators(method)
    ]
    if "html" in names:
        told.append(
            '    def _repr_html_(self) -> str:\n        """What a notebook shows."""\n'
            "        return self.html()"
        )
    doc = _docstring(ast.get_docstring(real) or "", 4)
    head = f"class Sync{real.name}({base}[{real.name}]):\n{doc}"
    return "\n\n".join([head, *told])


def _method(method: _Method, faced: tuple[str, ...], page: _Page) -> str:
    returns = ast.unparse(method.returns) if method.returns else "None"
    call = f"self._real.{method.name}"
    lines = []
    if "property" in _decorators(method):
        lines.append("    @property")
    else:
        call += f"({', '.join(_arguments(method.args))})"
    iterated = returns.startswith(_ITERATORS)
    if iterated:
        item = returns.partition("[")[2].removesuffix("]").split(",")[0]
        returns, call = f"Iterator[{item}]", f"self._line.iterate({call})"
        page.homes["Iterator"] = "collections.abc"
    elif isinstance(method, ast.AsyncFunctionDef):
        call = f"self._line.call({call})"
    page.faces |= _used(ast.parse(returns)) & set(faced)
    body, returns = _body(call, returns, faced, iterated=iterated)
    page.names |= _used(method.args, ast.parse(returns))
    defaults = [*method.args.defaults, *method.args.kw_defaults]
    page.at_once |= _used(*(default for default in defaults if default is not None))
    lines.append(f"    def {method.name}({ast.unparse(method.args)}) -> {returns}:")
    doc = ast.get_docstring(method)
    if doc:
        lines.append(_docstring(doc, 8))
    return "\n".join([*lines, f"        {body}"])


def _body(call: str, returns: str, faced: tuple[str, ...], *, iterated: bool) -> tuple[str, str]:
    """The one statement of a method, and what it returns."""
    inner = returns.partition("[")[2].removesuffix("]") or returns
    if inner in faced:
        face = f"Sync{inner}"
        if iterated:
            return f"yield from ({face}(one, self._line) for one in {call})", f"Iterator[{face}]"
        if returns == inner:
            return f"return {face}({call}, self._line)", face
        if returns == f"list[{inner}]":
            return f"return [{face}(one, self._line) for one in {call}]", f"list[{face}]"
    if _used(ast.parse(returns)) & set(faced):
        raise SystemExit(f"No face is known for a method that returns {returns}.")
    if iterated:
        return f"yield from {call}", returns
    return (call if returns == "None" else f"return {call}"), returns


def _arguments(arguments: ast.arguments) -> Iterator[str]:
    for one in [*arguments.posonlyargs, *arguments.args][1:]:
        yield one.arg
    if arguments.vararg:
        yield f"*{arguments.vararg.arg}"
    for one in arguments.kwonlyargs:
        yield f"{one.arg}={one.arg}"
    if arguments.kwarg:
        yield f"**{arguments.kwarg.arg}"


def _decorators(method: _Method) -> set[str]:
    return {ast.unparse(node) for node in method.decorator_list}


def _used(*nodes: ast.AST) -> set[str]:
    """The names that annotations and defaults use."""
    return {n.id for node in nodes for n in ast.walk(node) if isinstance(n, ast.Name)}


def _homes(tree: ast.Module, module: str) -> dict[str, str]:
    """Where each name that the module knows is imported from: itself for its own."""
    homes: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            homes |= {alias.asname or alias.name: node.module for alias in node.names}
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            homes[node.name] = module
        elif isinstance(node, ast.Assign):
            homes |= {target.id: module for target in node.targets if isinstance(target, ast.Name)}
    return homes


def _imports(homes: Mapping[str, str]) -> list[str]:
    """Import lines in the order that the house keeps: standard library, others, our own."""
    modules = sorted(set(homes.values()), key=lambda module: (_rank(module), module))
    lines: list[str] = []
    for number, module in enumerate(modules):
        if number and _rank(module) != _rank(modules[number - 1]):
            lines.append("")
        names = sorted((name for name in homes if homes[name] == module), key=_kind)
        lines.append(f"from {module} import {', '.join(names)}")
    return lines


def _kind(name: str) -> tuple[bool, bool, str]:
    """Constants first, then classes, then what is neither, each by name."""
    return not name.isupper(), not name.lstrip("_")[:1].isupper(), name.lower()


def _rank(module: str) -> int:
    top = module.split(".")[0]
    return 0 if top in sys.stdlib_module_names else 2 if top == "casework" else 1


def _docstring(text: str, indent: int) -> str:
    lines = text.splitlines()
    closing = '"""' if len(lines) == 1 else f'\n{" " * indent}"""'
    told = [f'"""{lines[0]}', *lines[1:]]
    return "\n".join(" " * indent + line if line else "" for line in told) + closing


def main() -> int:
    """Write the modules in the house format."""
    ruff = Path(sys.executable).with_name("ruff")
    for target, faced in TARGETS.items():
        done = subprocess.run(
            [ruff, "format", "--stdin-filename", target, "-"],
            input=source(module_texts(), faced),
            capture_output=True,
            text=True,
            check=True,
        )
        target.write_text(done.stdout, "utf-8")
        print(f"wrote {target}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
