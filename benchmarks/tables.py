"""How well tables are read: line items of invoices, and figures of statements over several years.

    .venv/bin/python benchmarks/tables.py --items DATA/einvoices
    .venv/bin/python benchmarks/tables.py --statements development
    .venv/bin/python benchmarks/tables.py --statements held-out

`--items`: rows of e-invoices by amount and unit price, truth from their XML, which the reader does
not see. `printed` counts only rows whose two figures stand on the pages at all: some files print
other figures than their XML holds. `--statements`: statements of `statements.py`, written to
files and read again; a question names a row and a period. Held-out layouts are never tuned on.
The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path

from statement_files import as_file
from statements import DEVELOPMENT, HELD_OUT, Question, Statement, statement

from casework.documents.open import open_document
from casework.documents.reading import Limits
from casework.documents.tables.find import tables_of
from casework.documents.tables.headings import timing_of
from casework.extraction.extract import Answer, Prepared, Wanted, answer, prepare
from casework.types.document import Document
from casework.types.values import Field, Json, ValueType
from casework.values.habits import Habits
from casework.values.read import readings

_SEEDS = 4
_COLUMNS = {"description": "text", "quantity": "number", "unit_price": "money", "amount": "money"}


@dataclass
class Items:
    """Line items: rows with amount and unit price right, by the XML and of those printed."""

    rows: int = 0
    right: int = 0
    right_of_four: int = 0
    printed: int = 0
    right_of_printed: int = 0
    given: int = 0
    without_figures: int = 0

    def as_json(self) -> dict[str, Json]:
        return {
            "rows": self.rows,
            "right": self.right,
            "share": _share(self.right, self.rows),
            "invented": self.given - self.right,
            "all_four_right": self.right_of_four,
            "rows_without_figures": self.without_figures,
            "printed": {
                "rows": self.printed,
                "right": self.right_of_printed,
                "share": _share(self.right_of_printed, self.printed),
            },
        }


@dataclass
class Cells:
    """Figures of statements."""

    cells: int = 0
    right: int = 0
    value_right: int = 0
    period_right: int = 0
    scale_right: int = 0
    without_answer: int = 0
    invented: int = 0
    by_layout: dict[str, list[int]] = field(default_factory=dict)
    why: Counter[str] = field(default_factory=Counter)

    def as_json(self) -> dict[str, Json]:
        layouts: dict[str, Json] = {
            name: _share(right, count) for name, (count, right) in self.by_layout.items()
        }
        return {
            "cells": self.cells,
            "right": _share(self.right, self.cells),
            "value_right": _share(self.value_right, self.cells),
            "period_right": _share(self.period_right, self.cells),
            "scale_right": _share(self.scale_right, self.cells),
            "without_answer": self.without_answer,
            "invented": self.invented,
            "layouts": layouts,
            "wrong": dict(self.why),
        }


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what is asked for; 2 when nothing is."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--items", type=Path, help="a folder with gold.jsonl, as of extraction.py")
    parser.add_argument("--statements", choices=("development", "held-out", "both"))
    parser.add_argument("--seeds", type=int, default=_SEEDS, help="statements a layout")
    parser.add_argument("--errors", type=int, default=0, help="print so many wrong answers")
    parser.add_argument("--keep", type=Path, help="write the statements here")
    parser.add_argument("--only", default="", help="only layouts with this in their name")
    options = parser.parse_args(arguments)
    report: dict[str, Json] = {}
    if options.items:
        report["items"] = _items(options.items, options.errors)
    chosen = {"development": (True, False), "held-out": (False, True), "both": (True, True)}
    if options.statements:
        development, held_out = chosen[options.statements]
        if development:
            report["development"] = _statements(DEVELOPMENT, options)
        if held_out:
            report["held_out"] = _statements(HELD_OUT, options)
    if not report:
        parser.print_usage(sys.stderr)
        return 2
    print(json.dumps(report, ensure_ascii=False))
    return 0


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 1.0


# line items


def _items(folder: Path, errors: int) -> dict[str, Json]:
    items = Items()
    fields = tuple(Field(name, ValueType(kind)) for name, kind in _COLUMNS.items())  # type: ignore[arg-type]
    wanted = Wanted("lines", "lines", "Invoice line items", ValueType("table", fields=fields))
    cpu = pages = 0.0
    for line in (folder / "gold.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        path = folder / row["file"]
        document = open_document(path, path.name, Limits()).document
        start = time.process_time()
        tables_of(document)
        cpu += time.process_time() - start
        pages += len(document.pages)
        found = answer([prepare(document, path.name)], wanted)
        wrong = _count_items(items, found, row["values"].get("lines") or [], document)
        if wrong and errors > 0:
            errors -= 1
            print(f"{row['id']}: {wrong}", file=sys.stderr)
    return {**items.as_json(), "table_ms_a_page": round(1000 * cpu / max(pages, 1), 2)}


def _count_items(items: Items, found: Answer, gold: list[Json], document: Document) -> str:
    records = found.picks[0].value if found.picks else []
    assert isinstance(records, list)
    given = [(_pair(record), _pair(record, _QUARTET)) for record in records]
    items.given += len(given)
    printed = _figures_of(document)
    missing: list[tuple[str, ...]] = []
    for row in gold:
        pair = _pair(row)
        if "" in pair:
            items.without_figures += 1
            continue
        there = all(figure in printed for figure in pair)
        items.rows += 1
        items.printed += there
        hit = next((each for each in given if each[0] == pair), None)
        if hit is None:
            missing.append(pair)
            continue
        given.remove(hit)
        items.right += 1
        items.right_of_printed += there
        items.right_of_four += hit[1] == _pair(row, _QUARTET)
    return f"missing {missing}, invented {[g[0] for g in given]}" if missing or given else ""


_QUARTET = ("amount", "unit_price", "quantity", "description")


def _pair(record: Json, names: Sequence[str] = ("amount", "unit_price")) -> tuple[str, ...]:
    assert isinstance(record, dict)
    told: list[str] = []
    for name in names:
        value = record.get(name)
        value = value.get("amount") if isinstance(value, dict) else value
        told.append(_letters(str(value)) if name == "description" else _cents(value))
    return tuple(told)


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold())


def _cents(value: Json) -> str:
    try:
        return str(round(Decimal(str(value)), 2).normalize())
    except InvalidOperation:
        return ""


def _figures_of(document: Document) -> set[str]:
    """Every amount on the pages, as it is compared."""
    found: set[str] = set()
    for page in document.pages:
        for each in readings(page.text, ValueType("money"), habits=Habits(decimal_comma=True)):
            if isinstance(each.value, dict):
                found.add(_cents(each.value["amount"]))
    return found


# statements


def _statements(layouts: Sequence[object], options: argparse.Namespace) -> dict[str, Json]:
    cells = Cells()
    cpu, pages, errors = 0.0, 0, options.errors
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        for layout in (*DEVELOPMENT, *HELD_OUT):
            if layout not in layouts or options.only not in layout.name:
                continue
            for seed in range(options.seeds):
                made = statement(layout, seed)
                name, data = as_file(made)
                path = folder / name
                path.write_bytes(data)
                document = open_document(path, name, Limits()).document
                start = time.process_time()
                tables_of(document)
                cpu += time.process_time() - start
                pages += len(document.pages)
                errors = _ask(cells, made, prepare(document, name), errors)
    return {**cells.as_json(), "table_ms_a_page": round(1000 * cpu / max(pages, 1), 2)}


def _ask(cells: Cells, made: Statement, prepared: Prepared, errors: int) -> int:
    tally = cells.by_layout.setdefault(made.layout.name, [0, 0])
    for question in made.questions:
        wanted = Wanted("figure", question.name, "", ValueType(question.type))
        found = answer([prepared], wanted)
        value, period, scale = _judge(found, question)
        right = value and period and scale
        cells.cells += 1
        cells.value_right += value
        cells.period_right += period
        cells.scale_right += scale
        cells.right += right
        tally[0] += 1
        tally[1] += right
        if not right:
            cells.why["not found" if not found.picks else "value" if not value else "rest"] += 1
            if errors > 0:
                errors -= 1
                got = [(p.text, p.value, str(p.scale)) for p in found.picks] or found.reason
                told = f"{question.name!r} {question.value} but {got}"
                print(f"{prepared.document_name}: {told}", file=sys.stderr)
    for name, type in made.unanswered:
        found = answer([prepared], Wanted("figure", name, "", ValueType(type)))
        cells.without_answer += 1
        cells.invented += bool(found.picks)
        if found.picks and errors > 0:
            errors -= 1
            print(f"{prepared.document_name}: {name!r} invented {found.picks[0]}", file=sys.stderr)
    return errors


def _judge(found: Answer, question: Question) -> tuple[bool, bool, bool]:
    """Whether value, period and scale are right. The period is that of the headings cited."""
    if not found.picks:
        return False, False, False
    pick = found.picks[0]
    told = pick.value.get("amount") if isinstance(pick.value, dict) else pick.value
    value = Decimal(str(told)) == question.value
    headings = [part.asked for part in pick.parts if part.asked]
    ends = {timing.end for text in headings if (timing := timing_of((text,))) is not None}
    joined = timing_of(tuple(headings[1:]))
    ends |= {joined.end} if joined else set()
    period = question.end in ends or (value and not ends)
    return value, period, pick.scale == question.scale or (value and question.value == 0)


if __name__ == "__main__":
    sys.exit(main())
