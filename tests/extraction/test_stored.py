"""A field's model as bytes that hold no code, and back."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest

from casework.base.errors import StoreError
from casework.extraction.context import SIZE
from casework.extraction.learned import COLUMNS, Learned
from casework.extraction.stored import from_stored, to_stored
from casework.types.learned import Stored


def some_model() -> Learned:
    random = np.random.default_rng(7)
    weights, mean, scale = random.normal(size=(3, len(COLUMNS)))
    context = np.zeros(SIZE)
    context[random.integers(0, SIZE, 500)] = random.normal(size=500)
    return Learned(weights, mean, scale, -0.5, context, {"acme": 3, "ünited": 1}, 12, 0.75)


def test_a_model_comes_back_as_it_was() -> None:
    model = some_model()
    back = from_stored(to_stored(model, {"calibration": None}))
    for name in ("weights", "mean", "scale"):
        assert np.array_equal(getattr(back, name), getattr(model, name))
    assert np.allclose(back.context, model.context, atol=1e-6)
    assert back.lean == model.lean
    assert (back.bias, back.values, back.examples) == (-0.5, {"acme": 3, "ünited": 1}, 12)


def test_equal_models_are_equal_bytes_and_only_what_is_not_zero_is_kept() -> None:
    stored = to_stored(some_model(), {})
    assert to_stored(some_model(), {}).sha256 == stored.sha256
    assert len(stored.arrays) < 10_000
    assert to_stored(some_model(), {"calibration": 1}).sha256 != stored.sha256


@pytest.mark.parametrize("spoil", [lambda b: b[: len(b) // 2], lambda b: b"", lambda b: b"PK\x03"])
def test_bytes_that_are_no_model_are_told(spoil) -> None:  # type: ignore[no-untyped-def]
    stored = to_stored(some_model(), {})
    with pytest.raises(StoreError, match="cannot be read") as told:
        from_stored(replace(stored, arrays=spoil(stored.arrays)))
    assert told.value.code == "learned.damaged"


def test_pickled_objects_are_never_loaded() -> None:
    file = io.BytesIO()
    objects = np.array([{"run": "this"}], dtype=object)
    np.savez(
        file,
        weights=objects,
        mean=objects,
        scale=objects,
        bias=objects,
        context_at=objects,
        context=objects,
    )
    facts = to_stored(some_model(), {}).facts
    with pytest.raises(StoreError, match="cannot be read"):
        from_stored(Stored(file.getvalue(), facts))


def test_a_model_of_other_columns_is_told_to_be_outdated() -> None:
    stored = to_stored(some_model(), {})
    with pytest.raises(StoreError, match="other columns") as told:
        from_stored(replace(stored, facts={**stored.facts, "columns": ["left"]}))
    assert told.value.code == "learned.outdated"


def test_numbers_that_are_not_finite_are_refused() -> None:
    model = some_model()
    broken = replace(model, weights=np.full(len(COLUMNS), np.nan))
    with pytest.raises(StoreError, match="cannot be read"):
        from_stored(to_stored(broken, {}))
