"""What an order of readers saves: the embedded extractor first, an oracle behind it.

The oracle is the scripted model server, over the wire: it answers every call with the known value.
All else is real: a workspace in a temporary folder, verdicts, what is learned, the engine. The
folder is laid out as for `extraction.py`. Prints one JSON object as its last line.

    .venv/bin/python benchmarks/cascade.py ../shared/data/documents/receipts --reviewed 100

Each seed lets other documents be reviewed, learns from them, and asks about the rest. The threshold
is chosen so that the confidences of the rest promise errors of `--epsilon` at most (their labels
are not looked at): a choice, no certificate. With `--audited N` it is certified instead, by so many
of the asked documents drawn at random; where nothing is certified all is passed on. `calls_…` are
means over seeds; `false_takes` are wrong values among those that were taken from the extractor.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from casework.base.clock import stamp
from casework.base.ids import slug, uuid7
from casework.extraction.extract import Wanted
from casework.review.bound import Audited, Checked, Promise, certify
from casework.sdk.promised.certificates import grid
from casework.sdk.testing import ScriptedServer
from casework.sdk.worksheet import Worksheet
from casework.sdk.workspace import Workspace
from casework.types.case import CaseRecord, Outcome
from casework.types.document import Document
from casework.types.learned import Version
from casework.types.values import Json
from casework.types.verdict import Verdict

sys.path.insert(0, str(Path(__file__).resolve().parent))  # as a script has it, for the tests too
from extraction import _day, _document, _gold, _number, _plain, _wanted

WHO = "reviewer"
Row = dict[str, Json]
Flags = dict[str, str | int | float | bool]


@dataclass
class Material:
    """The documents with what is right in them, and the fields that are asked."""

    rows: list[Row]
    documents: dict[str, Document]
    wanted: list[Wanted]


@dataclass
class Counts:
    """One seed."""

    cells: int = 0
    embedded: int = 0
    oracle: int = 0
    cascade: int = 0
    taken: int = 0
    false_takes: int = 0
    calls_oracle: int = 0
    calls_cascade: int = 0
    threshold: float | None = None
    offered: int = 0


@dataclass
class Answers:
    """What the cells of the asked documents say, by case name and field."""

    outcomes: dict[tuple[str, str], Outcome] = field(default_factory=dict)
    calls: int = 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure; 0 when done, 2 when asked for what is not here."""
    options = _options(arguments)
    folder = Path(options.folder)
    if not (folder / "gold.jsonl").exists():
        print(f"There is no gold.jsonl in {folder}. Give a folder of documents.", file=sys.stderr)
        return 2
    rows = [json.loads(line) for line in (folder / "gold.jsonl").read_text("utf-8").splitlines()]
    rows = rows[: options.limit]
    if options.reviewed >= len(rows):
        told = f"{options.reviewed} of {len(rows)} documents leave none to ask."
        print(f"{told} Give --reviewed a smaller number.", file=sys.stderr)
        return 2
    fields = json.loads((folder / "fields.json").read_text("utf-8"))
    single = [each for each in fields if not each.get("many") and not each.get("columns")]
    wanted = [_wanted(each) for each in single]
    documents = {str(row["id"]): _document(folder, row) for row in rows}
    material = Material(rows, documents, wanted)
    found = [asyncio.run(_seed(material, seed, options)) for seed in range(options.seeds)]
    print(json.dumps(_report(found, options), ensure_ascii=False))
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folder")
    parser.add_argument("--reviewed", type=int, default=100, help="documents to learn from")
    parser.add_argument("--seeds", type=int, default=1, help="runs with other documents reviewed")
    parser.add_argument("--epsilon", type=float, default=0.05, help="share of errors to live with")
    parser.add_argument("--delta", type=float, default=0.1, help="with --audited: 1 - how sure")
    parser.add_argument("--audited", type=int, default=0, help="certify by so many asked documents")
    parser.add_argument("--limit", type=int, default=None, help="only so many documents")
    parser.add_argument("--json", action="store_true", help="accepted; the last line always is")
    return parser.parse_args(arguments)


