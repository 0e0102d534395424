"""How well fields are filled without a language model, on a folder of documents with known values.

The folder holds `fields.json`, `gold.jsonl` and `docs/`; a row of `gold.jsonl` names a `file`, or
`words`: a JSON of text segments with pixel boxes. Prints one JSON object as its last line.

    .venv/bin/python benchmarks/extraction.py ../shared/data/documents/receipts --reviewed 0

With `--reviewed N` each seed learns from N other documents and is asked about the rest; with
`--split group` about documents of other groups alone. `macro_spread` is over the seeds.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path

import numpy as np

from casework.documents.layout import lay_out
from casework.documents.open import open_document
from casework.documents.reading import Limits
from casework.extraction.extract import Answer, Prepared, Wanted, answer, prepare
from casework.types.document import Document
from casework.types.values import Field, Json, ValueType
from casework.values.habits import Habits
from casework.values.read import readings

sys.path.insert(0, str(Path(__file__).resolve().parent))  # as a script has it, for the tests too
from reviewed import Reviewed, reviewed, rounds

TODAY_YEAR = 2026
_COLUMN_TYPES = {"quantity": "number", "unit_price": "money", "amount": "money"}


@dataclass
class Tally:
    """Counts of one field. `right` counts right values and right empties; `hits`, `given` and
    `wanted` count values, for F1."""

    many: bool = False
    cases: int = 0
    right: int = 0
    false_fills: int = 0
    misses: int = 0
    wrong: int = 0
    hits: int = 0
    given: int = 0
    wanted: int = 0

    def add(self, given: set[str], wanted: set[str]) -> bool:
        """Count a case; whether it was right."""
        self.cases += 1
        self.hits += len(given & wanted)
        self.given += len(given)
        self.wanted += len(wanted)
        right = given == wanted
        self.right += right
        self.false_fills += bool(given) and not wanted
        self.misses += bool(wanted) and not given
        self.wrong += bool(given) and bool(wanted) and not right
        return right

    @property
    def f1(self) -> float:
        total = self.given + self.wanted
        return 2 * self.hits / total if total else 1.0

    @property
    def score(self) -> float:
        """What the field adds to `macro`."""
        return self.f1 if self.many else self.right / max(self.cases, 1)

    def as_json(self) -> dict[str, Json]:
        told: dict[str, Json] = {
            "accuracy": round(self.right / max(self.cases, 1), 4),
            "false_fills": self.false_fills,
            "misses": self.misses,
            "wrong": self.wrong,
            "f1": round(self.f1, 4),
        }
        return told


@dataclass
class Items:
    """Line items: how many gold rows were found with amount and unit price right."""

    rows: int = 0
    right: int = 0


@dataclass
class Measured:
    """The whole run."""

    fields: dict[str, Tally] = field(default_factory=dict)
    items: Items = field(default_factory=Items)
    documents: int = 0
    unread: int = 0
    cpu_s: float = 0.0
    learn_cpu_s: float = 0.0
    """Of all fields together, a round."""
    macros: list[float] = field(default_factory=list)
    """One a seed."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure; 0 when done, 2 when asked for what is not here."""
    options = _options(arguments)
    folder = Path(options.folder)
    if not (folder / "gold.jsonl").exists():
        print(f"There is no gold.jsonl in {folder}. Give a folder of documents.", file=sys.stderr)
        return 2
    rows = [json.loads(line) for line in (folder / "gold.jsonl").read_text("utf-8").splitlines()]
    rows = [row for row in rows if options.half is None or _half(row) == options.half]
    rows = rows[: options.limit]
    if options.reviewed >= len(rows):
        told = f"{options.reviewed} of {len(rows)} documents leave none to ask."
        print(f"{told} Give --reviewed a smaller number.", file=sys.stderr)
        return 2
    measured = _learned(folder, rows, options) if options.reviewed else _measure(
        folder, rows, options.errors
    )  # fmt: skip
    print(json.dumps(_report(measured, options), ensure_ascii=False))
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folder")
    parser.add_argument("--reviewed", type=int, default=0, help="reviewed rows to learn from")
    parser.add_argument("--seeds", type=int, default=1, help="runs with other rows reviewed")
    parser.add_argument("--split", choices=("random", "group"), default="random")
    parser.add_argument("--json", action="store_true", help="accepted; the last line always is")
    parser.add_argument("--limit", type=int, default=None, help="only so many documents")
    parser.add_argument("--half", type=int, choices=(0, 1), help="only one half of the groups")
    parser.add_argument("--errors", type=int, default=0, help="print so many wrong answers")
    return parser.parse_args(arguments)


