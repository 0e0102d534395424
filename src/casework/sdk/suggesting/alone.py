"""Suggesting where there is no workspace: in one that is made for it and deleted afterwards."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from casework.sdk.suggesting.reading import OnRead
from casework.sdk.suggesting.suggesting import OnTry
from casework.sdk.suggesting.views import Suggested


async def suggest_alone(
    paths: Sequence[str | Path],
    *,
    cases: str = "",
    no_sop: bool = False,
    language: str = "",
    on_read: OnRead | None = None,
    on_try: OnTry | None = None,
) -> Suggested:
    """What files suggest, as `Suggesting.suggest` gives it; no model is asked."""
    from casework.sdk.workspace import Workspace

    with tempfile.TemporaryDirectory(prefix="casework-") as folder:
        async with await Workspace.create(Path(folder) / "alone") as workspace:
            return await workspace.suggesting.suggest(
                *paths,
                cases=cases,
                no_sop=no_sop,
                language=language,
                on_read=on_read,
                on_try=on_try,
            )
