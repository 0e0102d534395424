"""A small package written on the spot, so that each check can be seen to fail."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture
def tree(tmp_path: Path) -> Callable[[dict[str, str]], Path]:
    """Writes {path inside the package: source} and returns the package's folder."""

    def write(files: dict[str, str]) -> Path:
        package = tmp_path / "casework"
        for name, source in files.items():
            path = package / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(source, encoding="utf-8")
        return package

    return write
