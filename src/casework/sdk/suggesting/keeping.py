"""How a draft is kept on disk, and how new proposals meet what a person did to the old ones."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, cast

from casework.base.errors import UsageError
from casework.base.ids import slug
from casework.sdk.found_files import find_files
from casework.sdk.suggesting.views import (
    ExampleView,
    GroupingChoice,
    Suggested,
    SuggestedFile,
    SuggestedStep,
)
from casework.sdk.suggesting.writing import with_problems

TOLD = "draft.json"
_MOST_FILES = 5_000


def kept_of(before: Suggested, found: Suggested, own: Sequence[SuggestedStep]) -> Suggested:
    """What is proposed now, with what people did to it before: names, types, what they keep."""
    tried = {one.id: one for one in own}
    fresh = {(one.source, one.label, one.rule, slug(one.name)): one for one in found.steps}
    by_label = {(one.source, one.label): one for one in found.steps if one.label}
    steps: list[SuggestedStep] = []
    used: set[str] = set()
    for one in before.steps:
        new = fresh.get((one.source, one.label, one.rule, slug(one.name)))
        new = new or by_label.get((one.source, one.label))
        if one.id in tried:
            steps.append(tried[one.id])
        elif new is not None and new.id not in used:
            used.add(new.id)
            figures = replace(one, found=new.found, of=new.of, weak=new.weak, example=new.example)
            steps.append(figures)
        elif one.keep:
            steps.append(replace(one, found=0, of=0, weak=0, example=None))
    names = {slug(one.name) for one in steps}
    steps += [one for one in found.steps if one.id not in used and slug(one.name) not in names]
    title = before.title if before.title not in ("", "Worksheet") else found.title
    return replace(
        found, title=title, preamble=before.preamble, model=before.model, cost_usd=before.cost_usd,
        steps=with_problems(steps), sop_words="" if before.model else found.sop_words,
    )  # fmt: skip


def write_told(folder: Path, told: Mapping[str, object]) -> None:
    """Write what is known of a draft; whole or not at all."""
    part = folder / f"{TOLD}.part"
    part.write_text(json.dumps(told, ensure_ascii=False), "utf-8")
    part.replace(folder / TOLD)


def copy_files(source: Path, target: Path) -> None:
    """Copy the files below a folder; raises `UsageError` when they are too many."""
    found = [one for one in find_files([source]) if not one.left_out]
    if len(found) > _MOST_FILES:
        raise UsageError(
            f"{source} holds {len(found):,} files; {_MOST_FILES:,} are the most for a draft.",
            fix="Make the worksheet from some of them, and add the folder with casework add.",
        )
    for one in found:
        at = target / one.path.relative_to(source)
        at.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(one.path, at)


def count_files(folder: Path) -> int:
    """The files of a draft, those under way left out."""
    return sum(1 for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))


def as_json(found: Suggested) -> dict[str, object]:
    """What was suggested, as it is kept."""
    return asdict(found)


def from_told(known: object) -> Suggested:
    """What was suggested, as it was kept."""
    told = cast("dict[str, Any]", known)
    steps = tuple(
        SuggestedStep(**{**one, "example": one["example"] and ExampleView(**one["example"])})
        for one in told["steps"]
    )
    return Suggested(
        **{
            **told,
            "files": tuple(SuggestedFile(**one) for one in told["files"]),
            "groupings": tuple(GroupingChoice(**one) for one in told["groupings"]),
            "steps": steps,
            "notes": tuple(told["notes"]),
        }
    )
