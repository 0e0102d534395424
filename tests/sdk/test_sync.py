"""The sync face is made from the async classes: whole, up to date, and typed for its users."""

from __future__ import annotations

import ast
import importlib.util
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

from casework.sdk.sync import SyncWorkspace
from casework.sdk.sync_worksheet import SyncWorksheet
from casework.sdk.worksheet import Worksheet
from casework.sdk.workspace import Workspace
from tools.sync_face import TARGETS, module_texts, source

SHELF = '''
from collections.abc import AsyncIterator
from pathlib import Path

class Shelf:
    """Holds books."""

    @classmethod
    async def open(cls) -> Shelf: ...

    async def __aenter__(self) -> Shelf: ...

    @property
    def folder(self) -> Path:
        """Where it is."""

    async def pages(self, *names: str, last: int = 3) -> AsyncIterator[Path]:
        """One at a time."""

    async def shelves(self) -> list[Shelf]: ...

    async def put(self, book: str) -> None: ...

    async def _hidden(self) -> None: ...
'''


@pytest.mark.parametrize("target", TARGETS)
def test_the_file_is_what_the_async_classes_say_now(target: Path) -> None:
    made = ast.parse(source(module_texts(), TARGETS[target]))
    kept = ast.parse(target.read_text("utf-8"))
    assert ast.dump(made) == ast.dump(kept), "run: .venv/bin/python tools/sync_face.py"


@pytest.mark.parametrize(("face", "real"), [(SyncWorksheet, Worksheet), (SyncWorkspace, Workspace)])
def test_a_face_has_every_action_with_its_parameters_and_its_words(face: type, real: type) -> None:
    names = [name for name in vars(real) if not name.startswith("_")]
    assert len(names) > 5
    for name in names:
        if isinstance(vars(real)[name], classmethod):
            continue
        wanted, found = getattr(real, name), getattr(face, name)
        assert inspect.getdoc(found) == inspect.getdoc(wanted), name
        if callable(wanted):
            parameters = inspect.signature(wanted).parameters
            assert list(inspect.signature(found).parameters) == list(parameters), name


def test_iterators_properties_lists_of_faces_and_context_managers_are_faced() -> None:
    text = source({"Shelf": SHELF}, ("Shelf",))
    for line in (
        "class SyncShelf(OpenFace[Shelf]):",
        "    def folder(self) -> Path:",
        "        return self._real.folder",
        "    def pages(self, *names: str, last: int=3) -> Iterator[Path]:",
        "        yield from self._line.iterate(self._real.pages(*names, last=last))",
        "    def shelves(self) -> list[SyncShelf]:",
        "        return [SyncShelf(one, self._line)"
        " for one in self._line.call(self._real.shelves())]",
        "        self._line.call(self._real.put(book))",
        "    from collections.abc import Iterator",
    ):
        assert line in text.splitlines()
    assert "_hidden" not in text
    assert "def open" not in text


def test_what_has_no_face_is_refused_when_it_is_made() -> None:
    text = SHELF.replace("-> list[Shelf]", "-> dict[str, Shelf]")
    with pytest.raises(SystemExit, match=r"dict\[str, Shelf\]"):
        source({"Shelf": text}, ("Shelf",))


SCRIPT = """import casework
from casework import SyncWorksheet, step


@step(name="Twice")
def twice(net: int) -> int:
    return net * 2


def cases_of(sheet: SyncWorksheet) -> list[str]:
    return [cell.case_name for row in sheet.table().rows for cell in row.cells if cell.needs]


def main(folder: str) -> int:
    with casework.open(folder) as workspace:
        sheet = workspace.worksheet("invoices")
        run = sheet.run(cases=["a"], on_progress=lambda progress: None)
        shown: str = sheet.cell("a", "Net").cell.shown
        stop = workspace.listen(lambda event: None)
        stop()
        return len(shown) + sum(run.counts.values()) + len(cases_of(sheet))
"""


def checked(folder: Path, name: str, script: str) -> subprocess.CompletedProcess[str]:
    """mypy --strict on a script of somebody who uses casework."""
    if importlib.util.find_spec("mypy") is None:
        pytest.skip("mypy is not installed, so what a type checker sees was not looked at")
    (folder / name).write_text(script, "utf-8")
    words = ["mypy", "--strict", "--no-color-output", "--cache-dir", "cache", name]
    return subprocess.run(
        [sys.executable, "-m", *words], cwd=folder, capture_output=True, text=True, check=False
    )


def test_a_strict_type_checker_follows_a_script_and_sees_its_slips(tmp_path: Path) -> None:
    right = checked(tmp_path, "right.py", SCRIPT)
    assert right.returncode == 0, right.stdout
    wrong = checked(tmp_path, "wrong.py", SCRIPT.replace("sheet.run(", "sheet.rum("))
    assert '"SyncWorksheet" has no attribute "rum"' in wrong.stdout
    odd = checked(tmp_path, "odd.py", SCRIPT.replace("casework.open(", "casework.opne("))
    assert 'Module has no attribute "opne"' in odd.stdout
