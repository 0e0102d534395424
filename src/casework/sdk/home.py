"""Where a workspace keeps its rows and bytes, read from its settings. Opens nothing."""

from __future__ import annotations

import os
from pathlib import Path

from casework.base.errors import NotFoundError, SettingsError
from casework.base.keys import find_key
from casework.base.settings import FILE as SETTINGS
from casework.base.settings import Settings, load, read_value, trust, write
from casework.store.home import Home
from casework.store.sqlite.database import FILE as DATABASE

DATABASE_KEY = "postgresql"
BLOBS_KEY = "s3"
OIDC_KEY = "oidc"
KEYS = (DATABASE_KEY, BLOBS_KEY, OIDC_KEY)
"""Names under which the passwords of stores, and the secret that an OpenID provider gave, stand in
the user's key file."""
_URL, _BLOBS = "store.url", "store.blobs"
_PASSWORD = "CASEWORK_STORE_PASSWORD"


def home_of(settings: Settings) -> Home:
    """Where these settings say that rows and bytes are.

    Raises `SettingsError` when the workspace's own file names a store that nobody trusted here.
    """
    for name in (_URL, _BLOBS):
        ignored = settings.untrusted.get(name)
        if ignored is not None and name not in settings.found:
            raise SettingsError(
                f"This workspace keeps what it holds at {ignored.value} ({ignored.where}), and"
                " nobody trusted that on this machine.",
                fix="Look at it with casework settings; if it is right: casework settings trust",
                code="settings.untrusted_store",
            )
    url, blobs = settings.text(_URL), settings.text(_BLOBS)
    password = (find_key(DATABASE_KEY, _PASSWORD) or "") if url else ""
    return Home(url, blobs, password, (find_key(BLOBS_KEY, "") or "") if blobs else "")


def keep_home(folder: Path, home: Home) -> None:
    """Write into the workspace's settings where rows and bytes are, and trust it here."""
    file = folder / SETTINGS
    for name, value in ((_URL, home.url), (_BLOBS, home.blobs)):
        if value:
            read_value(name, value)
        if value or file.is_file():
            write(file, name, value)
    trust(folder)


def is_workspace(folder: Path) -> bool:
    """Whether the folder is a workspace: it has a database, or its settings name one."""
    if (folder / DATABASE).is_file():
        return True
    return (folder / SETTINGS).is_file() and _names_a_store(load(folder), folder)


def check_workspace(folder: Path) -> None:
    """Raise `NotFoundError` when the folder is no workspace."""
    if not is_workspace(folder):
        raise NotFoundError(
            f"{folder} is no casework workspace.", fix="Make one with: casework init FOLDER"
        )


def _names_a_store(settings: Settings, folder: Path) -> bool:
    told = settings.found.get(_URL) or settings.untrusted.get(_URL)
    return told is not None and bool(told.value) and os.fspath(folder / SETTINGS) == told.where
