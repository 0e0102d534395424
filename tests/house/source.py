"""The package's modules as syntax trees, with what each one imports. Knows no rule."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "casework"


@dataclass(frozen=True, slots=True)
class Import:
    """One imported name: `import a.b` is ("a.b", None), `from a import b` is ("a", "b")."""

    module: str
    name: str | None
    line: int

    @property
    def dotted(self) -> str:
        return self.module if self.name is None else f"{self.module}.{self.name}"


@dataclass(frozen=True, slots=True)
class Module:
    """One file of the package. `name` is dotted; a package is named without `__init__`."""

    path: Path
    relative: str
    name: str
    tree: ast.Module
    lines: int

    @property
    def is_package(self) -> bool:
        return self.path.name == "__init__.py"

    @property
    def room(self) -> str:
        """The folder right under the package; empty for the package's own files."""
        parts = Path(self.relative).parts
        return parts[1] if len(parts) > 2 else ""

    def imports(self) -> Iterator[Import]:
        """Every import in the file, those inside functions and TYPE_CHECKING too."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    yield Import(alias.name, None, node.lineno)
            elif isinstance(node, ast.ImportFrom):
                base = self._absolute(node)
                for alias in node.names:
                    yield Import(base, alias.name, node.lineno)

    def _absolute(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        parts = self.name.split(".")
        keep = len(parts) - node.level + (1 if self.is_package else 0)
        return ".".join([*parts[:keep], *([node.module] if node.module else [])])


def modules(package: Path) -> tuple[Module, ...]:
    """Every Python file under `package`, which is the folder of the package itself."""
    return tuple(_module(path, package) for path in sorted(package.rglob("*.py")))


@cache
def _parsed(path: Path, changed_ns: int) -> tuple[ast.Module, int]:
    text = path.read_text(encoding="utf-8")
    return ast.parse(text, filename=str(path)), len(text.splitlines())


def _module(path: Path, package: Path) -> Module:
    relative = path.relative_to(package.parent)
    parts = relative.with_suffix("").parts
    name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
    tree, lines = _parsed(path, path.stat().st_mtime_ns)
    return Module(path=path, relative=relative.as_posix(), name=name, tree=tree, lines=lines)
