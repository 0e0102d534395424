"""The typographic looks that sample PDFs come in. Data only; it draws nothing."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Look:
    """A typographic style. Lengths are PDF points; `grid` boxes the tables; `hyphens`
    allows words to break at line ends."""

    font: str
    bold: str
    size: float
    leading: float
    margin: float
    justified: bool = False
    columns: int = 1
    hyphens: bool = False
    grid: bool = False
    centred: bool = False
    colour: str = "#20262e"


LOOKS = {
    "serif": Look("Times-Roman", "Times-Bold", 11, 14.2, 76, justified=True, centred=True),
    "columns": Look(
        "Times-Roman", "Times-Bold", 10.2, 12.6, 54, True, columns=2, hyphens=True, centred=True
    ),
    "clauses": Look("Helvetica", "Helvetica-Bold", 9.4, 12.8, 64),
    "broken": Look("Times-Roman", "Times-Bold", 10.8, 13.8, 88, True, hyphens=True),
    "typed": Look("Courier", "Courier-Bold", 9.8, 13.2, 70),
    "letter": Look("Helvetica", "Helvetica-Bold", 10, 14, 74, colour="#1d4d4f"),
    "form": Look("Helvetica", "Helvetica-Bold", 9, 11.8, 48, grid=True, colour="#23415f"),
    "schedule": Look("Times-Roman", "Times-Bold", 10.5, 13.6, 64, grid=True, colour="#5a2d2d"),
    "till": Look("Courier", "Courier-Bold", 9, 11.6, 60),
    "bill": Look("Helvetica", "Helvetica-Bold", 9.4, 12.4, 58, colour="#3d3a68"),
}
