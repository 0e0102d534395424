"""The house stands: floors, no circles, one owner per library. And each check can fail."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.house.arrows import circles, foreign_imports, wrong_arrows
from tests.house.source import PACKAGE
from tests.house.table import read_house

HOUSE = read_house()
Tree = Callable[[dict[str, str]], Path]


def test_arrows_only_go_down() -> None:
    assert wrong_arrows(PACKAGE, HOUSE) == []


def test_no_modules_import_each_other_in_a_circle() -> None:
    assert circles(PACKAGE) == []


def test_every_library_is_imported_only_by_the_room_that_owns_it() -> None:
    assert foreign_imports(PACKAGE, HOUSE) == []


@pytest.mark.parametrize(
    ("file", "line", "complaint"),
    [
        ("store/cells.py", "from casework.engine.plan import plan", "stands above it"),
        ("store/cells.py", "import casework.models.gateway", "on one floor"),
        ("store/cells.py", "from casework import models", "on one floor"),
        ("store/cells.py", "from ..sdk import workspace", "stands above it"),
        ("cli/main.py", "from casework.engine.plan import plan", "knows only base, sdk, types"),
        ("serve/app.py", "from casework.values.text import shown", "knows only base, sdk, types"),
        ("cli/main.py", "from casework.serve.app import app", "on one floor"),
        ("engine/cell.py", "from casework.models.gateway import ask", "may not know 'models'"),
        ("engine/cell.py", "def f():\n    import casework.documents", "may not know 'documents'"),
        ("cellar/wine.py", "x = 1", "unknown room 'cellar'"),
        ("store/cells.py", "from casework.cellar import wine", "is not in a room"),
        ("store/cells.py", "from casework import __version__", "is not in a room"),
        ("store/cells.py", "from casework.samples import claims", "is not in a room"),
    ],
)
def test_an_arrow_that_goes_wrong_is_found(
    tree: Tree, file: str, line: str, complaint: str
) -> None:
    found = wrong_arrows(tree({file: line}), HOUSE)
    assert len(found) == 1
    assert complaint in found[0]


def test_arrows_down_inside_a_room_and_from_the_package_itself_are_fine(tree: Tree) -> None:
    package = tree(
        {
            "__init__.py": "from casework.sdk.workspace import open",
            "engine/cell.py": "from casework.steps.settle import settle\nimport casework.store",
            "engine/plan.py": "from casework.engine.cell import run",
            "cli/main.py": "from casework.sdk.workspace import open\nimport casework.base.errors",
        }
    )
    assert wrong_arrows(package, HOUSE) == []


def test_a_circle_of_imports_is_found_even_inside_functions(tree: Tree) -> None:
    package = tree(
        {
            "store/a.py": "from casework.store.b import x",
            "store/b.py": "import casework.store.c",
            "store/c.py": "def f():\n    from casework.store import a",
            "store/d.py": "from casework.store import a",
        }
    )
    ring = "casework.store.a -> casework.store.b -> casework.store.c -> casework.store.a"
    assert circles(package) == [ring]


@pytest.mark.parametrize(
    ("file", "line", "complaint"),
    [
        ("engine/cell.py", "import aiohttp", "'aiohttp' belongs to models"),
        ("engine/cell.py", "def f():\n    from sqlite3 import Row", "'sqlite3' belongs to store"),
        ("engine/cell.py", "import sqlalchemy.orm", "add it under [owners]"),
        ("sdk/get.py", "from urllib import request", "'urllib.request' belongs to models"),
        (
            "__init__.py",
            "import numpy",
            "'numpy' belongs to documents, evaluate, extraction, learn",
        ),
    ],
)
def test_a_library_in_the_wrong_room_is_found(
    tree: Tree, file: str, line: str, complaint: str
) -> None:
    found = foreign_imports(tree({file: line}), HOUSE)
    assert len(found) == 1
    assert complaint in found[0]


def test_owned_libraries_and_the_standard_library_are_fine_at_home(tree: Tree) -> None:
    package = tree(
        {
            "store/database.py": "import sqlite3\nimport json\nfrom urllib.parse import urlsplit",
            "models/transport.py": "import aiohttp.web",
            "samples/make.py": "import anything",
        }
    )
    assert foreign_imports(package, HOUSE) == []
