"""Which Python procedures this user trusts on this machine: by the hash of their source."""

from __future__ import annotations

from pathlib import Path

from casework.base.hashing import sha256_file
from casework.base.settings import user_folder


def is_trusted(sha256: str) -> bool:
    """Whether code of this hash may run here."""
    file = _file()
    return file.is_file() and sha256 in file.read_text("utf-8").split()


def trust(path: Path) -> str:
    """Trust the file as it is now; an edit asks again. Returns its sha256."""
    sha256 = sha256_file(path)
    if not is_trusted(sha256):
        file = _file()
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("a", encoding="utf-8") as sink:
            sink.write(f"{sha256}\n")
    return sha256


def _file() -> Path:
    return user_folder() / "trusted"
