"""The Python in the documentation runs, block after block, as it is printed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.pages import DOCS, fenced

_PAGES = ("python.md", "models.md")


@pytest.mark.parametrize("name", _PAGES)
def test_every_python_block_of_the_page_runs_in_order(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CASEWORK_CONFIG", str(tmp_path / "config"))
    for variable in ("CASEWORK_MODEL_DEFAULT", "CASEWORK_EXTRACT_WITH", "CASEWORK_PERSON_NAME"):
        monkeypatch.delenv(variable, raising=False)
    path = DOCS / name
    blocks = [block for block in fenced(path.read_text("utf-8")) if block.language == "python"]
    assert blocks
    names: dict[str, object] = {"__name__": "example"}
    for block in blocks:
        # The empty lines make a failure name the line of the page.
        source = "\n" * (block.line - 1) + block.text
        code = compile(source, str(path), "exec", dont_inherit=True)
        exec(code, names)  # noqa: S102
