"""Learned versions as they are shown and answered to scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.cli.door import Door

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from casework.types.learned import Version

_INDENT = 4
_WIDE = 12


def as_json(version: Version) -> dict[str, object]:
    """A version for scripts."""
    from casework.sdk.learned.file import version_json

    return {**version_json(version)}


def tell_version(door: Door, version: Version) -> None:
    """All of a version."""

    def draw(console: Console) -> None:
        from casework.cli.terminal import said

        console.print(said(f"Version {version.number} of {version.path}", "bold"))
        for name, text in _facts(version):
            line(console, name, text)

    door.answer(as_json(version), draw)


def _facts(version: Version) -> list[tuple[str, str]]:
    from casework.cli.words import clock, many
    from casework.sdk.learned.examples import in_words

    decided = f"{version.state}, by {version.decided_by}" if version.decided_by else version.state
    sure = ", ".join(f"{one:.2f}" for one in version.thresholds)
    documents = sum(":" not in source for source in version.label.sources)
    return [
        ("state", decided),
        ("why", version.reason),
        ("made", f"{clock(version.made_at, with_date=True)} by {version.estimator}"),
        ("from", f"{in_words(version.examples)}, {many(documents, 'document')}"),
        ("gate", version.gate.reason),
        ("thresholds", sure or "none: how sure one may be is not measured yet"),
        ("readers", version.audience.replace("|", " and ") or "everybody"),
        ("id", version.id),
        ("sha256", version.sha256),
    ]


def tell_versions(door: Door, versions: Sequence[Version]) -> None:
    """All versions, a few lines each."""

    def draw(console: Console) -> None:
        from casework.cli.terminal import join, said

        if not versions:
            console.print("Nothing was learned yet.")
        for one in versions:
            console.print(join(said(f"{one.path} {one.number}", "bold"), f"  {one.state}"))
            line(console, "", one.reason or one.gate.reason)

    door.answer({"versions": [as_json(one) for one in versions]}, draw)


def line(console: Console, name: str, text: str) -> None:
    """A name and what is told of it, folded beside it."""
    from casework.cli.fold import fold
    from casework.cli.signs import QUIET
    from casework.cli.terminal import join, said

    if not text:
        return
    lines = fold(text, max(20, console.width - _INDENT - _WIDE), 6)
    for number, line in enumerate(lines):
        head = (name if number == 0 else "").ljust(_WIDE)
        console.print(join(" " * _INDENT, said(head, QUIET), said(line)))