def _half(row: dict[str, str]) -> int:
    """The half of a row's group: relatives stay together."""
    return int(hashlib.md5(row["group"].encode(), usedforsecurity=False).hexdigest(), 16) % 2


def _measure(folder: Path, rows: Sequence[dict[str, Json]], errors: int) -> Measured:
    measured = Measured()
    wanted = [
        _wanted(each) for each in json.loads((folder / "fields.json").read_text(encoding="utf-8"))
    ]
    for row in rows:
        document = _document(folder, row)
        measured.documents += 1
        measured.unread += not document.readable
        start = time.process_time()
        prepared = prepare(document, str(row["id"]))
        answers = [answer([prepared], each) for each in wanted]
        measured.cpu_s += time.process_time() - start
        for each, found in zip(wanted, answers, strict=True):
            if not _count(measured, row, each, found) and errors > 0:
                errors -= 1
                _tell(row, each, found, prepared)
    return measured


def _learned(
    folder: Path, rows: Sequence[dict[str, Json]], options: argparse.Namespace
) -> Measured:
    """Every seed learns from other rows and is asked about the rest; counts are over all seeds."""
    wanted = [_wanted(each) for each in json.loads((folder / "fields.json").read_text("utf-8"))]
    documents: list[Reviewed] = []
    for row in rows:
        prepared = prepare(_document(folder, row), str(row["id"]))
        right = {each.id: _gold(row, each) for each in wanted if each.type.name != "table"}
        documents.append(
            reviewed(str(row["id"]), str(row["group"]), prepared, wanted, right, _plainly)
        )
    by_id = {str(row["id"]): row for row in rows}
    measured = Measured()
    told = rounds(
        documents, wanted, count=options.reviewed, seeds=options.seeds, split=options.split
    )
    for one in told:
        alone = Measured()
        for id, each, found in one.answers:
            _count(measured, by_id[id], each, found)
            _count(alone, by_id[id], each, found)
        measured.macros.append(_macro(alone.fields))
        measured.documents += one.asked
        measured.cpu_s += one.answer_cpu_s
        measured.learn_cpu_s += one.learn_cpu_s / len(told)
    return measured


def _plainly(wanted: Wanted) -> Callable[[Json], str]:
    return lambda value: _plain(value, wanted.type)


def _gold(row: dict[str, Json], wanted: Wanted) -> set[str]:
    """The right values of a row as they are compared."""
    values = row["values"]
    assert isinstance(values, dict)
    gold = values.get(wanted.id)
    golden = gold if isinstance(gold, list) else [] if gold is None else [gold]
    return {_plain(value, wanted.type) for value in golden}


def _count(measured: Measured, row: dict[str, Json], wanted: Wanted, found: Answer) -> bool:
    """Count one answer; whether it was right (line items are counted by themselves)."""
    values = row["values"]
    assert isinstance(values, dict)
    if wanted.type.name == "table":
        _count_items(measured.items, found, values.get(wanted.id))
        return True
    tally = measured.fields.setdefault(wanted.id, Tally(wanted.type.many))
    given = {_plain(pick.value, wanted.type) for pick in found.picks}
    return tally.add(given, _gold(row, wanted))


def _wanted(told: dict[str, Json]) -> Wanted:
    """A field; its hint is part of the description and says how dates are read."""
    hint = str(told.get("hint", ""))
    instruction = f"{told['description']} {hint}".strip()
    fields: tuple[Field, ...] = ()
    columns = told.get("columns")
    if isinstance(columns, list):
        fields = tuple(
            Field(str(name), ValueType(_COLUMN_TYPES.get(str(name), "text")))  # type: ignore[arg-type]
            for name in columns
        )
    kind = ValueType(
        str(told["type"]),  # type: ignore[arg-type]
        many=bool(told.get("many")),
        fields=fields,
        hint=hint if hint in ("day first", "month first") else "",  # type: ignore[arg-type]
    )
    name = str(told["name"])
    return Wanted(name, name, instruction, kind)