async def _seed(material: Material, seed: int, options: argparse.Namespace) -> Counts:
    """One workspace: reviewed and learned, then asked in three ways."""
    random = np.random.default_rng(seed)
    order = random.permutation(len(material.rows)).tolist()
    by_id = {str(row["id"]): row for row in material.rows}
    ids = [str(material.rows[at]["id"]) for at in order]
    reviewed, asked = ids[: options.reviewed], ids[options.reviewed :]
    with tempfile.TemporaryDirectory() as scratch, ScriptedServer(_oracle(material)) as server:
        folder = Path(scratch)
        _configure(folder, server)
        async with await Workspace.create(folder / "w", flags=_flags("embedded")) as workspace:
            sheet = await _sheet(workspace, folder, material)
            await sheet.run(cases=reviewed)
            await _review(workspace, sheet, {id: by_id[id] for id in reviewed}, material.wanted)
            versions = await _learn(workspace, sheet)
            embedded = await _asked(sheet, asked)
        counts = Counts(offered=len(versions))
        counts.threshold = _threshold(embedded, versions, by_id, asked, material, options)
        told: Flags = {
            "extract.readers": "embedded, default",
            "extract.sure": counts.threshold or 0.0,
        }
        async with await Workspace.open(folder / "w", flags=_flags("auto", told)) as workspace:
            cascade = await _asked(await workspace.worksheet(), asked)
        async with await Workspace.open(folder / "w", flags=_flags("auto")) as workspace:
            oracle = await _asked(await workspace.worksheet(), asked)
    _count(counts, (embedded, cascade, oracle), by_id, material.wanted)
    print(json.dumps({"seed": seed, **counts.__dict__}), file=sys.stderr)
    return counts


def _configure(folder: Path, server: ScriptedServer) -> None:
    """The scripted server as the default model, and a configuration that nobody else has."""
    (folder / "config").mkdir()
    (folder / "config" / "settings.toml").write_text(
        f'[model]\ndefault = "test:oracle"\n[provider.test]\nbase_url = "{server.base_url}"\n',
        "utf-8",
    )
    os.environ["CASEWORK_CONFIG"] = str(folder / "config")


def _flags(extract_with: str, more: Flags | None = None) -> Flags:
    """No answer is taken from memory, so that every call is counted; nothing learns by itself."""
    off: Flags = {"model.cache": False, "learn.auto": False, "learn.offer": False}
    return {"extract.with": extract_with, **off, **(more or {})}


async def _sheet(workspace: Workspace, folder: Path, material: Material) -> Worksheet:
    """A worksheet with a step for each field and a case for each document."""
    steps = [_step(each) for each in material.wanted]
    (folder / "fields.md").write_text("# Fields\n\n" + "\n".join(steps), "utf-8")
    sheet = await workspace.new_worksheet("fields", folder / "fields.md")
    inbox = folder / "inbox"
    inbox.mkdir()
    for id in material.documents:  # stands for the bytes; what it says is put in its place below
        (inbox / f"{id}.txt").write_text(f"{id}\n", "utf-8")
    await sheet.add(inbox, cases="file")
    parsing = workspace._house.parsing
    for case in await sheet.cases():
        member = case.documents[0]
        document = replace(material.documents[_id_of(case)], sha256=member.sha256)
        await parsing._write(document, member.name, 0)
    return sheet


def _step(wanted: Wanted) -> str:
    kind = wanted.type
    told = f"date: {kind.hint}" if kind.hint else kind.name
    return f"## {wanted.name}\n- type: {told}\n\n{wanted.instruction}\n"


def _id_of(case: CaseRecord) -> str:
    return case.documents[0].name.removesuffix(".txt")


async def _review(
    workspace: Workspace, sheet: Worksheet, rows: Mapping[str, Row], wanted: Sequence[Wanted]
) -> None:
    """A person's verdict on every cell: accepted where it is right, else what is."""
    store = workspace._house.store
    for case in await sheet.cases():
        row = rows.get(_id_of(case))
        if row is None:
            continue
        cells = await store.cells.of_case(case.id)
        for each in wanted:
            machine = cells[slug(each.id)].machine
            outcome = machine.outcome if machine else None
            right = outcome is not None and _said(outcome, each) == _gold(row, each)
            value = outcome.value if right and outcome else _value(row, each)
            verdict = Verdict(
                uuid7(),
                case.id,
                slug(each.id),
                "accepted" if right else "corrected",
                value,
                "" if value is not None else "not_found",
                machine.id if machine else "",
                WHO,
                stamp(workspace._house.clock.now()),
            )
            await store.verdicts.add(verdict)


async def _learn(workspace: Workspace, sheet: Worksheet) -> list[Version]:
    """What passed the gate, at work."""
    versions = [one for one in await sheet.learning.fit() if one.state == "offered"]
    store = workspace._house.store
    if versions:
        await store.learned.pin(versions[0].worksheet_id, [one.id for one in versions], WHO)
    return versions


async def _asked(sheet: Worksheet, ids: Sequence[str]) -> Answers:
    """Run the asked documents, and what their cells say."""
    run = await sheet.run(cases=ids)
    answers = Answers(calls=run.usage.calls)
    wanted = set(ids)
    for case in await sheet.cases():
        if _id_of(case) in wanted:
            cells = await sheet._house.store.cells.of_case(case.id)
            for name, cell in cells.items():
                if cell.machine is not None:
                    answers.outcomes[_id_of(case), name] = cell.machine.outcome
    return answers


