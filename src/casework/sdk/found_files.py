"""Files that were named, or lie below a folder that was: which are to be read, and why not."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from casework.base.errors import UsageError

_NOT_DOCUMENTS = ("thumbs.db", "desktop.ini")
_UNFINISHED = (".part", ".partial", ".filepart", ".crdownload", ".download", ".tmp")


@dataclass(frozen=True, slots=True)
class Found:
    """A file on disk and the sub-folder that it lies in, below what was named; `left_out` tells why
    it is not to be read ('' when it is)."""

    path: Path
    folder: str
    left_out: str = ""


def find_files(paths: Sequence[Path]) -> Iterator[Found]:
    """All files named or below a folder that is named, in the order of their names; hidden and
    unfinished ones are passed over. A link below a folder is followed only to a file within what
    was named. Raises `UsageError` for a path that is not there."""
    for path in paths:
        if not path.is_file() and not path.is_dir():
            raise UsageError(
                f"There is no file or folder {path}.", fix="Check the name and try again."
            )
    within = [path.resolve() for path in paths]
    for path in paths:
        if path.is_dir():
            yield from _below(path, within)
        else:
            yield Found(path, "")


def _below(top: Path, within: Sequence[Path]) -> Iterator[Found]:
    for folder, inner, names in os.walk(top):
        inner[:] = sorted(name for name in inner if not name.startswith("."))
        links = [name for name in inner if (Path(folder) / name).is_symlink()]
        for name in sorted([*names, *links]):
            path = Path(folder) / name
            why = astray(path, within) if path.is_symlink() else ""
            if is_document(name) and (why or path.is_file()):
                parts = path.relative_to(top).parts
                yield Found(path, parts[0] if len(parts) > 1 else "", why)


def astray(link: Path, within: Sequence[Path]) -> str:
    """Why a link is not followed, '' when it leads to a file within what was named."""
    if link.is_dir():
        return "a link to a folder; add the folder itself"
    try:
        target = link.resolve(strict=True)
    except (OSError, RuntimeError):
        return "a link that leads nowhere"
    if any(target.is_relative_to(folder) for folder in within):
        return ""
    return "a link to a file outside of what was named; add that file itself"


def is_document(name: str) -> bool:
    low = name.lower()
    hidden = low.startswith((".", "~$"))
    return not hidden and low not in _NOT_DOCUMENTS and not low.endswith(_UNFINISHED)


def innermost(folder: Path) -> Path:
    """The folder itself, or the one below it that holds all there is: people who drop a folder mean
    what lies in it."""
    while True:
        inside = list(folder.iterdir())
        if len(inside) != 1 or not inside[0].is_dir() or inside[0].is_symlink():
            return folder
        folder = inside[0]
