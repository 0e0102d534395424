"""What this user has looked at and trusts on this machine: digests in a file, one a line.

Knows neither what was digested nor who asks. The files lie in the user's own configuration, so
nothing that comes with a workspace can put itself on the list.
"""

from __future__ import annotations

from pathlib import Path

from casework.base.errors import SettingsError


def is_listed(file: Path, sha256: str) -> bool:
    """Whether the digest stands in the file."""
    return file.is_file() and sha256 in file.read_text("utf-8").split()


def enlist(file: Path, sha256: str) -> None:
    """Put a digest on the list, once; raises `SettingsError` when the file cannot be written."""
    if is_listed(file, sha256):
        return
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("a", encoding="utf-8") as sink:
            sink.write(f"{sha256}\n")
    except OSError as error:
        raise SettingsError(
            f"What you trust cannot be kept in {file}: {error.strerror or error}.",
            fix="Let your user write there.",
        ) from error