def _threshold(
    embedded: Answers,
    versions: Sequence[Version],
    rows: Mapping[str, Row],
    asked: Sequence[str],
    material: Material,
    options: argparse.Namespace,
) -> float | None:
    """Certified by the first of the asked documents, or chosen by the confidences alone."""
    if not options.audited:
        return _chosen(embedded, options.epsilon)
    by_name = {slug(each.id): each for each in material.wanted}
    stream = []
    for id in asked[: options.audited]:
        cells = [
            Checked(one.confidence, _said(one, by_name[name]) != _gold(rows[id], by_name[name]))
            for (case, name), one in embedded.outcomes.items()
            if case == id and one.confidence is not None
        ]
        stream += [Audited(tuple(cells))] if cells else []
    return certify(stream, grid(versions), Promise(options.epsilon, options.delta)).threshold


def _chosen(embedded: Answers, epsilon: float) -> float | None:
    """The lowest threshold above which the confidences themselves expect so few errors."""
    sure = sorted(
        (one.confidence for one in embedded.outcomes.values() if one.confidence is not None),
        reverse=True,
    )
    if not sure:
        return None
    doubts = np.cumsum([1 - each for each in sure]) / np.arange(1, len(sure) + 1)
    fitting = np.flatnonzero(doubts <= epsilon)
    return sure[int(fitting[-1])] if len(fitting) else None


def _count(
    counts: Counts,
    answers: tuple[Answers, Answers, Answers],
    rows: Mapping[str, Row],
    wanted: Sequence[Wanted],
) -> None:
    embedded, cascade, oracle = answers
    by_name = {slug(each.id): each for each in wanted}
    counts.calls_cascade, counts.calls_oracle = cascade.calls, oracle.calls
    for place, outcome in embedded.outcomes.items():
        each, gold = by_name[place[1]], _gold(rows[place[0]], by_name[place[1]])
        counts.cells += 1
        counts.embedded += _said(outcome, each) == gold
        counts.oracle += _said(oracle.outcomes[place], each) == gold
        right = _said(cascade.outcomes[place], each) == gold
        counts.cascade += right
        if len(cascade.outcomes[place].proof.readings) == 1:
            counts.taken += 1
            counts.false_takes += not right


def _said(outcome: Outcome, wanted: Wanted) -> set[str]:
    return {_plain(outcome.value, wanted.type)} if outcome.kind == "value" else set()


def _value(row: Row, wanted: Wanted) -> Json:
    """The value of a row as a cell of its type holds it; None for none."""
    values = row["values"]
    assert isinstance(values, dict)
    gold = values.get(wanted.name)
    if gold is None:
        return None
    if wanted.type.name == "date":
        return str(_day(str(gold), wanted.type))
    if wanted.type.name == "money":
        return {"amount": _number(str(gold)), "currency": None}
    text = str(gold)
    return _number(text) if wanted.type.name == "number" else text


def _oracle(material: Material) -> dict[str, Json]:
    """What the server plays: for each document and field the known value."""
    rules: list[Json] = [
        {
            "match": f'(?s)name="{row["id"]}\\.txt".*\n# {each.name}\n',
            "answer": _answer(row, each),
        }
        for row in material.rows
        for each in material.wanted
    ]
    return {"rules": rules}


def _answer(row: Row, wanted: Wanted) -> Json:
    value = _value(row, wanted)
    if value is None:
        return {"status": "not_found", "value": None, "quotes": [], "note": ""}
    values = row["values"]
    assert isinstance(values, dict)
    quotes: list[Json] = [{"document": "d1", "quote": str(values[wanted.name])}]
    return {"status": "found", "value": value, "quotes": quotes, "note": ""}


def _report(found: Sequence[Counts], options: argparse.Namespace) -> dict[str, Json]:
    cells = sum(one.cells for one in found)
    seeds = len(found)
    calls = sum(one.calls_oracle for one in found)
    taken = sum(one.taken for one in found)
    thresholds: list[Json] = [
        None if one.threshold is None else round(one.threshold, 4) for one in found
    ]
    return {
        "reviewed": options.reviewed,
        "seeds": seeds,
        "epsilon": options.epsilon,
        "audited": options.audited,
        "cells": cells,
        "accuracy_embedded": round(sum(one.embedded for one in found) / cells, 4),
        "accuracy_oracle": round(sum(one.oracle for one in found) / cells, 4),
        "accuracy_cascade": round(sum(one.cascade for one in found) / cells, 4),
        "calls_oracle": round(calls / seeds, 1),
        "calls_cascade": round(sum(one.calls_cascade for one in found) / seeds, 1),
        "share_of_calls": round(sum(one.calls_cascade for one in found) / max(calls, 1), 4),
        "taken": round(taken / cells, 4),
        "false_takes": round(sum(one.false_takes for one in found) / max(taken, 1), 4),
        "thresholds": thresholds,
    }


if __name__ == "__main__":
    sys.exit(main())
