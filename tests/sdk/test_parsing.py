"""Reading files into the store: what a file in a file that cannot be read costs."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from casework.base.errors import WorkerError
from casework.documents.fenced.workers import Workers
from casework.documents.reading import Parsed
from casework.sdk.parsing import Parsing
from casework.store.store import Store


class _Tired(Workers):
    """Workers of which none can be started for `b.txt`."""

    async def parse(self, path: Path, name: str, *, password: str = "") -> Parsed:
        if name == "b.txt":
            raise WorkerError("A worker process does not start.", fix="Run `casework doctor`.")
        return await super().parse(path, name, password=password)


async def test_what_a_file_in_a_file_meets_is_one_error_that_can_be_caught(tmp_path: Path) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        for name in ("a.txt", "b.txt"):
            made.writestr(name, f"This is {name}.")
    path = tmp_path / "a.zip"
    path.write_bytes(target.getvalue())
    store = Store.create(tmp_path / "workspace")
    async with _Tired(count=1) as workers:
        with pytest.raises(WorkerError):
            await Parsing(store, workers).take(path, "a.zip")
    await store.close()
