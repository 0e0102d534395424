"""A reviewer who knows the answers works through a worksheet: how right is what nobody has seen?

    .venv/bin/python benchmarks/reviewer.py ../shared/data/documents/adbuys --rows 5,20,60,100

Everything is real: the files go into a workspace, a procedure is made of `fields.json`, and the
first so many cases are decided cell by cell through the public functions (accepted where the
machine is right, corrected or said to be absent where it is not). After each number of rows it
learns, what passed the gate is adopted, and the cells of the other cases are compared with the
gold. Rows are in an order of chance (`--seed`). Only folders whose documents are files.

`accuracy` is of the cells of cases that nobody has looked at, `by_hand` of the same cells before
anything was learned; `verdict_ms` the CPU time of one verdict, `learn_cpu_s` that of learning
(gate, calibration and trying included) and `run_cpu_s` that of reading the rest anew. The last line
is one JSON object.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from casework.base.errors import ValueReadError
from casework.base.ids import slug
from casework.extraction.extract import Wanted
from casework.sdk.views import CellView
from casework.sdk.worksheet import Worksheet
from casework.sdk.workspace import Workspace
from casework.types.values import Json

sys.path.insert(0, str(Path(__file__).resolve().parent))  # as a script has it, for the tests too
from extraction import _gold, _plain, _wanted

_NAME = "reviewed"


@dataclass
class Spent:
    """CPU seconds by what they were spent on."""

    on: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def time(self, what: str) -> Iterator[None]:
        began = time.process_time()
        try:
            yield
        finally:
            self.on[what] = self.on.get(what, 0.0) + time.process_time() - began


@dataclass(frozen=True)
class Known:
    """A document with its right answers as they are compared, and as a person would write them."""

    file: Path
    right: Mapping[str, frozenset[str]]
    written: Mapping[str, str]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure; 0 when done, 2 when asked for what is not here."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rows", default="5,20,60,100", help="after how many rows it learns")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true", help="accepted; the last line always is")
    options = parser.parse_args(arguments)
    if not (options.folder / "gold.jsonl").exists():
        print(f"There is no gold.jsonl in {options.folder}.", file=sys.stderr)
        return 2
    wanted, documents = _read(options.folder)
    if not documents:
        print(f"No row of {options.folder} names a file.", file=sys.stderr)
        return 2
    random.Random(options.seed).shuffle(documents)
    stops = sorted({int(count) for count in options.rows.split(",")})
    if stops[-1] >= len(documents):
        print(f"{stops[-1]} of {len(documents)} documents leave none to ask.", file=sys.stderr)
        return 2
    print(json.dumps(asyncio.run(_work(wanted, documents, stops))))
    return 0


def _read(folder: Path) -> tuple[list[Wanted], list[Known]]:
    rows = [json.loads(line) for line in (folder / "gold.jsonl").read_text("utf-8").splitlines()]
    fields = [_wanted(each) for each in json.loads((folder / "fields.json").read_text("utf-8"))]
    wanted = [each for each in fields if each.type.name != "table" and not each.type.many]
    return wanted, [_known(folder, row, wanted) for row in rows if "file" in row]


def _known(folder: Path, row: dict[str, Json], wanted: Sequence[Wanted]) -> Known:
    return Known(
        folder / str(row["file"]),
        {each.id: frozenset(_gold(row, each)) for each in wanted},
        {each.id: _written(row, each) for each in wanted},
    )


def _written(row: dict[str, Json], wanted: Wanted) -> str:
    """The right value as a person would write it, a day so that nobody can mistake it."""
    values = row["values"]
    assert isinstance(values, dict)
    told = values.get(wanted.id)
    if told is None:
        return ""
    return next(iter(_gold(row, wanted))) if wanted.type.name == "date" else str(told)


def _step(wanted: Wanted) -> str:
    return slug(wanted.name)


async def _work(wanted: list[Wanted], documents: list[Known], stops: list[int]) -> dict[str, Json]:
    spent = Spent()
    told: list[Json] = []
    with tempfile.TemporaryDirectory() as folder:
        async with await Workspace.create(
            Path(folder) / "workspace", flags={"learn.auto": False}
        ) as workspace:
            procedure = Path(folder) / "reviewed.md"
            procedure.write_text(_procedure(wanted), encoding="utf-8")
            sheet = await workspace.new_worksheet(_NAME, procedure)
            await sheet.add(*(one.file for one in documents), cases="file")
            await sheet.run()
            before = await _cells(sheet)
            done = 0
            for stop in stops:
                for one in documents[done:stop]:
                    with spent.time("verdicts"):
                        await _decide(sheet, one, wanted, before)
                done = stop
                told.append(await _learned(sheet, documents[stop:], wanted, before, spent, stop))
    verdicts = stops[-1] * len(wanted)
    return {
        "documents": len(documents),
        "steps": len(wanted),
        "looks": told,
        "verdict_ms": round(1000 * spent.on["verdicts"] / verdicts, 2),
    }


async def _learned(
    sheet: Worksheet,
    rest: Sequence[Known],
    wanted: Sequence[Wanted],
    before: Mapping[tuple[str, str], CellView],
    spent: Spent,
    rows: int,
) -> dict[str, Json]:
    """What it learned from so many rows, and how right it is about the others."""
    began = dict(spent.on)
    with spent.time("learn"):
        await sheet.learning.fit()
    live = []
    if await sheet.changes.open():
        with spent.time("run"):
            await sheet.changes.run()
            await sheet.changes.adopt()
            await sheet.run()
        live = [one for one in await sheet.learning.versions() if one.state == "live"]
    now = await _cells(sheet)
    return {
        "rows": rows,
        "accuracy": _accuracy(now, rest, wanted),
        "by_hand": _accuracy(before, rest, wanted),
        "live": len(live),
        "refused": sum(one.state == "refused" for one in await sheet.learning.versions()),
        "learn_cpu_s": round(spent.on["learn"] - began.get("learn", 0.0), 2),
        "run_cpu_s": round(spent.on.get("run", 0.0) - began.get("run", 0.0), 2),
    }


async def _cells(sheet: Worksheet) -> dict[tuple[str, str], CellView]:
    """The cells as they stand, by the name of the file and the step."""
    table = await sheet.table()
    return {
        (row.case.documents[0].name, cell.step_id): cell for row in table.rows for cell in row.cells
    }


async def _decide(
    sheet: Worksheet,
    one: Known,
    wanted: Sequence[Wanted],
    before: Mapping[tuple[str, str], CellView],
) -> None:
    now = await _cells_of(sheet, before[one.file.name, _step(wanted[0])].case_name)
    for each in wanted:
        cell = now[_step(each)]
        if _said(cell, each) == one.right[each.id] and cell.state in ("value", "absent"):
            await sheet.accept(cell.case_name, cell.step_id)
        elif not one.written[each.id]:
            await sheet.correct(cell.case_name, cell.step_id, absent="not_found")
        else:
            try:
                await sheet.correct(cell.case_name, cell.step_id, one.written[each.id])
            except ValueReadError:  # gold that is no value of its type, such as the day 03/05/2
                await sheet.reject(cell.case_name, cell.step_id)


async def _cells_of(sheet: Worksheet, case: str) -> dict[str, CellView]:
    table = await sheet.table(cases=[case])
    return {cell.step_id: cell for cell in table.rows[0].cells}


def _accuracy(
    cells: Mapping[tuple[str, str], CellView], rest: Sequence[Known], wanted: Sequence[Wanted]
) -> float:
    hits = [
        _said(cells[one.file.name, _step(each)], each) == one.right[each.id]
        for one in rest
        for each in wanted
    ]
    return round(sum(hits) / max(len(hits), 1), 4)


def _said(cell: CellView, wanted: Wanted) -> frozenset[str]:
    return frozenset() if cell.value is None else frozenset({_plain(cell.value, wanted.type)})


def _procedure(wanted: Sequence[Wanted]) -> str:
    """The fields as steps, in the words that the other measurements ask with."""
    steps = [f"## {each.name}\n- type: {each.type.name}\n\n{each.instruction}\n" for each in wanted]
    return "\n".join(["# Reviewed\n", *steps])


if __name__ == "__main__":
    sys.exit(main())
