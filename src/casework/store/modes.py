"""Who else on the machine may read a workspace: modes of its folder and of the files in it.

A folder that casework makes is the user's alone; one that was there keeps its rights, and what is
made in it follows them. Windows has no such modes.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def make_folder(folder: Path) -> None:
    """Make a folder that only the user may open; one that is there stays as it is."""
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)


def is_private(folder: Path) -> bool:
    """Whether nobody but the user may look into the folder."""
    return os.name == "posix" and not folder.stat().st_mode & _OTHERS


def folder_mode(within: Path) -> int:
    """The mode of a new folder in this one, before the umask."""
    return 0o700 if is_private(within) else 0o777


def file_mode(within: Path) -> int:
    """The mode of a new file in this folder, before the umask."""
    return 0o600 if is_private(within) else 0o666
