"""Statements written for the benchmark of tables: income, balances, cash flows, segments.

Every statement is made from a layout and a seed, with the questions that it answers: a row, a
period, and the right value. Layouts in `DEVELOPMENT` were looked at while the readers were
written; those in `HELD_OUT` never: they are only measured. How one becomes a file is the business
of `statement_files`.
"""

from __future__ import annotations

import datetime as dt
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Literal

Kind = Literal["section", "item", "total", "per_share", "percent", "count"]
Numbers = Literal["en", "de", "fr", "ch"]


@dataclass(frozen=True)
class Layout:
    """How statements of one kind look. `periods` are headings with what they mean; `spans` are
    headings above them over so many columns. `scale` is the power of ten of the figures."""

    name: str
    language: str
    rows: str
    periods: tuple[str, ...]
    scale: int
    currency: str
    format: str = "pdf"
    numbers: Numbers = "en"
    spans: tuple[tuple[str, int], ...] = ()
    title: str = ""
    caption: str = ""
    stub: str = ""
    under: str = ""
    """What stands under each period: `TEUR`."""
    note_column: str = ""
    change_column: str = ""
    negative: Literal["brackets", "minus", "trailing", "long"] = "brackets"
    dash: str = "–"
    mark: str = ""
    """A currency mark left of the figures of the first row and of totals."""
    font: str = "Helvetica"
    size: float = 9.0
    leading: float = 1.35
    label_width: float = 215.0
    column_width: float = 72.0
    header_align: Literal["right", "left", "centre"] = "right"
    rules: bool = False
    indent: float = 8.0
    prose: int = 4
    break_after: int = 0
    """Rows on the first page; 0 keeps all on one."""
    repeat_header: bool = True
    carried: str = ""
    running: str = ""
    sides: bool = False
    segments: tuple[str, ...] = ()


@dataclass(frozen=True)
class Row:
    """A row of a statement: figures before scaling, None where a dash stands."""

    label: str
    kind: Kind
    values: tuple[Decimal | None, ...] = ()
    note: str = ""
    section: str = ""


@dataclass(frozen=True)
class Question:
    """What is asked and what is right: the figure times its scale, the last day of the period."""

    name: str
    type: str
    value: Decimal
    period: str
    end: dt.date | None
    scale: Decimal


@dataclass(frozen=True)
class Statement:
    """A statement with its questions."""

    layout: Layout
    seed: int
    rows: tuple[Row, ...]
    questions: tuple[Question, ...] = field(default=())
    unanswered: tuple[tuple[str, str], ...] = ()
    """Names and types of questions that it does not answer: a year or a row that it has not."""


ROWS: dict[str, list[tuple[str, Kind]]] = {
    name: [(label, kind) for label, kind in rows]
    for name, rows in json.loads(
        Path(__file__).with_name("statement_rows.json").read_text("utf-8")
    ).items()
}

