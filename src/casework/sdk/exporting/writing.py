"""A worksheet as a file: CSV, Excel, JSON or Parquet. It is written in a thread, from rows that are
read a few cases at a time, into a folder beside its place; it is put there whole, or not at all.
"""

from __future__ import annotations

import asyncio
import csv
import json
import tempfile
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from casework.base.errors import UsageError
from casework.sdk.export import neutral, row_json
from casework.sdk.exporting.blocks import Blocks, OnCase, ToWrite
from casework.sdk.exporting.spool import Spool, Spools
from casework.sdk.exporting.workbook import write_workbook
from casework.sdk.frame import cell_lines, cells_reader
from casework.sdk.views import RowView
from casework.sdk.written import save_view, views_of
from casework.types.values import Json

_AT_ONCE = 8_192
"""Cells that are handed to Parquet together."""
_GROUP = 65_536
"""Cells of a row group: its columns are held until it is full."""


async def export(
    wanted: ToWrite, path: Path, format: str = "", on_case: OnCase | None = None
) -> Path:
    """Write the table; the format comes from the name of the file unless it is given. Where that is
    cancelled, or fails, no file of it stays. Raises `UsageError` for a format that is none."""
    kind = (format or path.suffix.lstrip(".")).lower()
    if kind not in FORMATS:
        raise UsageError(
            f"{path.name}: casework does not write {kind or 'files without an ending'}.",
            fix=f"Use one of {', '.join(FORMATS)}.",
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    blocks = Blocks(wanted, on_case)
    # a thread of its own: the shared ones must stay free for the reads that it waits for
    pool = ThreadPoolExecutor(1, "casework-export")
    work = asyncio.get_running_loop().run_in_executor(pool, _write, wanted, blocks, path, kind)
    try:
        await asyncio.shield(work)
    except asyncio.CancelledError:
        blocks.stop()
        await asyncio.wait({work})
        work.exception()  # that it was stopped is known
        raise
    finally:
        pool.shutdown(wait=False)
    return path


def documents_beside(path: Path) -> Path:
    """The folder that the written documents of an exported table go to."""
    return path.with_name(f"{path.stem}-documents")


def _write(wanted: ToWrite, blocks: Blocks, path: Path, kind: str) -> None:
    """Write it aside, then put each file in its place, the table itself last."""
    with tempfile.TemporaryDirectory(
        prefix=f".{path.name}.", suffix=".part", dir=path.parent
    ) as aside:
        made = Path(aside) / "made" / path.name
        made.parent.mkdir()
        documents = documents_beside(made)

        def save(row: RowView) -> None:
            for document in views_of(row, wanted.columns):
                save_view(document, documents)

        blocks.on_row = save
        _WRITERS[kind](wanted, blocks, made, Path(aside))
        files = [one for one in made.parent.rglob("*") if one.is_file() and one != made]
        for file in (*files, made):
            target = path.parent / file.relative_to(made.parent)
            target.parent.mkdir(parents=True, exist_ok=True)
            file.replace(target)


def _csv(wanted: ToWrite, blocks: Blocks, path: Path, aside: Path) -> None:
    spools = Spools(wanted.table(), aside)
    try:
        for block in blocks:
            spools.add(wanted.table(block))
        for spool in spools.all:
            ending = f".{spool.path}{path.suffix}" if spool.path else path.suffix
            _lines(spool, blocks, path.with_name(f"{path.stem}{ending}"))
    finally:
        spools.close()


def _lines(spool: Spool, blocks: Blocks, path: Path) -> None:
    with path.open("w", newline="", encoding="utf-8-sig") as sink:
        writer = csv.writer(sink)
        writer.writerow([neutral(title) for title in spool.titles()])
        for line in blocks.unless_stopped(spool.lines()):
            cells = [one.text if one.number is None else one.number for one in line.cells]
            writer.writerow([neutral(line.name), *cells, *line.behind])


def _json(wanted: ToWrite, blocks: Blocks, path: Path, _aside: Path) -> None:
    """One case a line."""
    sheet = wanted.worksheet
    head = {"worksheet": sheet.name, "procedure_version": sheet.procedure_version}
    told = json.dumps(head, ensure_ascii=False).removesuffix("}")
    with path.open("w", encoding="utf-8") as sink:
        sink.write(f'{told}, "cases": [')
        between = "\n"
        for block in blocks:
            for row in block:
                sink.write(f"{between}{json.dumps(_case_json(row), ensure_ascii=False)}")
                between = ",\n"
        sink.write("\n]}\n")


def _case_json(row: RowView) -> dict[str, Json]:
    case = row.case
    return {
        "case": case.name,
        "id": case.id,
        "arrived_at": case.arrived_at or None,
        "answered_at": case.answered_at or None,
        "decided_at": case.decided_at or None,
        **row_json(row),
    }


def _parquet(wanted: ToWrite, blocks: Blocks, path: Path, _aside: Path) -> None:
    from arro3.io import write_parquet

    broken: list[BaseException] = []

    def lines() -> Iterator[list[tuple[object, ...]]]:
        held: list[tuple[object, ...]] = []
        try:
            for block in blocks:
                held += cell_lines(wanted.table(block))
                if len(held) >= _AT_ONCE:
                    yield held
                    held = []
        except BaseException as error:
            broken.append(error)  # what Parquet makes of it tells less
            raise
        yield held

    try:
        write_parquet(cells_reader(lines()), str(path), max_row_group_size=_GROUP)
    except BaseException:
        if broken:
            raise broken[0] from None
        raise


_WRITERS: Mapping[str, Callable[[ToWrite, Blocks, Path, Path], None]] = {
    "csv": _csv,
    "xlsx": write_workbook,
    "json": _json,
    "parquet": _parquet,
}
FORMATS = tuple(_WRITERS)
