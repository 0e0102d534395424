"""Which Python procedures this user trusts on this machine: by the hash of their source."""

from __future__ import annotations

from pathlib import Path

from casework.base.hashing import sha256_file
from casework.base.settings import user_folder
from casework.base.trusted import enlist, is_listed


def is_trusted(sha256: str) -> bool:
    """Whether code of this hash may run here."""
    return is_listed(_file(), sha256)


def trust(path: Path) -> str:
    """Trust the file as it is now; an edit asks again. Returns its sha256."""
    sha256 = sha256_file(path)
    enlist(_file(), sha256)
    return sha256


def _file() -> Path:
    return user_folder() / "trusted"