DEVELOPMENT: tuple[Layout, ...] = (
    Layout(
        "income, dollars on the first row", "en", "income en", ("2024", "2023", "2022"), 6, "USD",
        title="CONSOLIDATED STATEMENTS OF INCOME",
        caption="(in millions, except per share data)", spans=(("Year ended December 31,", 3),),
        mark="$", dash="—",
    ),
    Layout(
        "balance, TEUR under days", "de", "balance de", ("31.12.2024", "31.12.2023"), 3, "EUR",
        numbers="de", title="Bilanz zum 31. Dezember 2024", under="TEUR", note_column="Anhang",
        negative="trailing", dash="-", size=9.5,
    ),
    Layout(
        "income, milliers", "fr", "income fr", ("2024", "2023"), 3, "EUR", numbers="fr",
        title="Compte de résultat consolidé", caption="(en milliers d'euros)",
        note_column="Notes", negative="brackets", font="Times-Roman", size=10,
    ),
    Layout(
        "balance over two pages", "en", "balance en", ("2024", "2023"), 6, "GBP",
        title="Consolidated balance sheet", spans=(("As at 31 December", 2),), under="£m",
        note_column="Note", break_after=13, running="Harbour Mills plc  Annual report 2024",
    ),
    Layout(
        "quarters under years", "en", "income en", ("Q1", "Q2", "Q3", "Q4", "Q1"), 3, "USD",
        title="Quarterly results", caption="($ in thousands, except per share amounts)",
        spans=(("2023", 4), ("2024", 1)), size=7.0, column_width=54, label_width=190,
        negative="brackets",
    ),
    Layout(
        "income, stub and change", "de", "income de", ("2024", "2023"), 3, "EUR", numbers="de",
        title="Gewinn- und Verlustrechnung", stub="in TEUR", change_column="Veränderung in %",
        negative="minus", header_align="centre", rules=True,
    ),
    Layout(
        "segments", "en", "segment en", ("Paper", "Packaging", "Services", "Group"), 6, "EUR",
        title="Segment information for the year ended 31 December 2024", caption="€ million",
        segments=("Paper", "Packaging", "Services", "Group"), negative="minus",
    ),
    Layout(
        "cash flow, narrow labels", "en", "cash en", ("FY24", "FY23"), 3, "CHF", numbers="ch",
        title="Statement of cash flows", caption="CHF in thousands", label_width=150,
        negative="brackets", size=10, prose=9,
    ),
    Layout(
        "account, assets beside liabilities", "en", "balance en", ("2024", "2023"), 6, "GBP",
        title="Balance sheet (£ million)", sides=True, size=6.5, label_width=135, column_width=46,
    ),
    Layout(
        "cash flow, brought forward", "en", "cash en", ("2024", "2023", "2022"), 3, "EUR",
        title="Cash flow statement", caption="in thousands of euros", break_after=8,
        repeat_header=False, carried="Brought forward", negative="minus", size=10, column_width=60,
    ),
    Layout(
        "nine months and quarters", "en", "income en", ("2024", "2023", "2024", "2023"), 6, "CHF",
        title="Consolidated interim income statement", caption="CHF million", numbers="ch",
        spans=(("Quarter ended 30 September", 2), ("Nine months ended 30 September", 2)), size=7.5,
        column_width=62, label_width=170, header_align="left", font="Times-Roman",
    ),
    Layout(
        "income, previous year", "fr", "income fr", ("2024", "Exercice précédent"), 3, "EUR",
        numbers="fr", title="Compte de résultat de l'exercice 2024", under="en K€",
        negative="minus", column_width=90, header_align="right",
    ),
    Layout(
        "income, Word", "en", "income en", ("FY 2024", "FY 2023", "FY 2022"), 6, "USD",
        format="docx", title="Income statement", caption="US$ million, except per share amounts",
    ),
    Layout(
        "balance, HTML", "de", "balance de", ("31.12.2024", "31.12.2023", "31.12.2022"), 6, "EUR",
        numbers="de", format="html", title="Konzernbilanz", caption="in Mio. EUR",
        negative="minus",
    ),
    Layout(
        "income, sheet", "fr", "income fr", ("2024", "2023"), 3, "EUR", numbers="fr",
        format="xlsx", title="Compte de résultat", caption="en milliers d'euros",
        negative="minus",
    ),
    Layout(
        "income, Markdown", "en", "income en", ("2024", "2023"), 3, "EUR", format="md",
        title="Income statement", stub="€ in thousands", negative="brackets",
    ),
    Layout(
        "cash flow, months", "en", "cash en", ("9M 2024", "9M 2023"), 6, "SEK",
        title="Cash flow statement", stub="SEK million", negative="minus", header_align="right",
        rules=True, size=9, leading=1.9,
    ),
    Layout(
        "balance, Word", "de", "balance de", ("31.12.2024", "31.12.2023"), 3, "EUR", numbers="de",
        format="docx", title="Bilanz", under="TEUR", negative="minus",
    ),
    Layout(
        "half-years, HTML", "en", "income en", ("H1", "H2", "H1", "H2"), 3, "GBP", format="html",
        title="Half-yearly results", caption="All figures in £'000 unless otherwise stated",
        spans=(("2023", 2), ("2024", 2)),
    ),
    Layout(
        "cash flow, six months, wide", "en", "cash en", ("30 June 2024", "30 June 2023"), 3, "GBP",
        title="Condensed cash flow statement", spans=(("Six months ended", 2),), under="£000",
        note_column="Note", leading=2.1, size=8.5, column_width=88, header_align="right",
        running="Example Holdings plc", break_after=10,
    ),
    Layout(
        "income, Word with quarters", "en", "income en", ("Q1", "Q2", "Q1", "Q2"), 3, "USD",
        format="docx", title="Quarterly income", spans=(("2023", 2), ("2024", 2)),
        stub="USD thousand", negative="minus",
    ),
)  # fmt: skip