def _document(folder: Path, row: dict[str, Json]) -> Document:
    if "file" in row:
        path = folder / str(row["file"])
        return open_document(path, path.name, Limits()).document
    data = json.loads((folder / str(row["words"])).read_text(encoding="utf-8"))
    words: list[tuple[float, float, float, float, str]] = []
    for segment in data["segments"]:
        x0, y0, x1, y1 = segment["box"]
        text = segment["t"]
        step = (x1 - x0) / max(len(text), 1)
        words += [
            (x0 + step * each.start(), y0, x0 + step * each.end(), y1, each.group())
            for each in re.finditer(r"\S+", text)
        ]
    page = lay_out(words, number=1, width_pt=data["width"], height_pt=data["height"])
    digest = hashlib.sha256(str(row["id"]).encode()).hexdigest()
    return Document(digest, "image/jpeg", "words", "1", "read", pages=(page,))


def _plain(value: Json, kind: ValueType) -> str:
    """A value as it is compared: ISO dates, plain numbers, letters and digits of texts."""
    if kind.name == "date":
        return _day(str(value), kind)
    if kind.name in ("money", "number"):
        told = value.get("amount") if isinstance(value, dict) else value
        return _number(str(told))
    return "".join(letter for letter in str(value).casefold() if letter.isalnum())


def _day(text: str, kind: ValueType) -> str:
    if re.fullmatch(r"\d{8}", text):
        return f"{text[:4]}-{text[4:6]}-{text[6:]}"
    found = readings(text, kind.one(), habits=Habits(today_year=TODAY_YEAR))
    return str(found[0].value) if found else text


def _number(text: str) -> str:
    try:
        return str(Decimal(re.sub(r"[^\d.-]", "", text)).normalize())
    except InvalidOperation:
        return text


def _count_items(items: Items, found: Answer, gold: Json) -> None:
    if not isinstance(gold, list):
        return
    records = found.picks[0].value if found.picks else []
    assert isinstance(records, list)
    given = [_item(record) for record in records]
    for row in gold:
        items.rows += 1
        pair = _item(row)
        if pair in given:
            given.remove(pair)
            items.right += 1


def _item(record: Json) -> tuple[str, str]:
    assert isinstance(record, dict)
    values = [record.get(name) for name in ("amount", "unit_price")]
    told = [value.get("amount") if isinstance(value, dict) else value for value in values]
    return (_cents(told[0]), _cents(told[1]))


def _cents(value: Json) -> str:
    try:
        return str(round(Decimal(str(value)), 2).normalize())
    except InvalidOperation:
        return ""


def _tell(row: dict[str, Json], wanted: Wanted, found: Answer, prepared: Prepared) -> None:
    values = row["values"]
    assert isinstance(values, dict)
    gold = values.get(wanted.id)
    got = [(pick.text, pick.page, pick.score) for pick in found.picks] or found.reason
    others = [(each.text, each.score) for each in found.runners_up[:3]]
    pages = len(prepared.layout.pages)
    print(
        f"{row['id']} ({pages} pages) {wanted.id}: {gold!r} but {got!r}; then {others!r}",
        file=sys.stderr,
    )


def _macro(tallies: dict[str, Tally]) -> float:
    return sum(tally.score for tally in tallies.values()) / max(len(tallies), 1)


def _report(measured: Measured, options: argparse.Namespace) -> dict[str, Json]:
    tallies = measured.fields
    hits = sum(each.hits for each in tallies.values())
    total = sum(each.given + each.wanted for each in tallies.values())
    documents = max(measured.documents, 1)
    report: dict[str, Json] = {
        "documents": measured.documents,
        "unread": measured.unread,
        "reviewed": options.reviewed,
        "seeds": options.seeds,
        "split": options.split,
        "fields": {name: tally.as_json() for name, tally in tallies.items()},
        "macro": round(_macro(tallies), 4),
        "micro_f1": round(2 * hits / total, 4) if total else 1.0,
        "false_fills": sum(each.false_fills for each in tallies.values()),
        "ms_per_document": round(1000 * measured.cpu_s / documents, 2),
    }
    if measured.macros:
        report["learn_cpu_s"] = round(measured.learn_cpu_s, 3)
        report["macro_spread"] = round(float(np.std(measured.macros)), 4)
    if measured.items.rows:
        items = measured.items
        report["line_items"] = {"rows": items.rows, "right": round(items.right / items.rows, 4)}
    return report


if __name__ == "__main__":
    sys.exit(main())
