"""Which files make one case: a file, a sub-folder, a mail thread, or a key found in them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from casework.base.errors import UsageError
from casework.sdk.parsing import Arrival

GROUPINGS = ("auto", "file", "folder", "thread", "key:PATTERN")
_SHORTEST_KEY = 4
"""Keys shorter than this, or without a digit, are too common to look for inside documents."""
_PAGES_FOR_KEY = 3
_MOSTLY = 0.5


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file that was handed in, with what was found in it. `folder` is its sub-folder below what
    was named, '' when it lies directly there; `arrivals` the document and its attachments."""

    path: Path
    folder: str
    arrivals: tuple[Arrival, ...]

    @property
    def name(self) -> str:
        """Its name without folders."""
        return self.path.name

    def text(self) -> str:
        """The first pages of all its documents, to look for keys in."""
        pages = [p.text for a in self.arrivals for p in a.document.pages[:_PAGES_FOR_KEY]]
        return "\n".join(pages)


def check_grouping(told: str) -> str:
    """The grouping as it is kept; raises `UsageError` for what is none."""
    word = told.strip()
    if word.startswith("key:"):
        try:
            re.compile(word.removeprefix("key:"))
        except re.error as error:
            raise UsageError(
                f"{word!r} is no pattern: {error}.",
                fix=r"Write a regular expression, such as key:CLM-\d+.",
            ) from error
        return word
    if word not in GROUPINGS:
        raise UsageError(
            f"There is no grouping {told!r}.", fix=f"Use one of {', '.join(GROUPINGS)}."
        )
    return word


def choose_grouping(files: Sequence[Incoming]) -> str:
    """The grouping that fits these files: folders where there are some, threads for mail."""
    if any(file.folder for file in files):
        return "folder"
    threads = Counter(thread_of(file) for file in files)
    threads.pop("", None)
    mails = sum(threads.values())
    if mails > len(files) * _MOSTLY and len(threads) < mails:
        return "thread"
    return "file"


def case_key(file: Incoming, grouping: str, known: Mapping[str, str]) -> str:
    """The key of the case that a file belongs to. `known` maps keys of cases to their names."""
    if grouping.startswith("key:"):
        found = _pattern_key(file, grouping.removeprefix("key:"))
        return found or file.path.stem
    if grouping == "thread":
        return thread_of(file) or file.path.stem
    if grouping == "folder" and file.folder:
        return file.folder
    if grouping == "folder":
        return _named_case(file, known) or file.path.stem
    return file.path.stem


def thread_of(file: Incoming) -> str:
    """The mail thread of a file, '' when it is no mail."""
    return file.arrivals[0].document.facts.get("thread", "") if file.arrivals else ""


def _pattern_key(file: Incoming, pattern: str) -> str:
    expression = re.compile(pattern)
    for text in (file.name, file.folder, file.text()):
        found = expression.search(text)
        if found:
            return found.group(1) if expression.groups else found.group()
    return ""


def _named_case(file: Incoming, known: Mapping[str, str]) -> str:
    """The one case whose key stands in the name of a late file, else in its text."""
    keys = [key for key in known if len(key) >= _SHORTEST_KEY and any(c.isdigit() for c in key)]
    for text in (file.name, file.text()):
        folded = _folded(text)
        named = [key for key in keys if _stands_in(_folded(key), folded)]
        if len(named) == 1:
            return named[0]
    return ""


def _folded(text: str) -> str:
    return re.sub(r"[^0-9a-z]+", "-", text.casefold())


def _stands_in(key: str, text: str) -> bool:
    if key not in text:  # most of many keys: sooner said than by a pattern
        return False
    return re.search(rf"(?<![0-9a-z]){re.escape(key)}(?![0-9a-z])", text) is not None
