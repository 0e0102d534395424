"""An agreement in English and German, and sentences about it that were written after the check was:
`GOOD` are borne by the cells and passages that they cite, `INVENTED` are not."""

from __future__ import annotations

from casework.steps.bearing.check import problem_of
from casework.steps.bearing.facts import Fact, Ground, Text, facts_of, texts_of
from casework.types.values import Field, Json, ValueType
from tests.steps.bearing.claim import cell, money

_VERDICT = ValueType("choice", options=("acceptable", "negotiate", "reject"))
_YES_NO = ValueType("yes/no")
_MONEY = ValueType("money")
_TEXT = ValueType("text")
_INVOICES = ValueType(
    "table",
    fields=(Field("Number", _TEXT), Field("Date", ValueType("date")), Field("Amount", _MONEY)),
)
_ROWS: Json = [
    {"Number": "R-1", "Date": "2025-02-01", "Amount": money("10.00", "GBP")},
    {"Number": "R-2", "Date": "2025-03-01", "Amount": money("20.00", "GBP")},
]
_TERM: Json = {"from": "2025-01-01", "to": "2027-12-31", "label": "three years"}
CELLS = {
    given.step.id: given
    for given in (
        cell("Parties", ValueType("text", many=True), ["Norton Ltd", "Alder GmbH"]),
        cell("Effective date", ValueType("date"), "2025-01-01"),
        cell("Term", ValueType("period"), _TERM),
        cell("Notice period", ValueType("quantity"), {"amount": "3", "unit": "month"}),
        cell("Governing law", _TEXT, "the law of England and Wales"),
        cell("Liability cap", _MONEY, money("500000.00", "GBP")),
        cell("Annual fee", _MONEY, money("120000.00", "GBP")),
        cell("Auto renewal", _YES_NO, False),
        cell("Assignment allowed", _YES_NO, True),
        cell("Penalty clause", _TEXT, None, "stated_absent"),
        cell("Insurance clause", _TEXT, None, "not_found"),
        cell("Late interest", ValueType("percent"), "8"),
        cell("Verdict", _VERDICT, "negotiate", reads=("liability-cap", "auto-renewal")),
        cell("Invoices", _INVOICES, _ROWS),
    )
}
QUOTES = {
    "term": "This Agreement commences on 1 January 2025 and continues for three years unless "
    "terminated earlier.",
    "confid": "The Supplier shall keep all Customer data confidential and shall not disclose it to "
    "any third party without prior written consent.",
    "de": "Der Mieter darf die Wohnung nicht untervermieten. Die Miete beträgt 900,00 EUR und ist "
    "monatlich im Voraus zu zahlen.",
}


def told(sentence: str, cells: str, quotes: str) -> str:
    """Why the sentence is not borne by these cells and passages; '' when it is."""
    cited = cells.split()
    facts: list[Fact] = []
    others: list[Fact] = []
    texts: list[Text] = []
    for id, given in CELLS.items():
        (facts if id in cited else others).extend(facts_of(id, given))
        texts += texts_of(id, given) if id in cited else ()
    texts += [Text(QUOTES[key]) for key in quotes.split()]
    ground = Ground(tuple(facts), tuple(texts), tuple(others), "Agreement review")
    return problem_of(sentence, ground)


GOOD = (
    ("The parties are Norton Ltd and Alder GmbH.", "parties", ""),
    ("The agreement is between Norton Ltd and Alder GmbH.", "parties", ""),
    ("The effective date is 1 January 2025.", "effective-date", ""),
    ("The notice period is three months.", "notice-period", ""),
    ("The governing law is the law of England and Wales.", "governing-law", ""),
    ("The agreement is governed by the law of England and Wales.", "governing-law", ""),
    ("The liability cap is GBP 500,000.00.", "liability-cap", ""),
    ("Liability is capped at £500,000.", "liability-cap", ""),
    ("The annual fee is GBP 120,000.00.", "annual-fee", ""),
    ("There is no auto renewal.", "auto-renewal", ""),
    ("Auto renewal: no.", "auto-renewal", ""),
    ("Assignment is allowed.", "assignment-allowed", ""),
    ("There is no penalty clause.", "penalty-clause", ""),
    ("No insurance clause was found.", "insurance-clause", ""),
    ("Late interest is 8 %.", "late-interest", ""),
    ("The late interest is 8 percent.", "late-interest", ""),
    ("The verdict is to negotiate.", "verdict", ""),
    ("We recommend to negotiate.", "verdict", ""),
    ("The term is from 1 January 2025 to 31 December 2027.", "term", ""),
    ("The amount of R-2 is GBP 20.00.", "invoices", ""),
    ("R-1: date 2025-02-01, amount GBP 10.00.", "invoices", ""),
    ("There are two invoices.", "invoices", ""),
    ("The Supplier shall keep all Customer data confidential.", "", "confid"),
    ("The Agreement commences on 1 January 2025.", "", "term"),
    ("The agreement continues for three years unless terminated earlier.", "", "term"),
    ("Die Miete beträgt 900,00 EUR.", "", "de"),
    ("Der Mieter darf die Wohnung nicht untervermieten.", "", "de"),
    ("Die Miete ist monatlich im Voraus zu zahlen.", "", "de"),
    (
        "The liability cap is GBP 500,000.00 and the annual fee is GBP 120,000.00.",
        "liability-cap annual-fee",
        "",
    ),
    ("The verdict is to negotiate because there is no auto renewal.", "verdict auto-renewal", ""),
)

