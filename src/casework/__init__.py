"""casework: a worksheet for document work, where every value comes with its proof."""

from __future__ import annotations

from typing import TYPE_CHECKING

__version__ = "0.1.0"
__all__ = [
    "SyncWorksheet",
    "SyncWorkspace",
    "Worksheet",
    "Workspace",
    "__version__",
    "create",
    "open",
    "procedure",
    "step",
    "suggest",
]

if TYPE_CHECKING:
    from casework.procedures.python import procedure_from_functions as procedure
    from casework.procedures.python import step
    from casework.sdk.blocking import create, open, suggest  # noqa: A004 - casework.open is the name
    from casework.sdk.sync import SyncWorkspace
    from casework.sdk.sync_worksheet import SyncWorksheet
    from casework.sdk.worksheet import Worksheet
    from casework.sdk.workspace import Workspace
else:
    _HOMES = {
        "SyncWorksheet": ("casework.sdk.sync_worksheet", "SyncWorksheet"),
        "SyncWorkspace": ("casework.sdk.sync", "SyncWorkspace"),
        "Worksheet": ("casework.sdk.worksheet", "Worksheet"),
        "Workspace": ("casework.sdk.workspace", "Workspace"),
        "create": ("casework.sdk.blocking", "create"),
        "open": ("casework.sdk.blocking", "open"),
        "procedure": ("casework.procedures.python", "procedure_from_functions"),
        "step": ("casework.procedures.python", "step"),
        "suggest": ("casework.sdk.blocking", "suggest"),
    }

    def __getattr__(name: str) -> object:
        """Load a public name on first use, so that `import casework` costs next to nothing."""
        home = _HOMES.get(name)
        if home is None:
            raise AttributeError(f"module 'casework' has no attribute {name!r}")
        from importlib import import_module

        return getattr(import_module(home[0]), home[1])

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})
