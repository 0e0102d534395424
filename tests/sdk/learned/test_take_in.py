"""A version from a file of somebody else's: what is no such file is refused, and never run."""

from __future__ import annotations

import io
import json
import pickle
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from casework.base.errors import InputError, NotFoundError
from casework.extraction.learned import nothing_learned
from casework.extraction.stored import to_stored
from casework.sdk.learned.file import packed
from casework.sdk.worksheet import Worksheet
from casework.sdk.workspace import Workspace
from casework.types.label import Label
from casework.types.learned import Stored
from casework.types.values import Json
from tests.sdk.taught import offer

PROCEDURE = "# Orders\n\n## Total\n"
GOOD = to_stored(nothing_learned(), {"calibration": None})
HUGE = 200 << 20


@pytest.fixture
async def sheet(workspace: Workspace, tmp_path: Path) -> Worksheet:
    path = tmp_path / "procedure.md"
    path.write_text(PROCEDURE, "utf-8")
    return await workspace.new_worksheet("orders", path)


async def handed_out(
    sheet: Worksheet, stored: Stored = GOOD, told: Mapping[str, Json] | None = None
) -> bytes:
    """A version as its file, with other things told of it."""
    version = await offer(sheet, "total", GOOD, Label(frozenset({"a" * 64}), frozenset({"north"})))
    whole = packed(replace(version, sha256=stored.sha256), stored)
    with zipfile.ZipFile(io.BytesIO(whole)) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    about = json.loads(parts["version.json"]) | dict(told or {})
    return zipped({**parts, "version.json": json.dumps(about).encode()})


