"""Which files make one case: a file, a sub-folder, a mail thread, or a key found in them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from casework.base.errors import UsageError
from casework.documents.mails.headers import top_of_thread
from casework.sdk.parsing import Arrival

GROUPINGS = ("auto", "file", "folder", "thread", "key:PATTERN")
_SHORTEST_KEY = 4
"""Keys shorter than this, or without a digit, are too common to look for inside documents."""
_PAGES_FOR_KEY = 3
_MOSTLY = 0.5
_MAILBOX = "mailbox"
_ANSWERED = re.compile(r"^\s*(?:(?:re|aw|fwd?|wg|sv|vs|antw|tr|rv|r)(?:\[\d+\])?\s*:\s*)+", re.I)


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file that was handed in, with what was found in it. `folder` is its sub-folder below what
    was named, '' when it lies directly there; `arrivals` the document and its attachments.

    `inside` is the name of a mail that lies in a mailbox at this path ('' for a file of its own);
    `thread` the mail thread that it was found to belong to.
    """

    path: Path
    folder: str
    arrivals: tuple[Arrival, ...]
    inside: str = ""
    thread: str = ""

    @property
    def name(self) -> str:
        """Its name without folders."""
        return self.inside or self.path.name

    @property
    def stem(self) -> str:
        """Its name without folders and without its ending."""
        return self.inside.rpartition(".")[0] or self.inside if self.inside else self.path.stem

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
    opened = any(file.inside for file in files)
    if (opened or mails > len(files) * _MOSTLY) and len(threads) < mails:
        return "thread"
    return "file"


def case_key(file: Incoming, grouping: str, known: Mapping[str, str]) -> str:
    """The key of the case that a file belongs to. `known` maps keys of cases to their names."""
    if grouping.startswith("key:"):
        found = _pattern_key(file, grouping.removeprefix("key:"))
        return found or file.stem
    if grouping == "thread":
        return _known_thread(file, known) or file.stem
    if grouping == "folder" and file.folder:
        return file.folder
    if grouping == "folder":
        return _named_case(file, known) or file.path.stem
    return file.stem


def thread_of(file: Incoming) -> str:
    """The mail thread of a file, '' when it is no mail."""
    if file.thread or not file.arrivals:
        return file.thread
    return file.arrivals[0].document.facts.get("thread", "")


def _known_thread(file: Incoming, known: Mapping[str, str]) -> str:
    """The thread of a file: the one that it names itself, where there is a case of that already."""
    stated = file.arrivals[0].document.facts.get("thread", "") if file.arrivals else ""
    return stated if stated in known else thread_of(file)


def opened(files: Sequence[Incoming]) -> list[Incoming]:
    """These files with mailboxes opened: each of their mails, with what is attached to it, as if it
    had come as a file of its own; and mails linked to threads over all of the files."""
    found = [mail for file in files for mail in _mails_in(file)]
    above = {
        facts["message-id"]: facts["thread"]
        for file in found
        if (facts := file.arrivals[0].document.facts).get("message-id") and facts.get("thread")
    }
    return [replace(file, thread=top_of_thread(thread_of(file), above)) for file in found]


def is_opened(file: Incoming) -> bool:
    """Whether a file is a mailbox whose mails are taken as files of their own."""
    return file.arrivals[0].document.reader == _MAILBOX and len(file.arrivals) > 1


def _mails_in(file: Incoming) -> list[Incoming]:
    if not is_opened(file):
        return [file]
    mailbox, *rest = file.arrivals
    mails: list[list[Arrival]] = []
    for arrival in rest:
        if arrival.parent == mailbox.document.sha256:
            mails.append([])
        mails[-1].append(arrival)
    return [replace(file, arrivals=tuple(mail), inside=mail[0].name) for mail in mails]


def subject_of(file: Incoming) -> str:
    """The subject of a mail without what says that it is an answer."""
    subject = file.arrivals[0].document.facts.get("subject", "")
    return _ANSWERED.sub("", subject) or subject


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
