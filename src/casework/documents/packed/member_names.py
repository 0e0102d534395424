"""Names of files that travelled inside others, made harmless. Nothing is written under them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from casework.documents.reading import Member

_UNSAFE = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]+')
"""Also marks that turn the direction of letters, by which `exe.pdf` is made of `fdp.exe`."""
_LONGEST = 150
_LONGEST_PATH = 400


def safe_name(name: str, ending: str = "") -> str:
    """A name without folders and without what no file system takes; `ending` is put behind it."""
    clean = " ".join(_UNSAFE.sub(" ", name).split()).strip(". ")
    room = max(_LONGEST - len(ending), 1)
    if len(clean) > room:
        stem, dot, suffix = clean.rpartition(".")
        kept = f"{dot}{suffix}" if dot and len(suffix) < 10 and not ending else ""
        clean = (stem if kept else clean)[: room - len(kept)].rstrip(". ") + kept
    return (clean or "attachment") + ending


def safe_path(path: str, *, hidden: bool = False) -> str:
    """The path of a file inside an archive: its folders kept, parted by `/`, none of them `..`.
    Dots at the begin of names are taken away, unless what is `hidden` is to be shown as such."""
    parts = re.split(r"[/\\]+", path)
    steps = [
        ("." if hidden and part.startswith(".") else "") + safe_name(part)
        for part in parts
        if part.strip(". ") and not re.fullmatch(r"\w:", part)
    ]
    while len(steps) > 1 and sum(map(len, steps)) + len(steps) > _LONGEST_PATH:
        steps.pop(0)
    return "/".join(steps) or "file"


def distinct(members: Iterable[Member]) -> Iterator[Member]:
    """The members, with a number in names that occur twice."""
    seen: set[str] = set()
    times: dict[str, int] = {}
    for member in members:
        name = member.name
        while name in seen:
            times[member.name] = times.get(member.name, 1) + 1
            name = _numbered(member.name, times[member.name])
        seen.add(name)
        yield member if name == member.name else Member(name, member.data)


def _numbered(name: str, number: int) -> str:
    stem, dot, ending = name.rpartition(".")
    if dot and "/" not in ending:
        return f"{stem} ({number}).{ending}"
    return f"{name} ({number})"


def shown_size(count: int) -> str:
    """A number of bytes for people: `1.2 MB`, counted as the limits are."""
    for unit, size in (("GB", 1 << 30), ("MB", 1 << 20), ("kB", 1 << 10)):
        if count >= size:
            return f"{count / size:.1f}".removesuffix(".0") + f" {unit}"
    return f"{count} bytes" if count != 1 else "1 byte"
