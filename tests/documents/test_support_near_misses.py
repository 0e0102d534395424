"""No quote of a right value bears a wrong one that looks like it."""

from __future__ import annotations

import random

import pytest

from benchmarks.near_misses import near_misses
from casework.documents.places.support import supports
from casework.types.proof import Support
from casework.types.values import Field, Json, ValueType

MONEY, NUMBER, PERCENT = ValueType("money"), ValueType("number"), ValueType("percent")
QUANTITY, DATE, PERIOD = ValueType("quantity"), ValueType("date"), ValueType("period")
ANSWER, TEXT = ValueType("yes/no"), ValueType("text")
CHOICE = ValueType("choice", options=("approved", "rejected", "on hold"))
CHOICES = ValueType("choices", options=("fire", "water", "theft"))
LINE = ValueType("record", fields=(Field("what", TEXT), Field("amount", MONEY)))
SUMS = ValueType("record", fields=(Field("net", MONEY), Field("total", MONEY)))
DAYS = ValueType("date", many=True)


def eur(amount: str, currency: str | None = "EUR") -> Json:
    return {"amount": amount, "currency": currency}


def of(amount: str, unit: str) -> Json:
    return {"amount": amount, "unit": unit}


def span(first: str | None, last: str | None, label: str = "") -> Json:
    return {"from": first, "to": last, "label": label}


TRUE_PAIRS: list[tuple[str, Json, ValueType]] = [
    ("Total due: EUR 1.234,50", eur("1234.50"), MONEY),
    ("Total due EUR 1,234.50 by Friday", eur("1234.50"), MONEY),
    ("€ 12", eur("12.00"), MONEY),
    ("EUR 3.5 million", eur("3500000.00"), MONEY),
    ("TEUR 250", eur("250000.00"), MONEY),
    ("EUR (1,250.00)", eur("-1250.00"), MONEY),
    ("credit of -EUR 77.10", eur("-77.10"), MONEY),
    ("CHF 1'250.00", eur("1250.00", "CHF"), MONEY),
    ("£99.99", eur("99.99", "GBP"), MONEY),
    ("up to EUR 50,000", eur("50000.00"), MONEY),
    ("not exceeding EUR 50,000 a year", eur("50000.00"), MONEY),
    ("the sum of minus EUR 5.00", eur("-5.00"), MONEY),
    ("42 employees", "42", NUMBER),
    ("a total of 1,234.56 points", "1234.56", NUMBER),
    ("Score: -17", "-17", NUMBER),
    ("minus 17", "-17", NUMBER),
    ("3 million units", "3000000", NUMBER),
    ("Anzahl: 1.234,5", "1234.5", NUMBER),
    ("twelve", "12", NUMBER),
    ("rate 1.5", "1.5", ValueType("choice", options=("1.5", "15", "51"))),
    ("VAT 19 %", "19", PERCENT),
    ("interest of 4.25 per cent a year", "4.25", PERCENT),
    ("a change of -3,5 %", "-3.5", PERCENT),
    ("twelve (12) months", of("12", "month"), QUANTITY),
    ("for a period of 30 days", of("30", "day"), QUANTITY),
    ("a 90-day term", of("90", "day"), QUANTITY),
    ("weight 2,5 kg", of("2.5", "kg"), QUANTITY),
    ("two years", of("2", "year"), QUANTITY),
    ("signed on 31 December 2024", "2024-12-31", DATE),
    ("31.12.2024", "2024-12-31", DATE),
    ("December 31st, 2024", "2024-12-31", DATE),
    ("2024-02-29", "2024-02-29", DATE),
    ("am 3. März 2025", "2025-03-03", DATE),
    ("not later than 15 May 2026", "2026-05-15", DATE),
    ("financial year 2025", span("2025-01-01", "2025-12-31"), PERIOD),
    ("from 1 March 2024 to 31 August 2024", span("2024-03-01", "2024-08-31"), PERIOD),
    ("Q3 2024", span("2024-07-01", "2024-09-30"), PERIOD),
    ("Insured: yes", True, ANSWER),
    ("Insured: no", False, ANSWER),
    ("☒ Yes ☐ No", True, ANSWER),
    ("☐ Yes ☒ No", False, ANSWER),
    ("The claim is approved.", "approved", CHOICE),
    ("☐ approved ☒ rejected", "rejected", CHOICE),
    ("[x] on hold", "on hold", CHOICE),
    ("covers fire and theft", ["fire", "theft"], CHOICES),
    ("between Norton Holdings Ltd and Acme", "Norton Holdings Ltd", TEXT),
    ("Version 1.5 of the terms", "Version 1.5", TEXT),
    ("Invoice INV-2024/0071 of May", "INV-2024/0071", TEXT),
    ("margin above +2.5% only", "+2.5%", TEXT),
    ("Cleaning EUR 120.00", {"what": "Cleaning", "amount": eur("120.00")}, LINE),
    ("on 3 May 2024 and on 9 June 2025", ["2024-05-03", "2025-06-09"], DAYS),
]


