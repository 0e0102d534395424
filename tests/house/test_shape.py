"""Files look as the house wants them: small, told from the top, well named. And checks fail."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.house import shape
from tests.house.source import PACKAGE
from tests.house.table import read_house

FILES, FUNCTIONS = shape.read_baseline()
DATA_FOLDERS = read_house().data_folders
Tree = Callable[[dict[str, str]], Path]


def test_no_file_is_larger_than_the_ratchet_allows() -> None:
    assert shape.large_files(PACKAGE, FILES) == []


def test_no_function_is_longer_than_the_ratchet_allows() -> None:
    assert shape.long_functions(PACKAGE, FUNCTIONS) == []


def test_every_module_says_what_it_does() -> None:
    assert shape.missing_docstrings(PACKAGE, DATA_FOLDERS) == []


def test_package_files_hold_nothing_but_a_docstring() -> None:
    assert shape.busy_packages(PACKAGE) == []


def test_no_file_has_a_name_that_says_nothing() -> None:
    assert shape.vague_names(PACKAGE) == []


def test_only_the_command_line_prints() -> None:
    assert shape.prints(PACKAGE) == []


def test_a_file_over_the_limit_is_found(tree: Tree) -> None:
    package = tree({"store/big.py": "x = 1\n" * 501, "store/fits.py": "x = 1\n" * 500})
    assert shape.large_files(package, {}) == [
        "casework/store/big.py: 501 lines, allowed are 500; split it"
    ]


@pytest.mark.parametrize(
    ("allowed", "complaint"),
    [
        (600, None),
        (599, "allowed are 599; split it"),
        (601, "has shrunk to 600"),
    ],
)
def test_the_ratchet_only_lets_sizes_shrink(
    tree: Tree, allowed: int, complaint: str | None
) -> None:
    package = tree({"store/big.py": "x = 1\n" * 600})
    found = shape.large_files(package, {"casework/store/big.py": allowed})
    assert len(found) == (0 if complaint is None else 1)
    assert complaint is None or complaint in found[0]


def test_an_exception_that_is_no_longer_needed_must_go(tree: Tree) -> None:
    package = tree({"store/small.py": "x = 1\n"})
    found = shape.large_files(package, {"casework/store/small.py": 600, "casework/gone.py": 600})
    assert len(found) == 2
    assert all("take it out" in line for line in found)


def test_a_long_function_is_found_by_its_full_name(tree: Tree) -> None:
    body = "        x = 1\n" * 60
    source = f"class Cell:\n    async def run(self):\n{body}\n    def short(self):\n        pass\n"
    found = shape.long_functions(tree({"engine/cell.py": source}), {})
    assert found == [
        "casework/engine/cell.py::Cell.run: 61 lines, allowed are 60; split it",
    ]


def test_a_module_without_a_docstring_is_found(tree: Tree) -> None:
    package = tree({"store/a.py": "x = 1", "store/b.py": '"""Keeps b."""', "samples/c.py": ""})
    found = shape.missing_docstrings(package, DATA_FOLDERS)
    assert [line.split(":")[0] for line in found] == ["casework/store/a.py"]


@pytest.mark.parametrize("body", ['"""Room."""\nfrom casework.store import cells', "", "x = 1"])
def test_a_package_file_with_code_or_without_docstring_is_found(tree: Tree, body: str) -> None:
    package = tree({"__init__.py": "x = 1", "store/__init__.py": body})
    assert len(shape.busy_packages(package)) == 1


@pytest.mark.parametrize("name", ["store/utils.py", "store/_helpers.py", "misc/cell.py"])
def test_a_vague_name_is_found(tree: Tree, name: str) -> None:
    assert len(shape.vague_names(tree({name: "", "store/manage.py": ""}))) == 1


def test_a_print_outside_the_command_line_is_found(tree: Tree) -> None:
    package = tree({"store/a.py": "def f():\n    print(1)", "cli/main.py": "print(1)"})
    found = shape.prints(package)
    assert [line.split(" ")[0] for line in found] == ["casework/store/a.py:2:"]
