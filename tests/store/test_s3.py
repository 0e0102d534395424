from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from casework.base.errors import NotFoundError, SettingsError, StoreAwayError, StoreError
from casework.base.hashing import sha256_bytes
from casework.store.blobs import BlobFolder
from casework.store.s3 import BlobBucket
from tests.store.bucket import KEY_ID, Bucket


@pytest.fixture
def bucket() -> Iterator[Bucket]:
    made = Bucket()
    yield made
    made.close()


@pytest.fixture
def copies(tmp_path: Path) -> BlobFolder:
    return BlobFolder(tmp_path / "blobs")


@pytest.fixture
def blobs(bucket: Bucket, copies: BlobFolder) -> BlobBucket:
    return BlobBucket(bucket.url, copies, f"{KEY_ID}:secret")


def elsewhere(bucket: Bucket, tmp_path: Path) -> BlobBucket:
    """The same bucket seen from another machine."""
    return BlobBucket(bucket.url, BlobFolder(tmp_path / "elsewhere"), f"{KEY_ID}:secret")


def test_bytes_are_in_the_bucket_under_the_names_of_a_folder(
    blobs: BlobBucket, bucket: Bucket
) -> None:
    sha256 = blobs.put(b"invoice")
    assert sha256 == sha256_bytes(b"invoice")
    assert bucket.objects == {f"work/{sha256[:2]}/{sha256[2:]}": b"invoice"}
    blobs.check(sha256)


def test_what_one_machine_keeps_another_one_reads(
    blobs: BlobBucket, bucket: Bucket, tmp_path: Path
) -> None:
    sha256 = blobs.put(b"invoice")
    other = elsewhere(bucket, tmp_path)
    assert not other.at_hand(sha256)
    assert other.get(sha256) == b"invoice"
    assert other.at_hand(sha256)
    assert other.path_of(sha256).read_bytes() == b"invoice"


def test_known_bytes_are_not_sent_again(blobs: BlobBucket, bucket: Bucket) -> None:
    blobs.put(b"invoice")
    blobs.put(b"invoice")
    assert bucket.calls.count("PUT") == 1


def test_a_large_file_is_sent_in_pieces_and_comes_back_whole(
    blobs: BlobBucket, bucket: Bucket, tmp_path: Path
) -> None:
    data = b"0123456789" * 1_500_000
    (tmp_path / "large").write_bytes(data)
    sha256 = blobs.put_file(tmp_path / "large")
    assert elsewhere(bucket, tmp_path).get(sha256) == data


def test_all_blobs_are_listed_in_order_over_several_pages(blobs: BlobBucket) -> None:
    put = [blobs.put(f"file {number}".encode()) for number in range(7)]
    assert list(blobs.all()) == sorted(put)


def test_a_blob_that_is_gone_or_damaged_is_told(
    blobs: BlobBucket, bucket: Bucket, tmp_path: Path
) -> None:
    sha256 = blobs.put(b"invoice")
    (name,) = bucket.objects
    bucket.objects[name] = b"another"
    with pytest.raises(StoreError, match="damaged"):
        blobs.check(sha256)
    with pytest.raises(StoreError, match="damaged"):
        elsewhere(bucket, tmp_path).get(sha256)
    del bucket.objects[name]
    assert not blobs.has(sha256)
    with pytest.raises(NotFoundError, match="not in s3://tests/work"):
        blobs.check(sha256)


def test_a_refused_key_a_missing_bucket_and_a_server_that_is_away_are_told_apart(
    bucket: Bucket, copies: BlobFolder
) -> None:
    refused = BlobBucket(bucket.url, copies, "stranger:secret")
    with pytest.raises(StoreError, match="refuses") as told:
        refused.put(b"invoice")
    assert "AWS_ACCESS_KEY_ID" in told.value.fix
    other = bucket.url.replace("tests", "nothing")
    with pytest.raises(StoreError, match="no bucket"):
        BlobBucket(other, copies, f"{KEY_ID}:secret").put(b"invoice")
    bucket.close()
    with pytest.raises(StoreAwayError, match="cannot be reached"):
        BlobBucket(bucket.url, copies, f"{KEY_ID}:secret").put(b"invoice")


@pytest.mark.parametrize(
    "url", ["s3:///prefix", "http://bucket/prefix", "s3://id:secret@bucket/", "s3://bucket?x=1"]
)
def test_only_an_address_without_a_secret_names_a_bucket(url: str, copies: BlobFolder) -> None:
    with pytest.raises(SettingsError, match="no address"):
        BlobBucket(url, copies)


def test_what_is_removed_is_gone_here_and_in_the_bucket(blobs: BlobBucket, bucket: Bucket) -> None:
    gone, stays = blobs.put(b"gone"), blobs.put(b"stays")
    blobs.remove(gone)
    blobs.remove(gone)  # twice is no error
    assert list(blobs.all()) == [stays]
    assert (blobs.has(gone), blobs.at_hand(gone)) == (False, False)
    assert list(bucket.objects.values()) == [b"stays"]
