"""The door for scripts and notebooks: a workspace whose every call is run to its end."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from casework.base.aio import Bridge
from casework.base.settings import Value
from casework.sdk.face import Line
from casework.sdk.sync import SyncWorkspace
from casework.sdk.workspace import Workspace

if TYPE_CHECKING:
    from casework.sdk.suggesting.views import Suggested


def open(folder: str | Path = ".", *, flags: Mapping[str, Value] | None = None) -> SyncWorkspace:
    """Open a workspace for sync use, in a script or a notebook.

    `flags` are settings that stand above files and environment. Raises `NotFoundError` when the
    folder is no workspace.
    """
    return _through_a_bridge(lambda: Workspace.open(folder, flags=flags))


def create(
    folder: str | Path,
    *,
    store: str = "",
    blobs: str = "",
    flags: Mapping[str, Value] | None = None,
) -> SyncWorkspace:
    """Make a workspace for sync use; raises `ConflictError` when there is one already.

    `store` and `blobs` are addresses of a Postgres database and of an object store for what it
    holds; without them it is in the folder.
    """
    return _through_a_bridge(
        lambda: Workspace.create(folder, store=store, blobs=blobs, flags=flags)
    )


def suggest(*paths: str | Path, cases: str = "", no_sop: bool = False) -> Suggested:
    """What files and folders suggest as steps, each with an example; no model is asked and nothing
    is kept. `cases` says what makes a case ('' for what fits), `no_sop` that none of the files
    describes the work, though one may read like it. For steps from a goal or a written
    procedure see `workspace.suggesting`."""
    from casework.sdk.suggesting.alone import suggest_alone

    bridge = Bridge()
    try:
        return bridge.call(suggest_alone(paths, cases=cases, no_sop=no_sop))
    finally:
        bridge.close()


def _through_a_bridge(
    opening: Callable[[], Coroutine[object, object, Workspace]],
) -> SyncWorkspace:
    bridge = Bridge()
    try:
        return SyncWorkspace(bridge.call(opening()), Line(bridge))
    except BaseException:
        bridge.close()
        raise
