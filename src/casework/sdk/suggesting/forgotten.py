"""Documents that are forgotten, in drafts and unfinished uploads: files of their bytes, what was
read of them, and what suggestions quote of them. Knows no database."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from casework.base.hashing import sha256_file
from casework.sdk.suggesting.keeping import TOLD, write_told
from casework.sdk.suggesting.leftovers import DRAFTS, UPLOADS

FILES, READ = "files", "read"
"""The folders of a draft: what was handed in, and what was read of it."""
_PROCEDURE = "procedure.md"


@dataclass(frozen=True, slots=True)
class HeldByDraft:
    """What a draft, or an unfinished upload, holds of documents: `files` of their bytes, and their
    `names` (those of attachments too), `found` the sha256 and name of each file; `marks` are the
    sha256 of what was read of them, and `around` files in which they lie and which stay."""

    folder: Path
    begun: str
    files: tuple[Path, ...]
    names: frozenset[str]
    marks: frozenset[str]
    around: tuple[str, ...]
    found: tuple[tuple[str, str], ...] = ()

    @property
    def told(self) -> str:
        """What it holds, in words."""
        what = f"the draft begun {self.begun[:10]}" if self.begun else "an unfinished upload"
        inside = [f"inside {name}" for name in self.around]
        return f"{', '.join([*sorted(one.name for one in self.files), *inside])} in {what}"


def held_by_drafts(workspace: Path, wanted: Mapping[str, int]) -> list[HeldByDraft]:
    """What drafts and uploads of anybody hold of these documents, by sha256 with their bytes."""
    found: list[HeldByDraft] = []
    for folder in _subfolders(workspace / DRAFTS):
        with suppress(OSError):  # somebody makes or drops it this moment
            files = _files(folder / FILES, wanted)
            one = _of_draft(folder, files, wanted)
            if one.files or one.marks or one.around:
                found.append(one)
    for person in _subfolders(workspace / UPLOADS):
        for folder in _subfolders(person):
            files = _files(folder, wanted)
            if files:
                names = frozenset(one.name for one in files)
                told = tuple((mark, one.name) for one, mark in files.items())
                found.append(HeldByDraft(folder, "", tuple(files), names, frozenset(), (), told))
    return found


def named_in_drafts(workspace: Path, word: str) -> list[str]:
    """The sha256 of files of drafts that bear this name, or have the bytes of the file at this
    path."""
    path = Path(word)
    with suppress(OSError, ValueError):  # no name of a file at all: too long, say
        if path.is_file():
            mark = sha256_file(path)
            held = held_by_drafts(workspace, {mark: path.stat().st_size})
            return [mark] if any(one.files for one in held) else []
    return sorted({sha256_file(one) for one in _handed_in(workspace) if one.name == word})


def sizes_in_drafts(workspace: Path, marks: Collection[str]) -> dict[str, int]:
    """The bytes of files of drafts with these sha256, for those that are nowhere else."""
    found = ((sha256_file(one), one.stat().st_size) for one in _handed_in(workspace))
    return {mark: size for mark, size in found if mark in marks}


def forget_in_draft(held: HeldByDraft) -> None:
    """Delete it. What is left of a draft has to be looked at anew."""
    for file in held.files:
        file.unlink(missing_ok=True)
    for mark in held.marks:
        for ending in (".doc", ".json"):
            (held.folder / READ / f"{mark}{ending}").unlink(missing_ok=True)
    if not (held.folder / TOLD).is_file():
        return
    (held.folder / _PROCEDURE).unlink(missing_ok=True)
    told = json.loads((held.folder / TOLD).read_text("utf-8"))
    gone = {one.relative_to(held.folder / FILES).as_posix() for one in held.files}
    write_told(held.folder, _without(told, held.names, gone))


def _without(told: dict[str, Any], names: Collection[str], gone: Collection[str]) -> dict[str, Any]:
    """What is known of a draft, without what files of these names are quoted with."""
    found = told.get("suggested")
    sops = {str(told.get("sop", "")), str((found or {}).get("sop", ""))} - {""}
    described = any(path == sop or path.endswith(f"/{sop}") for path in gone for sop in sops)
    if described:
        told["sop"] = ""
    told["no_sop"] = [one for one in told.get("no_sop", []) if one.rpartition("/")[2] not in names]
    if not found:
        return told
    found["files"] = [one for one in found["files"] if one["path"].rpartition("/")[2] not in names]
    for step in found["steps"]:
        if step["example"] and step["example"]["file"] in names:
            step["example"] = None
        if described and step["source"] == "procedure":
            step["because"] = ""
    if described:
        found["sop"] = found["sop_words"] = ""
    told["seen"] = 0
    return told


def _of_draft(folder: Path, files: dict[Path, str], wanted: Mapping[str, int]) -> HeldByDraft:
    told = json.loads((folder / TOLD).read_text("utf-8"))
    marks = {mark for mark in wanted if (folder / READ / f"{mark}.doc").exists()}
    names = {one.name for one in files}
    around: list[str] = []
    for index in (folder / READ).glob("*.json"):
        with suppress(OSError, ValueError, KeyError):
            arrivals = json.loads(index.read_text("utf-8"))["arrivals"]
            inside = [(name, sha256) for name, sha256, _ in arrivals if sha256 in wanted]
            if not inside:
                continue
            names.update(name for name, _ in inside)
            marks.add(index.stem)  # what is in it is listed there
            if index.stem in wanted:
                marks.update(sha256 for _, sha256, _ in arrivals)
            else:
                around.append(str(arrivals[0][0]))
    return HeldByDraft(
        folder,
        str(told.get("created_at", "")),
        tuple(files),
        frozenset(names),
        frozenset(marks),
        tuple(sorted(around)),
        tuple((mark, one.name) for one, mark in files.items()),
    )


def _files(top: Path, wanted: Mapping[str, int]) -> dict[Path, str]:
    """The files below a folder that are these documents, with their sha256: by their size first,
    then by their bytes."""
    sizes = set(wanted.values())
    marks = {one: sha256_file(one) for one in _walk(top) if one.stat().st_size in sizes}
    return {one: mark for one, mark in marks.items() if mark in wanted}


def _handed_in(workspace: Path) -> Iterator[Path]:
    """The files of all drafts."""
    return (one for folder in _subfolders(workspace / DRAFTS) for one in _walk(folder / FILES))


def _walk(top: Path) -> Iterator[Path]:
    return (one for one in top.rglob("*") if one.is_file() and not one.is_symlink())


def _subfolders(top: Path) -> list[Path]:
    if not top.is_dir():
        return []
    return sorted(one for one in top.iterdir() if one.is_dir() and not one.is_symlink())