HELD_OUT: tuple[Layout, ...] = (
    Layout(
        "income, prior year and carried forward", "de", "income de", ("2024", "Vorjahr"), 3, "EUR",
        numbers="de", title="Gewinn- und Verlustrechnung für das Geschäftsjahr 2024", under="T€",
        negative="long", font="Times-Roman", size=8.5, break_after=9, carried="Übertrag",
        running="Beispiel Werke AG, Geschäftsbericht",
    ),
    Layout(
        "balance, K€ in columns", "fr", "balance fr", ("31 décembre 2024", "31 décembre 2023"), 3,
        "EUR", numbers="fr", title="Bilan consolidé", under="K€", header_align="centre",
        dash="-", size=9, column_width=96, negative="minus",
    ),
    Layout(
        "income, four fiscal years left", "en", "income en", ("FY21", "FY22", "FY23", "FY24"), 3,
        "USD", title="Five-year summary", caption="$000s", header_align="left", size=8,
        column_width=52, label_width=200, negative="minus", font="Courier",
    ),
    Layout(
        "balance, second page without headings", "en", "balance en",
        ("31 March 2024", "31 March 2023"), 3, "EUR", title="Statement of financial position",
        caption="€ in thousands", break_after=15, repeat_header=False,
        carried="Carried forward", column_width=84, note_column="Notes",
    ),
    Layout(
        "account in two halves", "de", "balance de", ("2024", "2023"), 3, "EUR", numbers="de",
        title="Bilanz (Angaben in TEUR)", sides=True, size=7.0, label_width=140, column_width=48,
    ),
    Layout(
        "half-years and quarters", "en", "income en", ("2024", "2023", "2024", "2023"), 6, "USD",
        title="Condensed consolidated statements of operations",
        caption="(In millions, except per share amounts) (Unaudited)",
        spans=(("Three Months Ended June 30,", 2), ("Six Months Ended June 30,", 2)), mark="$",
        size=8, column_width=58, label_width=200,
    ),
    Layout(
        "segments, French", "fr", "segment fr", ("Europe", "Amériques", "Asie", "Total"), 6, "EUR",
        numbers="fr", title="Information sectorielle - exercice 2024",
        caption="en millions d'euros",
        segments=("Europe", "Amériques", "Asie", "Total"), font="Times-Roman",
    ),
    Layout(
        "balance, sheet", "en", "balance en", ("2024", "2023"), 6, "USD", format="xlsx",
        title="Balance sheet at December 31", caption="USD millions", negative="minus",
    ),
    Layout(
        "income, estimates and Swiss francs", "de", "income de", ("2023", "2024", "2025E"), 6,
        "CHF", numbers="ch", title="Erfolgsrechnung", caption="in Mio. CHF", negative="trailing",
        size=8, leading=1.6, font="Courier", label_width=235, column_width=60, dash="—",
    ),
    Layout(
        "balance, HTML with notes", "fr", "balance fr", ("31/12/2024", "31/12/2023"), 6, "EUR",
        numbers="fr", format="html", title="Bilan consolidé", caption="En M€", note_column="Note",
        negative="brackets",
    ),
    Layout(
        "balance, days over the group", "de", "balance de", ("31.12.2024", "31.12.2023"), 6, "EUR",
        numbers="de", title="Konzernbilanz der Beispiel SE", spans=(("Konzern", 2),),
        under="Mio. €", note_column="Ziffer", size=9, leading=1.5, negative="minus",
        column_width=80, break_after=12,
    ),
    Layout(
        "income, years in Courier", "fr", "income fr", ("2022", "2023", "2024"), 6, "EUR",
        numbers="fr", title="Comptes de résultat (en millions d'euros)", font="Courier", size=8,
        label_width=230, column_width=64, header_align="centre", negative="brackets", dash="-",
        rules=True,
    ),
    Layout(
        "cash flow, page in Word", "en", "cash en", ("FY25", "FY24", "FY23"), 6, "GBP",
        format="docx", title="Cash flow statement", caption="£ million", note_column="Note",
        negative="brackets", dash="—",
    ),
    Layout(
        "quarters, sheet", "en", "income en", ("Q3", "Q4", "Q3", "Q4"), 6, "EUR", format="xlsx",
        title="Quarterly figures", caption="EUR m", spans=(("2023", 2), ("2024", 2)),
        negative="minus",
    ),
)  # fmt: skip

