"""A claim and a lease with the cells and passages that sentences about them rest on."""

from __future__ import annotations

from casework.steps.bearing.check import problem_of
from casework.steps.bearing.facts import Fact, Ground, Text, facts_of, texts_of
from casework.types.case import Effective, value_digest
from casework.types.label import Label
from casework.types.needs import StepInput
from casework.types.procedure import Step
from casework.types.proof import Proof
from casework.types.values import Field, Json, ValueType


def money(amount: str, currency: str = "EUR") -> Json:
    return {"amount": amount, "currency": currency}


LINES = ValueType(
    "table",
    fields=(
        Field("Description", ValueType("text")),
        Field("Quantity", ValueType("number")),
        Field("Unit price", ValueType("money")),
        Field("Amount", ValueType("money")),
    ),
)
CHOICE = ValueType("choice", options=("pay", "query", "reject"))


def cell(
    name: str, type: ValueType, value: Json, absence: str = "", reads: tuple[str, ...] = ()
) -> StepInput:
    step = Step(name.lower().replace(" ", "-"), name, type, "document", references=reads)
    mark = value_digest(value, absence)
    return StepInput(step, Effective(value, absence, mark, Label(), Proof("quoted")))


def row(what: str, quantity: str, price: str, amount: str) -> Json:
    return {
        "Description": what,
        "Quantity": quantity,
        "Unit price": money(price),
        "Amount": money(amount),
    }


ROWS: Json = [row("Pens", "100", "3.00", "300.00"), row("Desks", "20", "600.00", "12000.00")]
CELLS = {
    given.step.id: given
    for given in (
        cell("Supplier", ValueType("text"), "Alder Ltd"),
        cell("Customer", ValueType("text"), "Norton Ltd"),
        cell("Invoice number", ValueType("text"), "INV-2024-001"),
        cell("Invoice date", ValueType("date"), "2026-03-04"),
        cell("Due date", ValueType("date"), "2026-04-03"),
        cell("Net", ValueType("money"), money("12300.00")),
        cell("VAT", ValueType("money"), money("2337.00")),
        cell("VAT rate", ValueType("percent"), "19"),
        cell("Total due", ValueType("money"), money("14637.00")),
        cell("Payment term", ValueType("quantity"), {"amount": "30", "unit": "day"}),
        cell("Sums agree", ValueType("yes/no"), True, reads=("net", "vat", "total-due")),
        cell("Tax number stated", ValueType("yes/no"), False),
        cell("Receipt", ValueType("text"), None, "not_found"),
        cell("Discount", ValueType("money"), None, "stated_absent"),
        cell("Remark", ValueType("text"), "The delivery of the pens was late. No goods were lost."),
        cell("Lines", LINES, ROWS),
        cell("Decision", CHOICE, "pay", reads=("sums-agree", "supplier")),
    )
}  # fmt: skip

LEASE = (
    "The tenant shall pay the rent of EUR 900.00 monthly in advance. The landlord shall repair the "
    "roof, and the tenant may not sublet the flat. Either party may terminate this lease with a "
    "notice period of three months. If the rent is late, the landlord may charge interest of 5 %."
)
QUOTES = {
    "rent": "The tenant shall pay the rent of EUR 900.00 monthly in advance.",
    "roof": "The landlord shall repair the roof, and the tenant may not sublet the flat.",
    "notice": "Either party may terminate this lease with a notice period of three months.",
    "interest": "If the rent is late, the landlord may charge interest of 5 %.",
}


def ground(cells: str = "", quotes: str = "", topics: str = "Supplier invoice check") -> Ground:
    """The ground of a sentence that cites these cells (ids) and passages (keys of `QUOTES`)."""
    cited = cells.split()
    facts: list[Fact] = []
    others: list[Fact] = []
    texts: list[Text] = []
    for id, given in CELLS.items():
        (facts if id in cited else others).extend(facts_of(id, given))
        texts += texts_of(id, given) if id in cited else ()
    texts += [Text(QUOTES[key]) for key in quotes.split()]
    return Ground(tuple(facts), tuple(texts), tuple(others), topics)


def told(sentence: str, cells: str = "", quotes: str = "") -> str:
    """Why the sentence is not borne; '' when it is."""
    return problem_of(sentence, ground(cells, quotes))
