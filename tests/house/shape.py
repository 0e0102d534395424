"""Checks how files look: size, docstrings, empty package files, names, no printing."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from tests.house.source import modules

BASELINE = Path(__file__).with_name("baseline.toml")
FILE_LINES = 500
FUNCTION_LINES = 60
VAGUE_NAMES = frozenset({"utils", "util", "common", "helpers", "misc", "manager", "globals"})

Function = ast.FunctionDef | ast.AsyncFunctionDef


def read_baseline(path: Path = BASELINE) -> tuple[Mapping[str, int], Mapping[str, int]]:
    """The allowed exceptions: (files, functions), each with its size in lines."""
    with path.open("rb") as file:
        data = tomllib.load(file)
    return data["files"], data["functions"]


def large_files(package: Path, allowed: Mapping[str, int]) -> list[str]:
    sizes = {module.relative: module.lines for module in modules(package)}
    return _ratchet(sizes, FILE_LINES, allowed)


def long_functions(package: Path, allowed: Mapping[str, int]) -> list[str]:
    sizes = {
        f"{module.relative}::{name}": lines
        for module in modules(package)
        for name, lines in _functions(module.tree, "")
    }
    return _ratchet(sizes, FUNCTION_LINES, allowed)


def missing_docstrings(package: Path, data_folders: Collection[str] = ()) -> list[str]:
    return [
        f"{module.relative}: say in one or two lines what this module does"
        for module in modules(package)
        if module.room not in data_folders and not ast.get_docstring(module.tree)
    ]


def busy_packages(package: Path) -> list[str]:
    """`__init__` files that hold more than a docstring; the package's own may."""
    return [
        f"{module.relative}: an __init__ holds nothing but its docstring"
        for module in modules(package)
        if module.is_package and module.room and not _is_bare(module.tree)
    ]


def vague_names(package: Path) -> list[str]:
    return [
        f"{module.relative}: name the thing; '{word}' says nothing"
        for module in modules(package)
        for word in Path(module.relative).with_suffix("").parts
        if word.strip("_") in VAGUE_NAMES
    ]


def prints(package: Path, allowed_rooms: Collection[str] = ("cli",)) -> list[str]:
    return [
        f"{module.relative}:{node.lineno}: only {', '.join(allowed_rooms)} may print"
        for module in modules(package)
        if module.room not in allowed_rooms
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "print"
    ]


def _ratchet(sizes: Mapping[str, int], limit: int, allowed: Mapping[str, int]) -> list[str]:
    found = []
    for name, lines in sorted(sizes.items()):
        if lines > max(limit, allowed.get(name, limit)):
            found.append(f"{name}: {lines} lines, allowed are {allowed.get(name, limit)}; split it")
    for name, before in sorted(allowed.items()):
        now = sizes.get(name, 0)
        if now <= limit:
            found.append(f"{name}: no longer too large; take it out of tests/house/baseline.toml")
        elif now < before:
            found.append(f"{name}: has shrunk to {now}; write that into tests/house/baseline.toml")
    return found


def _functions(node: ast.AST, prefix: str) -> Iterator[tuple[str, int]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Function | ast.ClassDef):
            name = f"{prefix}{child.name}"
            if isinstance(child, Function):
                yield name, (child.end_lineno or child.lineno) - child.lineno + 1
            yield from _functions(child, f"{name}.")
        else:
            yield from _functions(child, prefix)


def _is_bare(tree: ast.Module) -> bool:
    return len(tree.body) == 1 and ast.get_docstring(tree) is not None
