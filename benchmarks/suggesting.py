"""How many of the fields that people labelled are among those that documents suggest by themselves.

The folder holds `fields.json`, `gold.jsonl` and `docs/` (see `benchmarks/extraction.py`). So many
documents at a time are dropped, as a person would drop them; a labelled field counts as proposed
when the values of a proposal are the labelled ones in most documents that state it.
`examples_right` says how often the example that is shown is the labelled value of its document;
`kept` how many steps are ticked a drop, `fields_kept` how many of the proposed fields are among
them. `firm_right` and `weak_right` are the shares of labelled values among those that are shown as
found well, and by little.
Prints one JSON object as its last line.

    .venv/bin/python benchmarks/suggesting.py ../shared/data/documents/einvoices --half 0
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))  # as a script has it, for the tests too
import extraction as measured

from casework.extraction.prepared import prepare
from casework.extraction.suggest.propose import WEAK, Proposal, propose
from casework.types.values import Json, ValueType

_MOSTLY = 0.5
_FIRST = (10, 20)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure; 0 when done, 2 when asked for what is not here."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folder")
    parser.add_argument("--half", type=int, choices=(0, 1), help="only one half of the groups")
    parser.add_argument("--dropped", type=int, default=24, help="documents dropped at a time")
    parser.add_argument("--show", action="store_true", help="print what is proposed")
    parser.add_argument("--json", action="store_true", help="accepted; the last line always is")
    options = parser.parse_args(arguments)
    folder = Path(options.folder)
    if not (folder / "gold.jsonl").exists():
        print(f"There is no gold.jsonl in {folder}. Give a folder of documents.", file=sys.stderr)
        return 2
    rows = [json.loads(line) for line in (folder / "gold.jsonl").read_text("utf-8").splitlines()]
    rows = [row for row in rows if options.half is None or measured._half(row) == options.half]
    fields = json.loads((folder / "fields.json").read_text("utf-8"))
    print(json.dumps(_measure(folder, rows, fields, options), ensure_ascii=False))
    return 0


def _measure(
    folder: Path,
    rows: list[dict[str, Json]],
    fields: list[dict[str, Json]],
    options: argparse.Namespace,
) -> dict[str, object]:
    size = options.dropped
    drops = [rows[at : at + size] for at in range(0, len(rows), size)]
    drops = [drop for drop in drops if len(drop) >= size // 2] or drops
    hits = dict.fromkeys(_FIRST, 0)
    by_field = {str(one["name"]): 0 for one in fields}
    places: dict[str, list[int]] = {name: [] for name in by_field}
    right = shown = wanted = kept = fields_kept = 0
    values = {False: [0, 0], True: [0, 0]}
    seconds: list[float] = []
    for drop in drops:
        documents = [measured._document(folder, row) for row in drop]
        began = time.perf_counter()
        cases = [[prepare(one, str(row["id"]))] for one, row in zip(documents, drop, strict=True)]
        found = propose(cases, most=max(_FIRST))
        seconds.append(time.perf_counter() - began)
        kept += sum(one.is_kept(at) for at, one in enumerate(found))
        if options.show:
            _show(found)
        for told in fields:
            name = str(told["name"])
            gold = [_gold(row, name) for row in drop]
            if not any(gold):
                continue
            wanted += 1
            kind = "table" if told["type"] == "table" else str(told["type"])
            at = _place_of(found, gold, kind)
            if at is None:
                continue
            places[name].append(at + 1)
            by_field[name] += 1
            fields_kept += found[at].is_kept(at)
            _count(found[at], gold, kind, values)
            for first in _FIRST:
                hits[first] += at < first
            proposal = found[at]
            if kind != "table" and gold[proposal.example_case] and proposal.example:
                shown += 1
                right += _fits(
                    proposal.values[proposal.example_case], gold[proposal.example_case], kind
                )
    return {
        "set": folder.name,
        "drops": len(drops),
        "documents": sum(map(len, drops)),
        "fields": wanted,
        **{f"among_first_{first}": round(hits[first] / max(wanted, 1), 3) for first in _FIRST},
        "examples_right": round(right / max(shown, 1), 3),
        "examples": shown,
        "kept": round(kept / max(len(drops), 1), 1),
        "fields_kept": round(fields_kept / max(sum(by_field.values()), 1), 3),
        "firm_right": round(values[False][0] / max(values[False][1], 1), 3),
        "firm": values[False][1],
        "weak_right": round(values[True][0] / max(values[True][1], 1), 3),
        "weak": values[True][1],
        "by_field": by_field,
        "places": places,
        "seconds_a_drop": round(sum(seconds) / max(len(seconds), 1), 2),
    }


def _count(one: Proposal, gold: list[list[Json]], kind: str, values: dict[bool, list[int]]) -> None:
    """Count the values of a proposed field, well found and weak ones apart: right ones, and all."""
    if kind == "table":
        return
    for value, score, wanted in zip(one.values, one.scores, gold, strict=True):
        if score is not None:
            tally = values[score < WEAK]
            tally[0] += bool(wanted) and _fits(value, wanted, kind)
            tally[1] += 1


def _show(found: list[Proposal]) -> None:
    for at, one in enumerate(found, 1):
        told = one.example.text[:40] if one.example else one.rule
        print(
            f"{at:3} {one.rank:5.2f} {one.name[:30]:30} {one.type.name:9} {one.found:3}/{one.of} "
            f"{one.origin:7} {told!r}",
            file=sys.stderr,
        )
    print(file=sys.stderr)


def _gold(row: dict[str, Json], name: str) -> list[Json]:
    values = row["values"]
    assert isinstance(values, dict)
    told = values.get(name)
    return told if isinstance(told, list) else [] if told is None else [told]


def _place_of(found: list[Proposal], gold: list[list[Json]], kind: str) -> int | None:
    stated = [at for at, values in enumerate(gold) if values]
    for at, one in enumerate(found):
        if not one.values:
            continue
        fitting = sum(_fits(one.values[case], gold[case], kind) for case in stated)
        if fitting >= _MOSTLY * len(stated):
            return at
    return None


def _fits(value: Json, gold: list[Json], kind: str) -> bool:
    """Whether a proposed value is the labelled one; of a period either end is, and of several
    values most are. A table fits when it has as many rows."""
    if value is None:
        return False
    if kind == "table":
        return isinstance(value, list) and len(value) == len(gold) and isinstance(gold[0], dict)
    told = value if isinstance(value, list) else [value]
    if any(isinstance(one, dict) and "from" in one for one in told):
        told = [end for one in told if isinstance(one, dict) for end in (one["from"], one["to"])]
    wanted = {measured._plain(one, ValueType(kind)) for one in gold}  # type: ignore[arg-type]
    given = {measured._plain(_flat(one), ValueType(kind)) for one in told}  # type: ignore[arg-type]
    return len(wanted & given) >= max(1, len(wanted) / 2)


def _flat(value: Json) -> Json:
    if isinstance(value, dict) and "unit" in value:
        return f"{value['amount']} {value['unit']}s"
    return value


if __name__ == "__main__":
    raise SystemExit(main())
