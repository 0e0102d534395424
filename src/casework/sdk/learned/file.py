"""A version as one file to hand out: a zip of what it is in JSON, and of its arrays. No pickles."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

from casework.types.learned import Stored, Version
from casework.types.values import Json

ABOUT, ARRAYS = "version.json", "arrays.npz"
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The same version is the same file, whenever it is written."""


def packed(version: Version, stored: Stored) -> bytes:
    """The file of a version."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as out:
        about = json.dumps(version_json(version, stored), ensure_ascii=False, indent=1)
        out.writestr(zipfile.ZipInfo(ABOUT, _EPOCH), about.encode("utf-8"))
        if stored.arrays:
            out.writestr(zipfile.ZipInfo(ARRAYS, _EPOCH), stored.arrays)
    return file.getvalue()


def version_json(version: Version, stored: Stored | None = None) -> dict[str, Json]:
    """A version as JSON; with its facts where they are given."""
    gate = version.gate
    told: dict[str, Json] = {
        "id": version.id,
        "step": version.path,
        "number": version.number,
        "audience": version.audience,
        "state": version.state,
        "estimator": version.estimator,
        "has_model": version.has_model,
        "sha256": version.sha256,
        "made_at": version.made_at,
        "examples": dict(version.examples),
        "gate": {
            "passed": gate.passed,
            "cells": gate.cells,
            "groups": gate.groups,
            "before": gate.before,
            "after": gate.after,
            "gained": gate.gained,
            "lost": gate.lost,
            "reason": gate.reason,
        },
        "thresholds": list(version.thresholds),
        "label": version.label.as_json(),
        "decided_by": version.decided_by,
        "decided_at": version.decided_at,
        "reason": version.reason,
    }
    if stored is not None:
        told["facts"] = dict(stored.facts)
    return told


def write_whole(target: Path, data: bytes) -> None:
    """Write a file, all of it or nothing."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.part")
    try:
        part.write_bytes(data)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
