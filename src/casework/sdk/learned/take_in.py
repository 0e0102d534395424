"""A learned version taken in, on purpose, from a file that `casework learn --export` wrote: its
label comes with it, so that it serves nobody who might not read what it was learned of.

Nothing in the file is run: JSON, and arrays without pickles.
"""

from __future__ import annotations

import asyncio
import json
import math
import zipfile
import zlib
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import cast

from casework.base.clock import stamp
from casework.base.errors import CaseworkError, InputError, NotFoundError
from casework.base.ids import uuid7
from casework.sdk.learned.file import ABOUT, ARRAYS
from casework.sdk.learned.loaded import TYPE, made_ready
from casework.sdk.wire import House, learned_model
from casework.store.readers import reader_groups
from casework.types.label import Label, audience_of
from casework.types.learned import Gate, Stored, Version
from casework.types.procedure import Procedure
from casework.types.values import Json

_MOST_BYTES = 64 << 20
"""Of each part of the file, and of all of it; a version of 32,768 weights and its values takes some
hundred KB."""
_FIX = "Write one with: casework learn --export VERSION --to FILE"
_EXPORT_AGAIN = "Export it again."
_MOST_CELLS = 1_000_000_000
_SHOWN = 200
"""Letters of what is wrong that are told."""


async def take_in(
    house: House, worksheet_id: str, procedure: Procedure, path: Path, *, step: str = ""
) -> Version:
    """Offer the version in a file to a step, the one of the same name unless another is named (its
    id). Raises `InputError` for what is no such file, or was learned for another type of value."""
    about, arrays = await asyncio.to_thread(_read, path)
    target = procedure.by_id.get(step or _text(about, "step"))
    if target is None:
        raise NotFoundError(
            f"The version is of the step {_text(about, 'step')!r}, which is not here.",
            fix="Name the step that it is for.",
        )
    stored = _stored(about, arrays, path.name)
    learned_for = stored.facts.get(TYPE)
    if learned_for is not None and learned_for != target.type.as_json():
        raise InputError(
            f"The version was learned for another type of value than {target.name} has.",
            fix="Name a step of the type that it was learned for.",
        )
    version = _version(about, stored, path.name)
    who, at, audience = house.who(), stamp(house.clock.now()), version.audience
    version = replace(
        version,
        worksheet_id=worksheet_id,
        path=target.id,
        number=await house.store.learned.next_number(worksheet_id, target.id, audience),
        made_at=at,
        reason=f"taken in from {path.name} by {who}",
    )
    load = partial(learned_model, house.plugins, version.estimator, stored, many=target.type.many)
    try:
        await asyncio.to_thread(made_ready, version, stored, load)
    except CaseworkError as error:
        raise InputError(
            f"{path.name} cannot be used here: {error.message}", fix=error.fix or _EXPORT_AGAIN
        ) from error
    await house.store.learned.add(version, stored)
    return version


def _read(path: Path) -> tuple[dict[str, Json], bytes]:
    """What stands in the file: what the version is, and its arrays."""
    try:
        if not path.is_file() or path.stat().st_size > _MOST_BYTES:
            raise ValueError("it is no file, or too large for one")
        with zipfile.ZipFile(path) as file:
            names = set(file.namelist())
            told = json.loads(_part(file, ABOUT))
            arrays = _part(file, ARRAYS) if ARRAYS in names else b""
    except (
        OSError,
        KeyError,
        ValueError,
        EOFError,
        RuntimeError,
        zipfile.BadZipFile,
        zlib.error,
    ) as error:
        why = " ".join(str(error).split())[:_SHOWN] or type(error).__name__
        raise InputError(f"{path.name} holds no learned version: {why}.", fix=_FIX) from error
    if not isinstance(told, dict):
        raise InputError(f"{path.name} holds no learned version.", fix=_FIX)
    return cast("dict[str, Json]", told), arrays


def _part(file: zipfile.ZipFile, name: str) -> bytes:
    """A part of the file; no more is unpacked than it says that it is."""
    if file.getinfo(name).file_size > _MOST_BYTES:
        raise ValueError(f"{name} is too large for a learned version")
    return file.read(name)


def _stored(about: dict[str, Json], arrays: bytes, name: str) -> Stored:
    """The content; raises `InputError` where it is not what was written."""
    stored = Stored(arrays, _dict(about, "facts"))
    try:
        same = stored.sha256 == _text(about, "sha256")
    except (ValueError, RecursionError):  # a number that is none, or nested too deep
        same = False
    if not same:
        raise InputError(f"{name} is not as it was written.", fix=_EXPORT_AGAIN)
    return stored


def _version(about: dict[str, Json], stored: Stored, name: str) -> Version:
    """What the file says of the version; raises `InputError` for what cannot be meant."""
    try:
        label, thresholds = _label(about), about.get("thresholds")
        examples = _dict(about, "examples")
        return Version(
            uuid7(),
            "",
            "",
            0,
            "offered",
            _text(about, "estimator"),
            stored.sha256,
            _gate(about, name),
            "",
            audience_of(label.readers),
            {str(source): _count(count) for source, count in examples.items()},
            tuple(map(_number, thresholds)) if isinstance(thresholds, list) else (),
            label,
            has_model=bool(stored.arrays),
        )
    except (ValueError, OverflowError) as error:
        raise InputError(f"{name} is not as it was written: {error}.", fix=_EXPORT_AGAIN) from error


def _label(about: dict[str, Json]) -> Label:
    """The label. Who may use it must be said: what says nothing is for nobody."""
    told = _dict(about, "label")
    sources, readers = told.get("sources"), told.get("readers", [])
    if not isinstance(sources, list) or not (readers is None or isinstance(readers, list)):
        raise ValueError("it does not say what it was learned of, and who may use it")
    named = frozenset(map(str, sources))
    if not readers:
        return Label(named, None if readers is None else frozenset())
    return Label(named, reader_groups([str(one) for one in readers]))


def _gate(about: dict[str, Json], name: str) -> Gate:
    """The gate that it passed where it was learned; here `casework compare` shows what it does."""
    told = _dict(about, "gate")
    counts = [_count(told.get(one, 0)) for one in ("cells", "groups", "gained", "lost")]
    before, after = (_number(told.get(one, 0)) for one in ("before", "after"))
    reason = f"Elsewhere ({name}): {told.get('reason', '')}"
    cells, groups, gained, lost = counts
    return Gate(bool(told.get("passed")), cells, groups, before, after, gained, lost, reason)


def _count(told: Json) -> int:
    if isinstance(told, bool) or not isinstance(told, int) or not 0 <= told <= _MOST_CELLS:
        raise ValueError(f"{str(told)[:_SHOWN]!r} is no number of cells")
    return told


def _number(told: Json) -> float:
    if isinstance(told, bool) or not isinstance(told, (int, float)) or not math.isfinite(told):
        raise ValueError(f"{str(told)[:_SHOWN]!r} is no number")
    return float(told)


def _dict(about: dict[str, Json], name: str) -> dict[str, Json]:
    found = about.get(name)
    return found if isinstance(found, dict) else {}


def _text(about: dict[str, Json], name: str) -> str:
    return str(about.get(name) or "")
