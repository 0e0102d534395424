"""The commands that the documentation names are there."""

from __future__ import annotations

import re
from collections.abc import Iterator

import typer
from typer.core import TyperGroup

from casework.cli.app import make_app
from tests.docs.pages import DOCS, ROOT

_NAMED = re.compile(r"(?:`|^    |^\$ )casework ([a-z][a-z -]*)", re.MULTILINE)


def _unknown(root: TyperGroup, text: str) -> Iterator[str]:
    """The commands that a text names and that are not there, as they are written."""
    for words in _NAMED.findall(text):
        node: object = root
        for word in words.split():
            if not isinstance(node, TyperGroup):
                break
            if word not in node.commands:
                yield words
                break
            node = node.commands[word]


def test_every_command_that_a_page_names_is_there() -> None:
    root = typer.main.get_command(make_app())
    assert isinstance(root, TyperGroup)
    pages = [*DOCS.glob("*.md"), ROOT / "README.md"]
    wrong = {path.name: [*_unknown(root, path.read_text("utf-8"))] for path in pages}
    assert {name: found for name, found in wrong.items() if found} == {}
