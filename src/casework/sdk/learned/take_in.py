"""A learned version taken in, on purpose, from a file that `casework learn --export` wrote: its
label comes with it, so that it serves nobody who might not read what it was learned of.

Nothing in the file is run: JSON, and arrays without pickles.
"""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import cast

from casework.base.clock import stamp
from casework.base.errors import InputError, NotFoundError
from casework.base.ids import uuid7
from casework.sdk.learned.file import ABOUT, ARRAYS
from casework.sdk.learned.loaded import TYPE
from casework.sdk.wire import House
from casework.types.label import Label, audience_of
from casework.types.learned import Gate, Stored, Version
from casework.types.procedure import Procedure
from casework.types.values import Json

_MOST_BYTES = 64 << 20
"""Of each part of the file; a version of 32,768 weights and its values takes some hundred KB."""


async def take_in(
    house: House, worksheet_id: str, procedure: Procedure, path: Path, *, step: str = ""
) -> Version:
    """Offer the version in a file to a step, the one of the same name unless another is named (its
    id). Raises `InputError` for what is no such file, or was learned for another type of value."""
    about, arrays = _read(path)
    target = procedure.by_id.get(step or _text(about, "step"))
    if target is None:
        raise NotFoundError(
            f"The version is of the step {_text(about, 'step')!r}, which is not here.",
            fix="Name the step that it is for.",
        )
    facts = about.get("facts")
    stored = Stored(arrays, facts if isinstance(facts, dict) else {})
    if stored.sha256 != _text(about, "sha256"):
        raise InputError(f"{path.name} is not as it was written.", fix="Export it again.")
    learned_for = stored.facts.get(TYPE)
    if learned_for is not None and learned_for != target.type.as_json():
        raise InputError(
            f"The version was learned for another type of value than {target.name} has.",
            fix="Name a step of the type that it was learned for.",
        )
    label = _label(about)
    who, at, audience = house.who(), stamp(house.clock.now()), audience_of(label.readers)
    number = await house.store.learned.next_number(worksheet_id, target.id, audience)
    examples = _dict(about, "examples")
    thresholds = about.get("thresholds")
    version = Version(
        uuid7(),
        worksheet_id,
        target.id,
        number,
        "offered",
        _text(about, "estimator"),
        stored.sha256,
        _gate(about, path.name),
        at,
        audience,
        {name: int(str(count)) for name, count in examples.items()},
        tuple(float(str(one)) for one in thresholds) if isinstance(thresholds, list) else (),
        label,
        reason=f"taken in from {path.name} by {who}",
        has_model=bool(arrays),
    )
    await house.store.learned.add(version, stored)
    return version


def _read(path: Path) -> tuple[dict[str, Json], bytes]:
    """What stands in the file: what the version is, and its arrays."""
    try:
        with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as file:
            sizes = {one.filename: one.file_size for one in file.infolist()}
            if any(size > _MOST_BYTES for size in sizes.values()):
                raise InputError(f"{path.name} is too large for a learned version.")
            told = json.loads(file.read(ABOUT))
            arrays = file.read(ARRAYS) if ARRAYS in sizes else b""
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise InputError(
            f"{path.name} holds no learned version: {error}.",
            fix="Write one with: casework learn --export VERSION --to FILE",
        ) from error
    if not isinstance(told, dict):
        raise InputError(f"{path.name} holds no learned version.")
    return cast("dict[str, Json]", told), arrays


def _label(about: dict[str, Json]) -> Label:
    told = _dict(about, "label")
    sources, readers = told.get("sources"), told.get("readers")
    return Label(
        frozenset(map(str, sources)) if isinstance(sources, list) else frozenset(),
        frozenset(map(str, readers)) if isinstance(readers, list) else None,
    )


def _gate(about: dict[str, Json], name: str) -> Gate:
    """The gate that it passed where it was learned; here `casework compare` shows what it does."""
    told = _dict(about, "gate")
    counts = [int(str(told.get(one, 0))) for one in ("cells", "groups", "gained", "lost")]
    before, after = (float(str(told.get(one, 0))) for one in ("before", "after"))
    reason = f"Elsewhere ({name}): {told.get('reason', '')}"
    cells, groups, gained, lost = counts
    return Gate(bool(told.get("passed")), cells, groups, before, after, gained, lost, reason)


def _dict(about: dict[str, Json], name: str) -> dict[str, Json]:
    found = about.get(name)
    return found if isinstance(found, dict) else {}


def _text(about: dict[str, Json], name: str) -> str:
    return str(about.get(name) or "")
