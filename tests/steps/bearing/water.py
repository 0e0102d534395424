"""A claim for water damage, and sentences about it that were written after the check was: `GOOD`
are borne by the cells that they cite, `INVENTED` are not."""

from __future__ import annotations

from casework.steps.bearing.check import problem_of
from casework.steps.bearing.facts import Fact, Ground, Text, facts_of, texts_of
from casework.types.values import ValueType
from tests.steps.bearing.claim import cell, money

_CAUSE = ValueType("choice", options=("water", "theft", "fire"))
_DECISION = ValueType("choice", options=("pay", "query", "reject"))
_YES_NO = ValueType("yes/no")
_MONEY = ValueType("money")
_DESCRIPTION = (
    "A pipe burst in the kitchen and the floor was damaged. The policyholder was not at home."
)
CELLS = {
    given.step.id: given
    for given in (
        cell("Policyholder", ValueType("text"), "Ann Berg"),
        cell("Cause of loss", _CAUSE, "water"),
        cell("Amount claimed", _MONEY, money("2384.60")),
        cell("Receipt total", _MONEY, money("2384.60")),
        cell("Deductible", _MONEY, money("250.00")),
        cell("Payable", _MONEY, money("2134.60"), reads=("amount-claimed", "deductible")),
        cell("Covered", _YES_NO, True),
        cell("Amount matches receipt", _YES_NO, True, reads=("amount-claimed", "receipt-total")),
        cell("Date of loss", ValueType("date"), "2024-02-11"),
        cell("Policy number", ValueType("text"), "HP-77 1234"),
        cell("Police report", ValueType("file"), None, "not_found"),
        cell("Decision", _DECISION, "pay", reads=("covered", "amount-matches-receipt")),
        cell("Description", ValueType("text"), _DESCRIPTION),
    )
}


def told(sentence: str, cells: str) -> str:
    """Why the sentence is not borne by these cells; '' when it is."""
    cited = cells.split()
    facts: list[Fact] = []
    others: list[Fact] = []
    texts: list[Text] = []
    for id, given in CELLS.items():
        (facts if id in cited else others).extend(facts_of(id, given))
        texts += texts_of(id, given) if id in cited else ()
    return problem_of(
        sentence, Ground(tuple(facts), tuple(texts), tuple(others), "Insurance claims")
    )


GOOD = (
    ("The policyholder is Ann Berg.", "policyholder"),
    ("Ann Berg is the policyholder.", "policyholder"),
    ("The cause of loss is water.", "cause-of-loss"),
    ("The amount claimed is EUR 2,384.60.", "amount-claimed"),
    (
        "The claimed amount is EUR 2,384.60 and the receipt total is EUR 2,384.60.",
        "amount-claimed receipt-total",
    ),
    ("The amount matches the receipt.", "amount-matches-receipt"),
    ("The deductible is EUR 250.00.", "deductible"),
    ("The payable amount is EUR 2,134.60.", "payable"),
    ("EUR 2,134.60 is payable.", "payable"),
    ("The claim is covered.", "covered"),
    ("The loss is dated 11 February 2024.", "date-of-loss"),
    ("The date of loss is 11 February 2024.", "date-of-loss"),
    ("The policy number is HP-77 1234.", "policy-number"),
    ("No police report was found.", "police-report"),
    ("The police report is missing.", "police-report"),
    ("The decision is to pay because the claim is covered.", "decision covered"),
    (
        "The decision is to pay because the claim is covered and the amount matches the receipt.",
        "decision covered amount-matches-receipt",
    ),
    (
        "The description says that a pipe burst in the kitchen and the floor was damaged.",
        "description",
    ),
    ("According to the description, the policyholder was not at home.", "description"),
    ("A pipe burst in the kitchen.", "description"),
    ("The claim is covered, therefore the decision is to pay.", "decision covered"),
    ("We recommend payment.", "decision"),
    ("We recommend paying the claim.", "decision"),
    ("The loss occurred on 11 February 2024.", "date-of-loss"),
)

INVENTED = (
    ("The cause of loss is water damage.", "cause-of-loss"),
    ("The cause of loss is theft.", "cause-of-loss"),
    ("Ann Berg caused the loss.", "policyholder cause-of-loss"),
    ("Ann Berg caused the loss by water.", "policyholder cause-of-loss"),
    ("The deductible of EUR 250.00 was waived.", "deductible"),
    ("The receipt total is EUR 2,384.60.", "amount-claimed"),
    ("Ann Berg is covered for EUR 2,384.60.", "covered policyholder amount-claimed"),
    ("The claim is covered in full.", "covered"),
    ("The claim is not covered.", "covered"),
    ("The claim is covered by the police report.", "covered police-report"),
    ("The policyholder was at home.", "description"),
    ("The kitchen was damaged.", "description"),
    ("A pipe burst and the policyholder was damaged.", "description"),
    ("The pipe was damaged.", "description"),
    ("The floor burst in the kitchen.", "description"),
    ("Ann Berg was not at home.", "description policyholder"),
    ("The policyholder burst a pipe.", "description"),
    ("The payable amount is EUR 2,384.60.", "payable amount-claimed"),
    ("The payable amount is EUR 2,134.60 after the deductible of EUR 250.00.", "payable"),
    ("The amount claimed is EUR 2,134.60.", "amount-claimed payable"),
    ("The loss of EUR 2,384.60 is covered.", "amount-claimed covered"),
    ("The receipt matches the policy.", "amount-matches-receipt"),
    ("The receipt is payable.", "receipt-total payable"),
    ("The police found a report.", "police-report"),
    ("A police report was found.", "police-report"),
    ("The amount matches.", "amount-matches-receipt"),
    (
        "The decision is to pay because the amount claimed is EUR 2,384.60.",
        "decision amount-claimed",
    ),
    ("The decision is to pay because of water.", "decision cause-of-loss"),
    ("The loss is dated February 2024.", "date-of-loss"),
    ("The date of loss is 2024-11-02.", "date-of-loss"),
    ("The policy is HP-77.", "policy-number"),
    ("The policy number is 1234.", "policy-number"),
    ("The cause of loss is water; the claim is theft.", "cause-of-loss"),
    ("The cause of loss is fire or water.", "cause-of-loss"),
    ("The floor was not damaged.", "description"),
    ("The claim should be covered.", "covered"),
    ("Pay the claim now.", "decision"),
    ("The total is EUR 4,769.20.", "amount-claimed receipt-total"),
    ("The amount claimed equals the receipt total.", "amount-claimed receipt-total"),
    ("Covered: yes, Ann Berg.", "covered policyholder"),
    ("Nothing is covered.", "covered"),
    ("Hardly covered.", "covered"),
    ("The cause of loss is neither water nor theft.", "cause-of-loss"),
    ("Is the claim covered?", "covered"),
    ("The policyholder claimed EUR 2,384.60.", "amount-claimed policyholder"),
    ("The claimed loss is water.", "cause-of-loss amount-claimed"),
    ("The kitchen floor was damaged.", "description"),
    ("The policyholder is covered.", "covered policyholder"),
    ("The payable deductible is EUR 250.00.", "deductible payable"),
    ("Amount claimed: EUR 2,384.60 (approved).", "amount-claimed"),
    ("EUR 250.00 is payable.", "deductible payable"),
    ("EUR 250.00 is payable.", "deductible"),
    ("A pipe burst in the kitchen, the claim is covered.", "description"),
)
