"""A field's model as arrays and facts that can be kept, and back. No pickles: numbers and JSON.

Of the weights of hashed words only those that are not zero are kept, as indexes and float32.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from typing import Any

import numpy as np

from casework.base.errors import StoreError
from casework.extraction.context import SIZE
from casework.extraction.layout import Floats
from casework.extraction.learned import COLUMNS, Learned
from casework.types.learned import Stored
from casework.types.values import Json

_VALUES, _EXAMPLES, _COLUMNS = "values", "examples", "columns"
_ARRAYS = ("weights", "mean", "scale", "bias", "lean", "context_at", "context")
_MOST_BYTES = 8 << 20
"""Of one array: a weight for each hashed word takes 256 KB."""
_FIX = "Delete this version and learn again: casework learn"


def to_stored(learned: Learned, facts: Mapping[str, Json]) -> Stored:
    """A model with further facts about it (such as the `calibration` of its confidence)."""
    at = np.flatnonzero(learned.context)
    file = io.BytesIO()
    np.savez(
        file,
        weights=learned.weights,
        mean=learned.mean,
        scale=learned.scale,
        bias=np.array(learned.bias),
        lean=np.array(learned.lean),
        context_at=at.astype(np.int32),
        context=learned.context[at].astype(np.float32),
    )
    values: dict[str, Json] = dict(sorted(learned.values.items()))
    return Stored(
        _timeless(file.getvalue()),
        {**facts, _VALUES: values, _EXAMPLES: learned.examples, _COLUMNS: [*COLUMNS]},
    )


def from_stored(stored: Stored) -> Learned:
    """The inverse; raises `StoreError` for what is no model, or one of other columns than ours."""
    facts = stored.facts
    if facts.get(_COLUMNS) != [*COLUMNS]:
        raise StoreError(
            "It was fitted on other columns than this version of casework looks at.",
            fix=_FIX,
            code="learned.outdated",
        )
    try:
        _check_sizes(stored.arrays)
        with np.load(io.BytesIO(stored.arrays), allow_pickle=False) as told:
            return _learned({name: told[name] for name in _ARRAYS}, facts)
    except Exception as e:  # bytes of others: numpy tells of damage in a dozen ways
        raise StoreError(
            f"Its arrays cannot be read: {e}.", fix=_FIX, code="learned.damaged"
        ) from e


def _learned(told: Mapping[str, Any], facts: Mapping[str, Json]) -> Learned:
    context = np.zeros(SIZE)
    context[told["context_at"]] = told["context"]
    bias, lean = float(told["bias"]), float(told["lean"])
    if not (np.isfinite(context).all() and np.isfinite((bias, lean)).all()):
        raise ValueError("a weight is no number")
    seen, examples = facts.get(_VALUES), facts.get(_EXAMPLES)
    weights, mean, scale = (_row(told[name]) for name in ("weights", "mean", "scale"))
    if not scale.all():
        raise ValueError("a scale is zero")
    return Learned(
        weights,
        mean,
        scale,
        bias,
        context,
        {str(key): int(str(times)) for key, times in seen.items()}
        if isinstance(seen, dict)
        else {},
        examples if isinstance(examples, int) else 0,
        lean,
    )


def _check_sizes(npz: bytes) -> None:
    """Raise `ValueError` before anything is unpacked that is larger than a model can be."""
    with zipfile.ZipFile(io.BytesIO(npz)) as parts:
        if any(one.file_size > _MOST_BYTES for one in parts.infolist()):
            raise ValueError("they are too large")


def _row(told: Floats) -> Floats:
    """One number a column, all of them finite."""
    row: Floats = told.astype(np.float64)
    if row.shape != (len(COLUMNS),) or not np.isfinite(row).all():
        raise ValueError("they have another shape")
    return row


def _timeless(npz: bytes) -> bytes:
    """The same file with no time of day in it, so that equal arrays are equal bytes."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(npz)) as before, zipfile.ZipFile(file, "w") as after:
        for one in before.infolist():
            after.writestr(zipfile.ZipInfo(one.filename), before.read(one))
    return file.getvalue()
