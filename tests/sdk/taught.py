"""Learned versions for tests: fitted on the documents of a worksheet, stored as offered."""

from __future__ import annotations

from collections.abc import Mapping

from casework.base.ids import uuid7
from casework.extraction.concepts import lexicon
from casework.extraction.extract import prepare
from casework.extraction.features import key_of
from casework.extraction.meaning import meaning
from casework.extraction.novelty import Familiar, sketch
from casework.extraction.score import scored
from casework.extraction.stored import to_stored
from casework.judges.confidence import Calibration
from casework.learn.fit import Example, fit
from casework.sdk.worksheet import Worksheet
from casework.types.label import NO_LABEL, Label, audience_of
from casework.types.learned import Gate, Stored, Version
from casework.types.values import Json

GATE = Gate(True, 4, 4, 0.5, 1.0, 2, 0, "Better on 2 of 4 cells.")
SURE = Calibration({"chance": 2.0, "proved": 1.0, "zero_agrees": 1.0}, -1.0, 40)
OURS = "conditional_logit"
AT = "2026-01-02T03:04:05.000Z"


async def teach(
    sheet: Worksheet,
    step_id: str,
    right: Mapping[str, Json],
    *,
    calibration: Calibration | None = SURE,
    label: Label = NO_LABEL,
) -> Version:
    """Offer a version that was fitted on these right values, by the names of cases."""
    house, sheet_id = sheet._house, sheet._record.id
    step = (await sheet.procedure()).step(step_id)
    intent = meaning(step.name, step.instruction, step.type, lexicon())
    examples, sketches = [], []
    for case in [case async for case in house.store.cases.stream(sheet_id)]:
        if case.name not in right:
            continue
        (member,) = case.documents
        ready = prepare(await house.parsing.read(member.sha256), member.name)
        keys = frozenset({key_of(right[case.name])} if right[case.name] is not None else ())
        examples.append(Example(member.sha256, scored(ready, intent), keys))
        sketches.append(sketch(ready))
    facts: dict[str, Json] = {
        "calibration": calibration.as_json() if calibration else None,
        "familiar": Familiar.of(sketches).as_json(),
        "type": step.type.as_json(),
    }
    return await offer(sheet, step_id, to_stored(fit(examples * 6), facts), label)


async def offer(
    sheet: Worksheet,
    path: str,
    stored: Stored,
    label: Label = NO_LABEL,
    *,
    estimator: str = OURS,
) -> Version:
    """Store a version as offered."""
    learned, sheet_id = sheet._house.store.learned, sheet._record.id
    audience = audience_of(label.readers)
    number = await learned.next_number(sheet_id, path, audience)
    version = Version(
        uuid7(), sheet_id, path, number, "offered", estimator, stored.sha256, GATE, AT, audience,
        {"verdict": 4}, (0.5, 0.9), label, has_model=bool(stored.arrays),
    )  # fmt: skip
    await learned.add(version, stored)
    return version
