"""Checks which room may know which: floors, circles, owners of libraries."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.house.source import Import, Module, modules
from tests.house.table import House

SELF = "casework"


def wrong_arrows(package: Path, house: House) -> list[str]:
    """Unknown rooms, and imports that go up, sideways or where the house forbids it."""
    found: list[str] = []
    unknown: set[str] = set()
    for module in modules(package):
        if module.room in house.data_folders:
            continue
        if module.room and module.room not in house.floors:
            unknown.add(module.room)
            continue
        for item in module.imports():
            if item.module.split(".")[0] == SELF:
                found += _judge(module, item, house)
    found += [
        f"unknown room '{room}': give it a floor in tests/house/floors.toml" for room in unknown
    ]
    return sorted(found)


def circles(package: Path) -> list[str]:
    """Modules that import each other in a ring, each ring once, as 'a -> b -> a'."""
    known = {module.name: module for module in modules(package)}
    graph = {
        name: sorted({target for item in module.imports() for target in _targets(item, known)})
        for name, module in known.items()
    }
    rings = [ring for ring in _rings(graph) if len(ring) > 1 or ring[0] in graph[ring[0]]]
    return [" -> ".join([*_walk(ring, graph), ""]).removesuffix(" -> ") for ring in rings]


def foreign_imports(package: Path, house: House) -> list[str]:
    """Libraries that are imported outside the room that owns them, or that nobody owns."""
    found: list[str] = []
    for module in modules(package):
        if module.room in house.data_folders:
            continue
        for item in module.imports():
            message = _foreign(module, item, house.owners)
            if message:
                found.append(f"{module.relative}:{item.line}: {message}")
    return sorted(set(found))


def _judge(module: Module, item: Import, house: House) -> Iterator[str]:
    here = module.room
    parts = item.dotted.split(".")
    there = parts[1] if len(parts) > 1 else ""
    place = f"{module.relative}:{item.line}"
    if there not in house.floors:
        if here or there in house.data_folders:
            yield (
                f"{place}: '{item.dotted}' is not in a room; rooms import only from rooms "
                "(a data folder is read by importlib.resources)"
            )
        return
    if not here or here == there:
        return
    if house.floors[here] < house.floors[there]:
        yield f"{place}: '{here}' may not know '{there}', which stands above it"
    elif house.floors[here] == house.floors[there]:
        yield f"{place}: '{here}' may not know '{there}': they stand on one floor"
    elif here in house.only and there not in house.only[here]:
        yield f"{place}: '{here}' knows only {', '.join(sorted(house.only[here]))}"
    elif there in house.never.get(here, ()):
        yield f"{place}: '{here}' may not know '{there}'"
    elif there in house.only_from and here not in house.only_from[there]:
        yield f"{place}: only {', '.join(sorted(house.only_from[there]))} may know '{there}'"


def _targets(item: Import, known: Mapping[str, Module]) -> Iterator[str]:
    """The module that an import reaches: the name itself if it is a module, else its owner."""
    if item.dotted in known:
        yield item.dotted
    elif item.module in known:
        yield item.module


def _rings(graph: Mapping[str, list[str]]) -> list[list[str]]:
    """Strongly connected components (Tarjan 1972), without recursion."""
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    rings: list[list[str]] = []
    for start in graph:
        if start in order:
            continue
        work = [(start, iter(graph[start]))]
        order[start] = low[start] = len(order)
        stack.append(start)
        while work:
            node, children = work[-1]
            child = next(children, None)
            if child is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == order[node]:
                    cut = stack.index(node)
                    rings.append(sorted(stack[cut:]))
                    del stack[cut:]
            elif child not in order:
                order[child] = low[child] = len(order)
                stack.append(child)
                work.append((child, iter(graph[child])))
            elif child in stack:
                low[node] = min(low[node], order[child])
    return rings


def _walk(ring: list[str], graph: Mapping[str, list[str]]) -> list[str]:
    """One closed path through a component, from its first module back to it."""
    inside = set(ring)
    paths = [[ring[0]]]
    seen = {ring[0]}
    while paths:
        path = paths.pop(0)
        for child in graph[path[-1]]:
            if child == ring[0]:
                return [*path, child]
            if child in inside and child not in seen:
                seen.add(child)
                paths.append([*path, child])
    return ring


def _foreign(module: Module, item: Import, owners: Mapping[str, frozenset[str]]) -> str | None:
    top = item.module.split(".")[0]
    if top == SELF:
        return None
    owned = [key for key in owners if f"{item.dotted}.".startswith(f"{key}.")]
    if not owned:
        if top in sys.stdlib_module_names:
            return None
        return (
            f"'{top}' has no owner; add it under [owners] in tests/house/floors.toml, with the "
            "one room that may import it, and to docs/dependencies.md"
        )
    rooms = owners[max(owned, key=len)]
    if module.room in rooms:
        return None
    return f"'{max(owned, key=len)}' belongs to {', '.join(sorted(rooms))}"
