"""casework: a worksheet for document work, where every value comes with its proof."""

from __future__ import annotations

from typing import TYPE_CHECKING

__version__ = "0.1.0"

if TYPE_CHECKING:
    from casework.sdk.workspace import Workspace, create, open

__all__ = ["Workspace", "__version__", "create", "open"]


def __getattr__(name: str) -> object:
    """Load the public names on first use, so that `import casework` costs next to nothing."""
    if name in ("Workspace", "create", "open"):
        from casework.sdk import workspace

        return getattr(workspace, name)
    raise AttributeError(f"module 'casework' has no attribute {name!r}")
