"""Words that nobody else should see: asked for without being shown, never on a command line."""

from __future__ import annotations

import sys
from pathlib import Path

from casework.base.errors import UsageError

ASK = "-"
"""Stands for a word that is asked for."""


def ask_secret(what: str) -> str:
    """The word that is typed without being shown, or the first line of stdin."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().strip()
    from getpass import getpass

    return getpass(f"{what} (it is not shown): ").strip()


def read_password(word: str, file: Path | None) -> str:
    """The password of protected files: as given, asked for when it is `-`, or from a file."""
    if word and file is not None:
        raise UsageError("There are two passwords.", fix="Give --password or --password-file.")
    if file is not None:
        return _first_line(file)
    if word != ASK:
        return word
    asked = ask_secret("Password of the files")
    if not asked:
        raise UsageError("No password was given.", fix="Type it, or pipe it into the command.")
    return asked


def _first_line(file: Path) -> str:
    try:
        lines = file.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"The password cannot be read from {file}: {error}.",
            fix="Name a text file with the password in its first line.",
        ) from error
    if not lines or not lines[0]:
        raise UsageError(f"{file} is empty.", fix="Write the password into its first line.")
    return lines[0]