_PER_SHARE_SPREAD = 900
_LARGEST = 98_000
_DASH_SHARE = 0.06
_NEGATIVE_SHARE = 0.25
_MOST_QUESTIONS = 24


def statement(layout: Layout, seed: int) -> Statement:
    """A statement of this layout; the same seed gives the same one."""
    chance = random.Random(f"{layout.name}/{seed}")
    rows: list[Row] = []
    section = ""
    count = len(layout.periods)
    for number, (label, kind) in enumerate(_chosen(ROWS[layout.rows], chance)):
        if kind == "section":
            section = label
            rows.append(Row(label, kind))
            continue
        note = str(chance.randint(2, 31)) if kind == "item" and chance.random() < 0.4 else ""
        values = tuple(_value(kind, chance) for _ in range(count))
        if all(value is None for value in values):
            values = (Decimal(number + 11), *values[1:])
        rows.append(Row(label, kind, values, note, section))
    made = Statement(layout, seed, tuple(rows))
    questions = tuple(_questions(made, chance))
    return Statement(layout, seed, made.rows, questions, _unanswered(made))


def _unanswered(made: Statement) -> tuple[tuple[str, str], ...]:
    """Another year of rows that are there, and rows that are not."""
    items = [row for row in made.rows if row.kind == "item"]
    other = _STRANGE[made.layout.language]
    asked = [f"{items[0].label} 2017", f"{items[-1].label} 2018"]
    return tuple((name, "money") for name in (*asked, *(f"{label} 2024" for label in other)))


_STRANGE = {
    "en": ("Biological assets", "Gain on bargain purchase"),
    "de": ("Biologische Aktiva", "Erlöse aus Lizenzvergabe"),
    "fr": ("Actifs biologiques", "Redevances de licences"),
}


def _chosen(rows: Sequence[tuple[str, Kind]], chance: random.Random) -> list[tuple[str, Kind]]:
    """Most of the rows; totals and sections always."""
    return [row for row in rows if row[1] in ("section", "total") or chance.random() < 0.85]


