"""What a worksheet is called that is made of files, while nobody gave it a name."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from casework.sdk.suggesting.reading import ReadFiles

_ANY_FOLDER = frozenset(
    {"files", "file", "folder", "new folder", "documents", "downloads", "desktop", "uploads",
     "upload", "inbox", "scans", "scan", "tmp", "temp", "data", "home"}
)  # fmt: skip
"""Names of folders that tell nothing of what lies in them; uploads lie in `files`."""
_ANY_FILE = frozenset({"img", "image", "scan", "document", "file", "dsc", "page", "untitled"})
"""Names that cameras, scanners and programs give."""
_SEPARATORS = re.compile(r"[\s_.\-]+")
_COUNTED = re.compile(r"[\s_.\-]*\d.*\Z", re.DOTALL)
_A_WORD = re.compile(r"[^\W\d_]{3}")
_LONGEST = 60
NOTHING_TOLD = "Worksheet"


def title_of(read: ReadFiles) -> str:
    """What the files are, in a word: their kind, if most are of one; else the folder around them,
    or how most of their names begin."""
    kinds = Counter(
        arrival.kinds[0] for file in read.incoming for arrival in file.arrivals[:1] if arrival.kinds
    )
    if kinds:
        kind, count = kinds.most_common(1)[0]
        if count * 2 >= len(read.incoming):
            return f"{kind.capitalize()}{'' if kind.endswith('s') else 's'}"
    paths = [file.path for file in read.incoming]
    return folder_name(paths) or common_name(paths) or NOTHING_TOLD


def folder_name(paths: Sequence[Path]) -> str:
    """The name of the folder around all files; '' where it tells nothing."""
    if not paths:
        return ""
    told = _worded(Path(os.path.commonpath([path.parent for path in paths])).name)
    return "" if told.casefold() in _ANY_FOLDER else told


def common_name(paths: Sequence[Path]) -> str:
    """How most names of files begin, without what counts them; '' where they have nothing such in
    common."""
    begun = [_worded(_COUNTED.sub("", path.stem)) for path in paths]
    names = Counter(told for told in begun if told and told.casefold() not in _ANY_FILE)
    if not names:
        return ""
    name, count = names.most_common(1)[0]
    return name if count * 2 > len(paths) else ""


def _worded(name: str) -> str:
    """A name of a folder or file as words; '' for what has no word in it."""
    told = " ".join(_SEPARATORS.split(name)).strip()
    return f"{told[:1].upper()}{told[1:_LONGEST]}" if _A_WORD.search(told) else ""
