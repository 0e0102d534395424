"""What the parts of the store need of each other, as protocols."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol


class BlobStore(Protocol):
    """Bytes by their sha256, wherever they are kept."""

    def put(self, data: bytes) -> str:
        """Keep these bytes and return their hash."""
        ...

    def put_file(self, path: Path) -> str:
        """Keep the bytes of a file and return their hash."""
        ...

    def get(self, sha256: str) -> bytes:
        """The bytes of this hash; raises `NotFoundError`."""
        ...

    def path_of(self, sha256: str) -> Path:
        """A file on this machine with these bytes, fetched if need be; never to be changed."""
        ...

    def at_hand(self, sha256: str) -> bool:
        """Whether `get` and `path_of` need no network."""
        ...

    def has(self, sha256: str) -> bool:
        """Whether there is a blob of this hash."""
        ...

    def check(self, sha256: str) -> None:
        """Compare a blob with its hash; raises `StoreError` or `NotFoundError`."""
        ...

    def remove(self, sha256: str) -> None:
        """Let the bytes of this hash be gone; the caller has made sure that no row names them."""
        ...

    def all(self) -> Iterator[str]:
        """The hashes of all blobs, in order."""
        ...
