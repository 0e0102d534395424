"""Blobs in an S3-compatible object store, with copies in the workspace's folder. Knows no row.

A blob is in the bucket before its hash is given to anybody. The copies only save time: they may be
removed, and come back when they are asked for. Objects have the names that the files of a folder
have (`ab/cdef…`), so a bucket can be filled and emptied by other tools.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn
from urllib.parse import parse_qsl, urlsplit

from casework.base.errors import NotFoundError, SettingsError, StoreAwayError, StoreError
from casework.base.hashing import sha256_bytes
from casework.store.blobs import BlobFolder

if TYPE_CHECKING:
    from types import ModuleType

    from obstore.store import ClientConfig, S3Config, S3Store

_HASH = re.compile(r"[0-9a-f]{64}")
_EXAMPLE = "Write it as s3://BUCKET/PREFIX, with ?endpoint=https://HOST&region=NAME where needed."
_KEYS = (
    "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or keep both as ID:SECRET with:"
    " casework settings key s3"
)
_TIMEOUT, _CONNECT = timedelta(seconds=120), timedelta(seconds=10)
_TRIES, _RETRIES = 4, timedelta(seconds=20)
"""How often a request is tried again, and for how long."""


class BlobBucket:
    """The blobs of a workspace in a bucket: a `Blobs`. `copies` is the folder on this machine;
    `key` is the `ID:SECRET` that the user keeps, '' to take what the environment says."""

    def __init__(self, url: str, copies: BlobFolder, key: str = "") -> None:
        self._url = url
        self._copies = copies
        self._store = _open(url, key)
        self._bare = url.partition("?")[0]

    def put(self, data: bytes) -> str:
        """Keep these bytes and return their hash; known bytes are not sent again."""
        sha256 = sha256_bytes(data)
        self._send(sha256, data)
        return self._copies.put(data)

    def put_file(self, path: Path) -> str:
        """Keep the bytes of a file and return their hash; large files are sent in pieces."""
        sha256 = self._copies.put_file(path)  # what is sent is what was hashed
        self._send(sha256, self._copies.path_of(sha256))
        return sha256

    def get(self, sha256: str) -> bytes:
        """The bytes of this hash."""
        return self.path_of(sha256).read_bytes()

    def path_of(self, sha256: str) -> Path:
        """The copy of these bytes on this machine, fetched if it is not there."""
        path = self._copies.path_of(sha256)
        if not path.is_file():
            self._copies.put(self._fetch(sha256))
        return path

    def at_hand(self, sha256: str) -> bool:
        """Whether there is a copy on this machine."""
        return self._copies.has(sha256)

    def has(self, sha256: str) -> bool:
        """Whether the bucket has a blob of this hash."""
        return self._size(self._key(sha256)) is not None

    def check(self, sha256: str) -> None:
        """Fetch the blob and compare; raises `StoreError` when its bytes are not what they were,
        and `NotFoundError` when it is gone."""
        self._fetch(sha256)

    def remove(self, sha256: str) -> None:
        """Let the bytes of this hash be gone, here and in the bucket."""
        client, key = driver(), self._key(sha256)
        try:
            client.delete(self._store, key)
        except (client.exceptions.NotFoundError, FileNotFoundError):
            pass
        except (client.exceptions.BaseError, OSError) as error:
            self._explain(error)
        self._copies.remove(sha256)

    def all(self) -> Iterator[str]:
        """The hashes of all blobs in the bucket, in order."""
        client = driver()
        try:
            for batch in client.list(self._store):
                for found in batch:
                    name = found["path"].replace("/", "")
                    if _HASH.fullmatch(name):
                        yield name
        except (client.exceptions.BaseError, OSError) as error:
            self._explain(error)

    def _key(self, sha256: str) -> str:
        self._copies.path_of(sha256)  # only a hash names a blob
        return f"{sha256[:2]}/{sha256[2:]}"

    def _send(self, sha256: str, data: bytes | Path) -> None:
        client, key = driver(), self._key(sha256)
        size = len(data) if isinstance(data, bytes) else data.stat().st_size
        if self._size(key) == size:
            return
        try:
            client.put(self._store, key, data)
        except (client.exceptions.BaseError, OSError) as error:
            self._explain(error)

    def _size(self, key: str) -> int | None:
        client = driver()
        try:
            return int(client.head(self._store, key)["size"])
        except (client.exceptions.NotFoundError, FileNotFoundError):
            return None
        except (client.exceptions.BaseError, OSError) as error:
            self._explain(error)

    def _fetch(self, sha256: str) -> bytes:
        client, key = driver(), self._key(sha256)
        try:
            data = bytes(client.get(self._store, key).bytes())
        except (client.exceptions.NotFoundError, FileNotFoundError):
            raise NotFoundError(
                f"The blob {sha256} is not in {self._bare}.",
                fix="Add the file again, or restore the bucket from a backup.",
                code="store.blob_missing",
            ) from None
        except (client.exceptions.BaseError, OSError) as error:
            self._explain(error)
        if (found := sha256_bytes(data)) != sha256:
            raise StoreError(
                f"The blob {self._bare}/{sha256[:2]}/{sha256[2:]} is damaged: its bytes have the"
                f" hash {found[:12]}….",
                fix="Remove it, then add the file again.",
                code="store.blob_damaged",
            )
        return data

    def _explain(self, error: BaseException) -> NoReturn:
        client = driver()
        told = str(error).partition("\n")[0].rstrip(".")
        refused = (
            client.exceptions.PermissionDeniedError, client.exceptions.UnauthenticatedError
        )  # fmt: skip
        if isinstance(error, refused):
            raise StoreError(
                f"{self._bare} refuses us: {told}.", fix=_KEYS, code="store.unauthorised"
            ) from error
        if isinstance(error, client.exceptions.NotFoundError | FileNotFoundError):
            raise StoreError(
                f"There is no bucket for {self._bare}: {told}.",
                fix="Make it, or name another in store.blobs.",
                code="store.no_bucket",
            ) from error
        raise StoreAwayError(
            f"{self._bare} cannot be reached: {told}.",
            fix="Check endpoint, region and network, then try again; what was saved is kept.",
        ) from error


@cache
def driver() -> ModuleType:
    """obstore; raises an error that says how to install it."""
    try:
        import obstore
        import obstore.exceptions
    except ImportError as error:
        raise StoreError(
            "This workspace keeps its files in an object store, and obstore is not installed.",
            fix="Install it: pip install 'casework[s3]'",
            code="store.no_driver",
        ) from error
    return obstore


def _open(url: str, key: str) -> S3Store:
    """The client for a URL."""
    parts = urlsplit(url)
    asked = dict(parse_qsl(parts.query, keep_blank_values=True))
    endpoint, region = asked.pop("endpoint", ""), asked.pop("region", "")
    if parts.scheme != "s3" or not parts.netloc or "@" in parts.netloc or asked:
        raise SettingsError(f"{url!r} is no address of an object store.", fix=_EXAMPLE)
    if endpoint and urlsplit(endpoint).scheme not in ("http", "https"):
        raise SettingsError(f"{endpoint!r} is no endpoint of an object store.", fix=_EXAMPLE)
    driver()
    from obstore.store import S3Store

    options: ClientConfig = {"timeout": _TIMEOUT, "connect_timeout": _CONNECT}
    options["allow_http"] = endpoint.startswith("http://")
    return S3Store(
        parts.netloc,
        prefix=parts.path.strip("/") or None,
        config=_configured(endpoint, region, key),
        client_options=options,
        retry_config={"max_retries": _TRIES, "retry_timeout": _RETRIES},
    )


def _configured(endpoint: str, region: str, key: str) -> S3Config:
    """What is said here; the driver takes the rest from the environment (`AWS_…`)."""
    told: S3Config = {}
    if endpoint:
        told["endpoint"] = endpoint
        told["virtual_hosted_style_request"] = False
    if region:
        told["region"] = region
    if key:
        told["access_key_id"], _, told["secret_access_key"] = key.partition(":")
    return told
