"""What a second folder needs of a workspace that is kept on a server: its procedures, as files."""

from __future__ import annotations

from pathlib import Path

from casework.sdk.following import FOLDER
from casework.sdk.new_procedure import MADE_IN_PYTHON
from casework.store.store import Store


async def write_procedures(store: Store, folder: Path) -> None:
    """Write the newest version of every worksheet's procedure; files that are there stay."""
    (folder / FOLDER).mkdir(exist_ok=True)
    for sheet in await store.worksheets.all():
        file = folder / FOLDER / sheet.procedure_file
        newest = await store.procedures.latest(sheet.id)
        if newest is None or sheet.procedure_file == MADE_IN_PYTHON or file.exists():
            continue
        file.write_text(newest.text, "utf-8", newline="")
