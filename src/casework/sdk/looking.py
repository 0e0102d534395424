"""A folder looked at again and again: which of its files are complete. Reads names, sizes and
times, never contents; stores nothing.

A file is complete when size and time of change have stayed as they are for the settle time. Files
of one sub-folder are given out together once all of them are, since they come together.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from casework.sdk.found_files import astray, is_document

LONGEST_HOLD_S = 60.0
"""A complete file waits so long for others of its folder that are still being written."""
EMPTY = "it is empty so far"
Mark = tuple[int, int]
"""Size and time of change (ns): while they stay, the bytes are taken to stay."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """A file as it was seen. `path` is below the folder, with `/`, and can be stored as text;
    `place` is where it lies; `why` tells why it is not complete or cannot be taken."""

    path: str
    place: Path
    mark: Mark
    why: str = ""

    @property
    def folder(self) -> str:
        """Its first sub-folder below the one that is watched; '' for none."""
        first, slash, _ = self.path.partition("/")
        return first if slash else ""


@dataclass(slots=True)
class Look:
    """What one look found. `complete` may be taken now; `fresh` was seen for the first time, or
    changed since; `refused` cannot be taken; `open` counts what is not complete yet; `problem` says
    why the folder itself could not be looked at."""

    complete: list[Sighting] = field(default_factory=list)
    fresh: list[Sighting] = field(default_factory=list)
    refused: list[Sighting] = field(default_factory=list)
    open: int = 0
    problem: str = ""


class FolderLook:
    """Looks at one folder. `taken` are the marks of files that were dealt with, by path; `seen`
    those of files that were not, each with how long ago it was seen like that (s).

    `without` is a folder that is passed over: the workspace, where it lies inside.
    """

    def __init__(
        self,
        folder: Path,
        *,
        settle_s: float,
        taken: Mapping[str, Mark] | None = None,
        seen: Mapping[str, tuple[Mark, float]] | None = None,
        now_s: float = 0.0,
        without: Path | None = None,
    ) -> None:
        self.folder = folder
        self._settle_s = settle_s
        self._dealt = dict(taken or {})
        self._since = {path: (mark, now_s - age) for path, (mark, age) in (seen or {}).items()}
        self._without = without.resolve() if without else None

    def look(self, now_s: float) -> Look:
        """Look once, at this moment of a clock that only goes forward."""
        found = Look()
        here: dict[str, Sighting] = {}
        try:
            for sighting in self._scan(found):
                here[sighting.path] = sighting
        except OSError as error:
            found.problem = _words(self.folder, error)
            return found
        self._since = {path: since for path, since in self._since.items() if path in here}
        settled: list[Sighting] = []
        for sighting in here.values():
            mark, since_s = self._since.get(sighting.path, (None, now_s))
            if mark != sighting.mark:
                since_s = now_s
                self._since[sighting.path] = (sighting.mark, now_s)
                found.fresh.append(sighting)
            if sighting.why == EMPTY or now_s - since_s < self._settle_s:
                found.open += 1
            else:
                settled.append(sighting)
        found.complete = sorted(self._whole(settled, here, now_s), key=lambda seen: seen.path)
        found.open += len(settled) - len(found.complete)
        found.fresh.sort(key=lambda seen: seen.path)
        return found

    def deal_with(self, sighting: Sighting) -> None:
        """Say that a file was taken or refused: it is passed over until it changes."""
        self._dealt[sighting.path] = sighting.mark
        self._since.pop(sighting.path, None)

    def watch_on(self, sighting: Sighting) -> None:
        """Say that a file changed while it was read: it must settle anew."""
        self._since.pop(sighting.path, None)

    def _whole(
        self, settled: list[Sighting], here: Mapping[str, Sighting], now_s: float
    ) -> Iterator[Sighting]:
        """Those of the settled files whose sub-folder is settled too, or has waited long enough."""
        done = {sighting.path for sighting in settled}
        growing = {seen.folder for path, seen in here.items() if path not in done and seen.folder}
        for sighting in settled:
            waited_s = now_s - self._since[sighting.path][1]
            if sighting.folder not in growing or waited_s > self._settle_s + LONGEST_HOLD_S:
                yield sighting

    def _scan(self, found: Look) -> Iterator[Sighting]:
        """All files below the folder that were not dealt with as they are; raises `OSError` when
        the folder itself cannot be read."""
        within = [self.folder.resolve(strict=True)]
        open_folders = [(str(self.folder), "")]
        while open_folders:
            path, below = open_folders.pop()
            try:
                with os.scandir(path) as entries:
                    for entry in entries:
                        name = _text(entry.name)
                        if not is_document(name):
                            continue
                        told = f"{below}{name}"
                        if entry.is_dir(follow_symlinks=False):
                            if self._enters(entry):
                                open_folders.append((entry.path, f"{told}/"))
                        elif (sighting := self._file(entry, told, within, found)) is not None:
                            yield sighting
            except OSError as error:
                if not below:
                    raise
                if not isinstance(error, FileNotFoundError):
                    place = Path(path)
                    why = _words(place, error)
                    found.refused.append(Sighting(below.rstrip("/"), place, (0, 0), why))

    def _enters(self, entry: os.DirEntry[str]) -> bool:
        return self._without is None or Path(entry.path).resolve() != self._without

    def _file(
        self, entry: os.DirEntry[str], told: str, within: list[Path], found: Look
    ) -> Sighting | None:
        """A file as it is now; None for what is no file, for what was dealt with as it is, and for
        what went away meanwhile."""
        try:
            if entry.is_symlink() and (why := astray(Path(entry.path), within)):
                found.refused.append(Sighting(told, Path(entry.path), (0, 0), why))
                return None
            if not entry.is_file():
                return None
            stat = entry.stat()
        except OSError:
            return None
        mark = (stat.st_size, stat.st_mtime_ns)
        if self._dealt.get(told) == mark:
            return None
        return Sighting(told, Path(entry.path), mark, "" if mark[0] else EMPTY)


def mark_of(place: Path) -> Mark | None:
    """The mark of a file as it is now; None when it is gone."""
    try:
        stat = place.stat()
    except OSError:
        return None
    return stat.st_size, stat.st_mtime_ns


def _words(place: Path, error: OSError) -> str:
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return f"{place} is not there"
    if isinstance(error, PermissionError):
        return f"{place} may not be read by this user"
    return f"{place} cannot be read: {error.strerror or error}"


def _text(name: str) -> str:
    """A name as text that can be stored; bytes that are no text are shown by their numbers."""
    if name.isascii():
        return name
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
