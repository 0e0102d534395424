"""Makes worksheets of many cases for benchmarks/studio.py: believable values with citations and
verdicts, written by the store's own commit, in the state that a run would have left.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from casework.base.aio import run as run_async
from casework.base.ids import uuid7
from casework.engine.fingerprint import documents_digest, fingerprint
from casework.engine.program import Column, Program
from casework.sdk.ready import make_ready
from casework.sdk.worksheet import Worksheet
from casework.sdk.workspace import Workspace
from casework.types.case import CaseDocument, CaseRecord, CellWrite, Outcome, Recorded
from casework.types.label import Label
from casework.types.proof import Citation, Grade, Proof, Searched, Support
from casework.types.usage import Usage
from casework.types.values import Json
from casework.types.verdict import Verdict, VerdictKind

DOCUMENTS = 200
"""Documents that the cases share: making one for each says nothing of the sheet."""
_AT_ONCE = 250
_AT = "2026-11-01T08:00:00.000Z"
_PEOPLE = ("Ada", "Grace", "Edsger")
_SUPPLIERS = ("Acme", "Borealis", "Cygnus", "Delta Freight", "Elm & Oak", "Fjord", "Gable", "Hale")
_STEPS = (
    ("Invoice number", "text"), ("Supplier", "text"), ("Supplier country", "text"),
    ("Invoice date", "date"), ("Due date", "date"), ("Net", "money"), ("VAT", "money"),
    ("Total due", "money"), ("VAT rate", "percent"), ("Order number", "text"),
    ("Delivery date", "date"), ("Payment terms", "text"), ("IBAN", "text"), ("Discount", "percent"),
    ("Kind", "choice: goods, service, freight"), ("Reminder", "yes/no"),
)  # fmt: skip
_RULES = (
    ("Sums agree", "yes/no", "{Net} + {VAT} == {Total due}", ("net", "vat", "total-due")),
    ("Is late", "yes/no", "{Delivery date} > {Due date}", ("delivery-date", "due-date")),
    ("Taxed", "yes/no", "{Total due} > {Net}", ("total-due", "net")),
    ("Decision", "choice: pay, query", '"pay" if {Sums agree} else "query"', ("sums-agree",)),
)


@dataclass(frozen=True, slots=True)
class _Drawn:
    """What chance made of a cell."""

    outcome: Outcome
    verdict: VerdictKind | None = None


def procedure_text(steps: int) -> str:
    """The procedure of a worksheet with so many columns, rules among them."""
    rules = _RULES if steps >= len(_STEPS) else _RULES[:0]
    told = ["# Invoices", ""]
    for name, type in _STEPS[: steps - len(rules)]:
        told += [f"## {name}", f"- type: {type}", f"The {name.lower()} as stated.", ""]
    for name, type, rule, _ in rules:
        told += [f"## {name}", f"- type: {type}", "", f"`{rule}`", ""]
    return "\n".join(told)


async def make(folder: Path, cases: int, steps: int, *, told: bool = False) -> None:
    """A workspace in `folder` with a worksheet `Invoices` of so many cases."""
    async with await Workspace.create(folder) as workspace:
        path = folder.parent / f"{folder.name}.md"
        path.write_text(procedure_text(steps), "utf-8")
        sheet = await workspace.new_worksheet("Invoices", path)
        path.unlink()
        documents = await _documents(workspace, folder)
        house, following = workspace._house, sheet._following
        await following.take_up(await following.now(), "Ada", as_new=True)
        _, program = await make_ready(house, await following.in_force())
        await house.store.runs.remember_meanings(
            {column.mark: dict(column.meaning) for column in program.columns}
        )
        began = time.perf_counter()
        for first in range(0, cases, _AT_ONCE):
            count = min(_AT_ONCE, cases - first)
            await _some(sheet, program, documents, range(first, first + count))
            if told and first % 10_000 == 0:
                print(f"{first + count:,} cases, {time.perf_counter() - began:.0f} s", flush=True)


async def _documents(workspace: Workspace, folder: Path) -> list[CaseDocument]:
    """Small invoices, read as any file is, in a worksheet of their own."""
    files = folder.parent / f"{folder.name}-files"
    files.mkdir(exist_ok=True)
    for number in range(DOCUMENTS):
        lines = [f"{name}: {_value(name, random.Random(number))!s}" for name, _ in _STEPS]
        text = "INVOICE\n\n" + "\n".join(lines) + "\n"
        (files / f"invoice-{number:04}.txt").write_text(text, "utf-8")
    inbox = files / "inbox.md"
    inbox.write_text("# Inbox\n\n## Supplier\n", "utf-8")
    sheet = await workspace.new_worksheet("Inbox", inbox)
    inbox.unlink()
    await sheet.add(files, cases="file")
    return [one for case in await sheet.cases() for one in case.documents]


async def _some(
    sheet: Worksheet, program: Program, documents: list[CaseDocument], numbers: range
) -> None:
    store = sheet._house.store
    made = await asyncio.gather(
        *(
            store.cases.add(
                sheet.id,
                f"INV-{number:06}",
                f"INV-{number:06} {_SUPPLIERS[number % len(_SUPPLIERS)]}",
                documents=[documents[number % len(documents)]],
                arrived_at=_AT,
            )
            for number in numbers
        )
    )
    writes: list[CellWrite] = []
    verdicts: list[Verdict] = []
    for number, case in zip(numbers, made, strict=True):
        for write, verdict in _cells(case, program, random.Random(number)):
            writes.append(write)
            verdicts += [verdict] if verdict else []
    await asyncio.gather(*map(store.cells.commit, writes))
    await asyncio.gather(*map(store.verdicts.add, verdicts))


def _cells(
    case: CaseRecord, program: Program, chance: random.Random
) -> Iterator[tuple[CellWrite, Verdict | None]]:
    digests: dict[str, str] = {}
    values: dict[str, Outcome] = {}
    for column in program.columns:
        step = column.step
        drawn = _derived(column, values) if step.rule else _read(column, case, chance)
        outcome = drawn.outcome
        read = documents_digest(column.documents(case.documents)) if step.by == "document" else ""
        inputs = json.loads(column.inputs_text(digests, read, program.today))
        mark = fingerprint(column.mark, inputs)
        made = Recorded(uuid7(), mark, 0, column.mark, inputs, outcome, "", _AT)
        failed = outcome.kind == "failed"
        yield (
            CellWrite(
                case.worksheet_id, case.id, step.id, outcome.kind, outcome.reason, _AT,
                recorded=made, tries=1 if failed else 0, tried=mark if failed else "",
            ),
            _verdict(case, step.id, made, drawn.verdict, chance),
        )  # fmt: skip
        values[step.id] = outcome
        digests[step.id] = "" if failed else outcome.value_digest


def _verdict(
    case: CaseRecord, step_id: str, made: Recorded, kind: VerdictKind | None, chance: random.Random
) -> Verdict | None:
    if kind is None:
        return None
    who, outcome = chance.choice(_PEOPLE), made.outcome
    value = "corrected by hand" if kind == "corrected" else outcome.value
    absence = "" if kind == "corrected" else outcome.absence or ""
    return Verdict(uuid7(), case.id, step_id, kind, value, absence, made.id, who, _AT)


def _read(column: Column, case: CaseRecord, chance: random.Random) -> _Drawn:
    """A value that was read, more or less surely."""
    document = case.documents[0]
    label = Label(frozenset({document.sha256}))
    usage = Usage(1, 900, 60, 0, 0.0004, 0.8)
    luck = chance.random()
    if luck < 0.02:
        proof = Proof("unproved", searched=(Searched(document.sha256, document.name, (1,)),))
        reason = "not found on the one page that was read"
        absent = Outcome("absent", None, "not_found", None, reason, "", proof, label, usage=usage)
        return _Drawn(absent)
    if luck < 0.022:
        return _Drawn(Outcome("failed", reason="the answer was no JSON", code="model.invalid"))
    value = _value(column.step.name, chance, random.Random(case.key).randrange(100, 9_000))
    grade: Grade = "exact" if luck < 0.95 else "fuzzy"
    support: Support = "yes" if luck < 0.98 else "cannot_tell"
    quote = f"{column.step.name}: {value}"
    start = chance.randrange(400)
    from casework.types.document import Box

    box = Box(72.0, 100.0 + start % 500, 240.5, 112.0 + start % 500)
    cited = Citation(
        document.sha256, document.name, 1, start, start + len(quote), quote, (box,), grade, support
    )
    sure = round(0.6 + 0.4 * chance.random(), 4)
    found = Outcome(
        "value", value, proof=Proof("quoted", (cited,)), label=label, confidence=sure,
        model="bench:scripted", usage=usage, signals={"chance": sure},
    )  # fmt: skip
    kind: VerdictKind | None = None
    if luck > 0.93:
        kind = "corrected" if luck > 0.995 and column.step.type.name == "text" else "accepted"
    return _Drawn(found, kind)


def _derived(column: Column, values: dict[str, Outcome]) -> _Drawn:
    read = [values[name] for name in column.step.references]
    label = Label(frozenset().union(*(one.label.sources for one in read)))
    steps = column.step.references
    broken = next((one for one in read if one.kind != "value"), None)
    if broken is not None:
        reason = "an input is missing"
        return _Drawn(Outcome("absent", None, "not_applicable", None, reason, label=label))
    value: Json
    match column.step.id:
        case "sums-agree":
            net, vat, total = map(_amount, read)
            value = abs(net + vat - total) < 0.005
        case "is-late":
            value = str(read[0].value) > str(read[1].value)
        case "taxed":
            value = _amount(read[0]) > _amount(read[1])
        case _:
            value = "pay" if read[0].value else "query"
    proof = Proof("derived", expression=column.step.rule.source if column.step.rule else "")
    proof = Proof("derived", (), (), proof.expression, tuple(steps))
    return _Drawn(Outcome("value", value, proof=proof, label=label))


def _amount(outcome: Outcome) -> float:
    return float(outcome.value["amount"]) if isinstance(outcome.value, dict) else 0.0  # type: ignore[arg-type]


def _value(name: str, chance: random.Random, net: int = 100) -> Json:
    month, day = 1 + chance.randrange(12), 1 + chance.randrange(28)
    wrong = chance.random() < 0.01
    whole = {"Net": net * 100, "VAT": net * 19, "Total due": net * (118 if wrong else 119)}
    match name:
        case "Supplier":
            return chance.choice(_SUPPLIERS)
        case "Supplier country":
            return chance.choice(("Germany", "France", "Norway", "Italy", "Spain"))
        case "Invoice date" | "Due date" | "Delivery date":
            return f"2026-{month:02}-{day:02}"
        case "Net" | "VAT" | "Total due":
            cents = whole[name]
            return {"amount": f"{cents // 100}.{cents % 100:02}", "currency": "EUR"}
        case "VAT rate" | "Discount":
            return str(chance.choice((0, 7, 19, 20, 25)))
        case "Kind":
            return chance.choice(("goods", "service", "freight"))
        case "Reminder":
            return chance.random() < 0.1
        case "IBAN":
            return f"DE{chance.randrange(10**18):020}"
        case "Payment terms":
            return f"net {chance.choice((10, 14, 30, 60))} days"
        case _:
            return f"{name[:2].upper()}-{chance.randrange(10**6):06}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--steps", type=int, default=20)
    arguments = parser.parse_args()
    run_async(make(arguments.folder, arguments.cases, arguments.steps, told=True))


if __name__ == "__main__":
    main()
