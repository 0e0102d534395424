"""Paths that somebody is sent on to: within these pages, whatever was asked for."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_PATH = re.compile(r"/(?![/\\])[^\\\x00-\x1f]*\Z")
_MOST_PATH = 2000


def own_path(told: str) -> str:
    """A path within these pages; the first page for anything else."""
    parts = urlsplit(told)
    own = not parts.scheme and not parts.netloc and _PATH.match(told)
    return told if own and len(told) <= _MOST_PATH and not told.startswith("/sign-in") else "/"