def _value(kind: Kind, chance: random.Random) -> Decimal | None:
    if kind == "per_share":
        return Decimal(chance.randint(-_PER_SHARE_SPREAD // 4, _PER_SHARE_SPREAD)) / 100
    if kind == "percent":
        return Decimal(chance.randint(-50, 420)) / 10
    if kind == "count":
        return Decimal(chance.randint(120, 48_000))
    if kind == "item" and chance.random() < _DASH_SHARE:
        return None
    size = 10 ** chance.randint(2, 5)
    value = Decimal(chance.randint(size // 10, min(size, _LARGEST)))
    negative = kind == "item" and chance.random() < _NEGATIVE_SHARE
    return -value if negative else value


def _questions(made: Statement, chance: random.Random) -> list[Question]:
    layout = made.layout
    found: list[Question] = []
    for row in made.rows:
        for column, value in enumerate(row.values):
            name, period, end = asked(layout, row, column)
            scaled = row.kind in ("item", "total")
            factor = Decimal(10) ** layout.scale if scaled else Decimal(1)
            told = Decimal(0) if value is None else value * factor
            type = "percent" if row.kind == "percent" else "number"
            if scaled or row.kind == "per_share":
                type = "money"
            found.append(Question(name, type, told, period, end, factor))
    chance.shuffle(found)
    return found[:_MOST_QUESTIONS]


def asked(layout: Layout, row: Row, column: int) -> tuple[str, str, dt.date | None]:
    """The question for a figure, its period in words, and the last day of it."""
    heading = layout.periods[column]
    if layout.segments:
        return f"{row.label} {heading} 2024", "2024", dt.date(2024, 12, 31)
    over = ""
    reach = 0
    for text, width in layout.spans:
        if reach <= column < reach + width:
            over = text
        reach += width
    period, end = (
        _PERIODS[(over, heading)] if (over, heading) in _PERIODS else _PERIODS[("", heading)]
    )
    return f"{row.label} {period}", period, end


def _end(year: int, month: int, day: int) -> dt.date:
    return dt.date(year, month, day)


_PERIODS: dict[tuple[str, str], tuple[str, dt.date]] = {
    **{("", f"{year}"): (f"{year}", _end(year, 12, 31)) for year in range(2020, 2026)},
    **{("", f"31.12.{y}"): (f"31.12.{y}", _end(y, 12, 31)) for y in range(2020, 2026)},
    **{("", f"FY{y}"): (f"FY{y}", _end(2000 + y, 12, 31)) for y in range(20, 26)},
    **{("", f"FY {y}"): (f"fiscal year {y}", _end(y, 12, 31)) for y in range(2020, 2026)},
    **{("", f"31 décembre {y}"): (f"{y}", _end(y, 12, 31)) for y in range(2020, 2026)},
    **{("", f"31 March {y}"): (f"31 March {y}", _end(y, 3, 31)) for y in range(2020, 2026)},
    **{("", f"9M {y}"): (f"9M {y}", _end(y, 9, 30)) for y in range(2020, 2026)},
    ("", "Vorjahr"): ("2023", _end(2023, 12, 31)),
    ("", "Exercice précédent"): ("2023", _end(2023, 12, 31)),
    ("Quarter ended 30 September", "2024"): ("Q3 2024", _end(2024, 9, 30)),
    ("Quarter ended 30 September", "2023"): ("Q3 2023", _end(2023, 9, 30)),
    ("Nine months ended 30 September", "2024"): ("9M 2024", _end(2024, 9, 30)),
    ("Nine months ended 30 September", "2023"): ("9M 2023", _end(2023, 9, 30)),
    ("", "2025E"): ("2025", _end(2025, 12, 31)),
    **{("", f"31/12/{y}"): (f"31/12/{y}", _end(y, 12, 31)) for y in range(2020, 2026)},
    ("Six months ended", "30 June 2024"): ("H1 2024", _end(2024, 6, 30)),
    ("Six months ended", "30 June 2023"): ("H1 2023", _end(2023, 6, 30)),
    ("2024", "Q3"): ("Q3 2024", _end(2024, 9, 30)),
    ("2024", "Q4"): ("Q4 2024", _end(2024, 12, 31)),
    ("2024", "Q2"): ("Q2 2024", _end(2024, 6, 30)),
    ("2023", "Q1"): ("Q1 2023", _end(2023, 3, 31)),
    ("2023", "Q2"): ("Q2 2023", _end(2023, 6, 30)),
    ("2023", "Q3"): ("Q3 2023", _end(2023, 9, 30)),
    ("2023", "Q4"): ("Q4 2023", _end(2023, 12, 31)),
    ("2024", "Q1"): ("Q1 2024", _end(2024, 3, 31)),
    ("2023", "H1"): ("H1 2023", _end(2023, 6, 30)),
    ("2023", "H2"): ("H2 2023", _end(2023, 12, 31)),
    ("2024", "H1"): ("H1 2024", _end(2024, 6, 30)),
    ("2024", "H2"): ("H2 2024", _end(2024, 12, 31)),
    ("As at 31 December", "2024"): ("31 December 2024", _end(2024, 12, 31)),
    ("As at 31 December", "2023"): ("31 December 2023", _end(2023, 12, 31)),
    ("Three Months Ended June 30,", "2024"): ("Q2 2024", _end(2024, 6, 30)),
    ("Three Months Ended June 30,", "2023"): ("Q2 2023", _end(2023, 6, 30)),
    ("Six Months Ended June 30,", "2024"): ("H1 2024", _end(2024, 6, 30)),
    ("Six Months Ended June 30,", "2023"): ("H1 2023", _end(2023, 6, 30)),
}
