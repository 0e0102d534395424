"""A short fuzz of every reader, the same every time; benchmarks/fuzz.py runs for longer."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest

from casework.documents.fenced.workers import Workers
from casework.documents.formats.registry import BUILT_IN
from casework.documents.formats.sniff import sniff
from casework.documents.formats.sound import wrong_with_document
from casework.documents.reading import Limits
from tests.documents.mutations import mutated
from tests.documents.seeds import seeds

_SEEDS = seeds()
_EACH = 20


def test_every_reader_has_seeds_that_reach_it() -> None:
    readers = {spec.name for spec in BUILT_IN.readers} - {"pdf_oxide"}
    assert set(_SEEDS) == readers
    for reader, given in _SEEDS.items():
        for name, data in given.files.items():
            found = sniff(data, name).format
            assert found is not None
            assert reader in [spec.name for spec in BUILT_IN.of(found)], name


@pytest.mark.skipif(sys.platform == "win32", reason="signals and limits of Unix")
@pytest.mark.parametrize("reader", sorted(_SEEDS))
async def test_changed_files_end_in_pages_or_a_reason(reader: str, tmp_path: Path) -> None:
    given, chance = _SEEDS[reader], random.Random(f"fuzz {reader}")
    everything = [data for each in _SEEDS.values() for data in each.files.values()]
    async with Workers(Limits(seconds=20), count=1) as workers:
        for name, data in given.files.items():
            whole = tmp_path / name
            whole.write_bytes(data)
            document = (await workers.parse(whole, name)).document
            assert wrong_with_document(document) == "", name
        for number in range(_EACH):
            name = chance.choice(sorted(given.files))
            path = tmp_path / f"{number}-{name}"
            path.write_bytes(
                mutated(given.files[name], chance.choice(everything), given.words, chance)
            )
            document = (await workers.parse(path, name)).document
            assert wrong_with_document(document) == "", path
            assert document.state != "too_slow", path
            assert "crashed on it" not in document.reason, path