INVENTED = (
    ("The parties are Norton Ltd and Birch GmbH.", "parties", ""),
    ("The parties are Norton Ltd.", "parties", ""),
    ("There are three parties.", "parties", ""),
    ("The agreement auto renews.", "auto-renewal", ""),
    ("Auto renewal is allowed.", "auto-renewal assignment-allowed", ""),
    ("Assignment is not allowed.", "assignment-allowed", ""),
    ("Assignment requires consent.", "assignment-allowed", ""),
    ("Assignment is allowed with consent.", "assignment-allowed", ""),
    ("The penalty clause is allowed.", "penalty-clause assignment-allowed", ""),
    ("There is a penalty clause.", "penalty-clause", ""),
    ("There is no insurance clause.", "insurance-clause", ""),
    ("The insurance clause is standard.", "insurance-clause", ""),
    ("Liability is unlimited.", "liability-cap", ""),
    ("The liability cap is GBP 120,000.00.", "liability-cap annual-fee", ""),
    ("The liability cap is £500.", "liability-cap", ""),
    ("The liability cap is EUR 500,000.00.", "liability-cap", ""),
    ("The liability cap is low.", "liability-cap", ""),
    ("The annual fee is the liability cap.", "liability-cap annual-fee", ""),
    ("The fee of GBP 120,000.00 is monthly.", "annual-fee", ""),
    ("The term ends on 1 January 2025.", "term", ""),
    ("The term is three months.", "term notice-period", ""),
    ("The notice period is three years.", "term notice-period", ""),
    ("The notice period is 3 weeks.", "notice-period", ""),
    ("Late interest is 8 % above base rate.", "late-interest", ""),
    ("Late interest is 8 months.", "late-interest", ""),
    ("The amount of R-2 is GBP 10.00.", "invoices", ""),
    ("The amount of R-3 is GBP 10.00.", "invoices", ""),
    ("R-1 is dated 2025-03-01.", "invoices", ""),
    ("The total amount is GBP 30.00.", "invoices", ""),
    ("The Supplier may disclose it to any third party.", "", "confid"),
    (
        "The Supplier shall disclose it to any third party without prior written consent.",
        "",
        "confid",
    ),
    ("The Customer shall keep all Supplier data confidential.", "", "confid"),
    ("The Supplier shall keep data confidential.", "", "confid"),
    ("The Agreement continues for three years.", "", "term"),
    ("The Agreement commences on 1 January 2026.", "", "term"),
    ("The agreement was terminated earlier.", "", "term"),
    ("Der Mieter darf die Wohnung untervermieten.", "", "de"),
    ("Die Miete beträgt 950,00 EUR.", "", "de"),
    ("Die Miete ist jährlich zu zahlen.", "", "de"),
    ("Der Mieter darf die Miete nicht zahlen.", "", "de"),
    ("Die Wohnung ist im Voraus zu zahlen.", "", "de"),
    ("The verdict is acceptable.", "verdict", ""),
    ("The verdict is to negotiate the liability cap.", "verdict liability-cap", ""),
    ("Negotiate, or reject.", "verdict", ""),
    ("The governing law is the law of England.", "governing-law", ""),
    ("The governing law is the law of Wales.", "governing-law", ""),
    ("The law of England and Wales allows assignment.", "governing-law assignment-allowed", ""),
    ("The agreement is governed by English law.", "governing-law", ""),
    ("Norton Ltd is the supplier.", "parties", ""),
    ("Alder GmbH and Norton Ltd are liable.", "parties", ""),
    ("The effective date is 01.02.2025.", "effective-date", ""),
    ("The effective date is January 2025.", "effective-date", ""),
    ("Late.", "late-interest", ""),
    ("Allowed.", "assignment-allowed", ""),
    ("Notice: three months; term: three months.", "notice-period term", ""),
    ("The notice period of three months is late.", "notice-period late-interest", ""),
    ("No assignment is allowed.", "assignment-allowed", ""),
    ("The date of R-1 is the effective date.", "invoices effective-date", ""),
    (
        "The verdict is to negotiate because assignment is allowed.",
        "verdict assignment-allowed",
        "",
    ),
    ("The annual fee of GBP 120,000.00 rises by 8 %.", "annual-fee late-interest", ""),
    ("The annual fee is GBP 120,000.00 (8 %).", "annual-fee late-interest", ""),
    ("The annual fee is GBP 120,000.00 at late interest of 8 %.", "annual-fee late-interest", ""),
)