@pytest.mark.parametrize(("quote", "value", "type"), TRUE_PAIRS)
def test_the_right_value_is_borne(quote: str, value: Json, type: ValueType) -> None:
    assert supports(quote, value, type) == "yes"


@pytest.mark.parametrize(("quote", "value", "type"), TRUE_PAIRS)
def test_no_near_miss_is_borne(quote: str, value: Json, type: ValueType) -> None:
    wrong = near_misses(value, type, random.Random(f"{quote}{value}"), 20)
    assert wrong
    assert [one for one in wrong if supports(quote, one, type) == "yes"] == []


@pytest.mark.parametrize(
    ("quote", "value", "type", "told"),
    [
        ("about 50", "50", NUMBER, "cannot_tell"),
        ("approximately EUR 5,000", eur("5000.00"), MONEY, "cannot_tell"),
        ("ca. 30 Tage", of("30", "day"), QUANTITY, "cannot_tell"),
        ("~ 12 %", "12", PERCENT, "cannot_tell"),
        ("on or about 31 December 2024", "2024-12-31", DATE, "cannot_tell"),
        ("50–60", "50", NUMBER, "cannot_tell"),
        ("50 to 60 EUR", eur("60.00"), MONEY, "cannot_tell"),
        ("between 30 and 60 days", of("60", "day"), QUANTITY, "cannot_tell"),
        ("5 % to 7 %", "5", PERCENT, "cannot_tell"),
        ("twelve (13) months", of("13", "month"), QUANTITY, "cannot_tell"),
        ("twelve (13)", "12", NUMBER, "cannot_tell"),
        ("2½", "2", NUMBER, "cannot_tell"),
        ("10²", "10", NUMBER, "cannot_tell"),
        ("1e6", "1", NUMBER, "cannot_tell"),
        ("5 1/2", "5", NUMBER, "cannot_tell"),
        ("A-12", "12", NUMBER, "cannot_tell"),
        ("EUR 5 m", eur("5.00"), MONEY, "cannot_tell"),
        ("not 50 but more", "50", NUMBER, "cannot_tell"),
        ("minus 5", "5", NUMBER, "cannot_tell"),
        ("$ 5.00", eur("5.00", "EUR"), MONEY, "no"),
        ("30 days", of("1", "month"), QUANTITY, "no"),
        ("Approved: no", "approved", CHOICE, "cannot_tell"),
        ("☐ approved", "approved", CHOICE, "cannot_tell"),
        ("never approved", "approved", CHOICE, "cannot_tell"),
        ("15 items", "1.5 items", TEXT, "cannot_tell"),
        ("EUR 12.50", "12", TEXT, "cannot_tell"),
        ("the parties to this Agreement", "the parties to this Agreement Ltd", TEXT, "cannot_tell"),
        ("available to the public", "not available to the public", TEXT, "cannot_tell"),
        ("net EUR 100.00, total EUR 119.00", {"net": eur("119.00"), "total": eur("100.00")}, SUMS,
         "cannot_tell"),
        ("net EUR 100.00", {"net": eur("90.00"), "total": None}, SUMS, "no"),
        ("on 3 May 2024", ["2024-05-03", "2025-06-09"], DAYS, "cannot_tell"),
        ("contract.pdf", {"document": "ab", "name": "contract.pdf"}, ValueType("file"),
         "cannot_tell"),
    ],
)  # fmt: skip
def test_what_is_only_nearly_said_is_not_borne(
    quote: str, value: Json, type: ValueType, told: Support
) -> None:
    assert supports(quote, value, type) == told