def zipped(parts: Mapping[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as out:
        for name, data in parts.items():
            out.writestr(name, data)
    return file.getvalue()


def arrays(**changed: object) -> bytes:
    """The arrays of a model, some of them others."""
    with np.load(io.BytesIO(GOOD.arrays)) as told:
        kept = {name: told[name] for name in told.files}
    file = io.BytesIO()
    np.savez(file, **{**kept, **changed})
    return file.getvalue()


def header_alone(shape: str) -> bytes:
    """Arrays of which one says that it is as large as this, and is not."""
    with zipfile.ZipFile(io.BytesIO(GOOD.arrays)) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    head = f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}".ljust(117) + "\n"
    parts["weights.npy"] = b"\x93NUMPY\x01\x00" + len(head).to_bytes(2, "little") + head.encode()
    return zipped(parts)


class Runs:
    """A pickle that would run something."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return Path.touch, (self.path,)


async def refused(sheet: Worksheet, tmp_path: Path, data: bytes) -> InputError:
    path = tmp_path / "version.zip"
    path.write_bytes(data)
    before = len(await sheet.learning.versions())
    with pytest.raises(InputError) as caught:
        await sheet.learning.take_in(path)
    assert len(await sheet.learning.versions()) == before
    return caught.value


async def test_a_version_that_is_as_it_was_written_is_offered_to_its_own_readers(
    sheet: Worksheet, tmp_path: Path
) -> None:
    path = tmp_path / "version.zip"
    path.write_bytes(await handed_out(sheet))
    taken = await sheet.learning.take_in(path)
    assert (taken.state, taken.audience, taken.path) == ("offered", "north", "total")


@pytest.mark.parametrize(
    "changed",
    [
        {"weights": np.zeros(3)},
        {"weights": np.array(["x"] * 3)},
        {"bias": np.array(np.nan)},
        {"lean": np.array(np.inf)},
        {"lean": np.zeros(9)},
        {"context_at": np.array([1 << 40]), "context": np.zeros(1, np.float32)},
        {"context_at": np.array([1]), "context": np.array([np.nan], np.float32)},
        {"context_at": np.array([0.5]), "context": np.zeros(1, np.float32)},
        {"scale": np.zeros(1)},
        {"weights": np.zeros(2 << 20)},
    ],
)
async def test_arrays_that_are_no_model_are_refused(
    sheet: Worksheet, tmp_path: Path, changed: dict[str, object]
) -> None:
    stored = Stored(arrays(**changed), GOOD.facts)
    await refused(sheet, tmp_path, await handed_out(sheet, stored))


@pytest.mark.parametrize(
    "shape", ["(1000000000000,)", f"({1 << 62},)", "(-1,)", "(1, 2", "'x'", "(99999999, 99999999)"]
)
async def test_an_array_that_says_that_it_is_huge_is_refused(
    sheet: Worksheet, tmp_path: Path, shape: str
) -> None:
    stored = Stored(header_alone(shape), GOOD.facts)
    await refused(sheet, tmp_path, await handed_out(sheet, stored))


async def test_pickles_are_never_opened(sheet: Worksheet, tmp_path: Path) -> None:
    trace = tmp_path / "was_run"
    held = np.empty(1, object)
    held[0] = Runs(trace)
    for data in (arrays(weights=held), pickle.dumps(Runs(trace))):
        await refused(sheet, tmp_path, await handed_out(sheet, Stored(data, GOOD.facts)))
    assert not trace.exists()


async def test_a_file_that_unpacks_to_very_much_is_refused_before_it_is(
    sheet: Worksheet, tmp_path: Path
) -> None:
    about = zipfile.ZipFile(io.BytesIO(await handed_out(sheet))).read("version.json")
    for parts in (
        {"version.json": about, "arrays.npz": bytes(HUGE)},
        {"version.json": b" " * HUGE},
        {"version.json": about, "arrays.npz": zipped({"weights.npy": bytes(HUGE)})},
    ):
        await refused(sheet, tmp_path, zipped(parts))


async def test_parts_of_other_names_are_left_where_they_are(
    sheet: Worksheet, tmp_path: Path
) -> None:
    whole = await handed_out(sheet)
    with zipfile.ZipFile(io.BytesIO(whole)) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    path = tmp_path / "deep" / "down" / "version.zip"
    path.parent.mkdir(parents=True)
    path.write_bytes(zipped({**parts, "../../escaped": b"x", str(tmp_path / "absolute"): b"x"}))
    await sheet.learning.take_in(path)
    assert not (tmp_path / "escaped").exists()
    assert not (tmp_path / "absolute").exists()


@pytest.mark.parametrize(
    "about",
    [b"[" * 100_000, b'{"facts": ' * 100_000, b"\xff\xfe", b"null", b"{}", b'{"step": "total"}'],
)
async def test_json_that_is_none_or_goes_too_deep_is_refused(
    sheet: Worksheet, tmp_path: Path, about: bytes
) -> None:
    path = tmp_path / "version.zip"
    path.write_bytes(zipped({"version.json": about}))
    with pytest.raises((InputError, NotFoundError)):
        await sheet.learning.take_in(path)


@pytest.mark.parametrize(
    "told",
    [
        {"examples": {"verdict": "many"}},
        {"examples": {"verdict": 10**40}},
        {"thresholds": ["x"]},
        {"thresholds": [float("nan")]},
        {"gate": {"passed": True, "cells": "x"}},
        {"gate": {"passed": True, "before": float("inf")}},
        {"facts": {"calibration": float("nan")}},
        {"estimator": "something of a plug-in"},
    ],
)
async def test_numbers_that_are_none_are_refused(
    sheet: Worksheet, tmp_path: Path, told: dict[str, Json]
) -> None:
    await refused(sheet, tmp_path, await handed_out(sheet, told=told))


@pytest.mark.parametrize(
    "calibration",
    [
        {"weights": {"chance": "x"}, "bias": 0.0, "examples": 1},
        {"weights": [], "bias": 0.0, "examples": 1},
        {"weights": {"chance": 1.0}, "bias": None, "examples": 1},
        "much",
    ],
)
async def test_a_calibration_that_is_none_is_refused(
    sheet: Worksheet, tmp_path: Path, calibration: Json
) -> None:
    stored = Stored(GOOD.arrays, {**GOOD.facts, "calibration": calibration})
    await refused(sheet, tmp_path, await handed_out(sheet, stored))


@pytest.mark.parametrize(
    "label",
    [None, {}, {"readers": ["north"]}, {"sources": [], "readers": "north"}, {"sources": "x"}],
)
async def test_a_label_that_does_not_say_who_may_use_it_opens_nothing(
    sheet: Worksheet, tmp_path: Path, label: Json
) -> None:
    await refused(sheet, tmp_path, await handed_out(sheet, told={"label": label}))


async def test_a_label_without_readers_is_for_nobody(sheet: Worksheet, tmp_path: Path) -> None:
    path = tmp_path / "version.zip"
    path.write_bytes(await handed_out(sheet, told={"label": {"sources": []}}))
    assert (await sheet.learning.take_in(path)).label.readers == frozenset()
