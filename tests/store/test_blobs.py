from __future__ import annotations

from pathlib import Path

import pytest

from casework.base.errors import InputError, NotFoundError, StoreError
from casework.base.hashing import sha256_bytes
from casework.store.blobs import BlobFolder


@pytest.fixture
def blobs(tmp_path: Path) -> BlobFolder:
    return BlobFolder(tmp_path / "blobs")


@pytest.mark.parametrize("data", [b"", b"invoice", bytes(range(256)) * 9_000])
def test_bytes_come_back_by_their_hash(blobs: BlobFolder, data: bytes) -> None:
    sha256 = blobs.put(data)
    assert sha256 == sha256_bytes(data)
    assert blobs.get(sha256) == data
    assert blobs.path_of(sha256) == blobs.folder / sha256[:2] / sha256[2:]
    blobs.check(sha256)


def test_a_file_is_kept_as_its_bytes(blobs: BlobFolder, tmp_path: Path) -> None:
    (tmp_path / "large").write_bytes(b"0123456789" * 300_000)
    sha256 = blobs.put_file(tmp_path / "large")
    assert blobs.get(sha256) == b"0123456789" * 300_000
    assert blobs.put(b"0123456789" * 300_000) == sha256


def test_the_same_bytes_are_kept_once_and_nothing_else_is_left(
    blobs: BlobFolder, tmp_path: Path
) -> None:
    (tmp_path / "copy").write_bytes(b"twice")
    assert blobs.put(b"twice") == blobs.put(b"twice") == blobs.put_file(tmp_path / "copy")
    assert list(blobs.all()) == [sha256_bytes(b"twice")]
    assert [path for path in blobs.folder.rglob("*") if path.is_file()] == [
        blobs.path_of(sha256_bytes(b"twice"))
    ]


def test_a_torn_blob_is_written_anew(blobs: BlobFolder) -> None:
    sha256 = blobs.put(b"whole")
    blobs.path_of(sha256).write_bytes(b"wh")
    assert blobs.put(b"whole") == sha256
    blobs.check(sha256)


def test_a_damaged_blob_is_told(blobs: BlobFolder) -> None:
    sha256 = blobs.put(b"whole")
    blobs.path_of(sha256).write_bytes(b"whale")
    with pytest.raises(StoreError, match="damaged") as told:
        blobs.check(sha256)
    assert str(blobs.path_of(sha256)) in str(told.value)


def test_a_blob_that_is_gone_is_told(blobs: BlobFolder) -> None:
    for act in (blobs.get, blobs.check):
        with pytest.raises(NotFoundError, match="not in the workspace"):
            act("0" * 64)
    assert not blobs.has("0" * 64)


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 64, "0" * 63, "0" * 64 + "\n"])
def test_only_a_hash_names_a_blob(blobs: BlobFolder, name: str) -> None:
    with pytest.raises(InputError, match="not a sha256"):
        blobs.path_of(name)


def test_a_file_that_is_not_there_is_told_by_its_name(blobs: BlobFolder, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="missing"):
        blobs.put_file(tmp_path / "missing")
    assert list(blobs.all()) == []


def test_what_is_removed_is_gone_and_nothing_else(blobs: BlobFolder) -> None:
    gone, stays = blobs.put(b"gone"), blobs.put(b"stays")
    blobs.remove(gone)
    blobs.remove(gone)  # twice is no error
    assert list(blobs.all()) == [stays]
    assert not blobs.has(gone)
    assert blobs.put(b"gone") == gone
    assert blobs.get(gone) == b"gone"
    with pytest.raises(InputError):
        blobs.remove("../casework.db")
