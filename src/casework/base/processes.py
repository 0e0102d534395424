"""Whether another process of this machine lives. Knows nothing of what it does."""

from __future__ import annotations

import os


def lives(pid: int) -> bool:
    """Whether a process of this machine lives, as far as can be told; on Windows always True, since
    asking would end it there."""
    if os.name == "nt":
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
