"""A loan application, and sentences about it that were written after the check was: `GOOD` are
borne by the cells that they cite, `INVENTED` are not."""

from __future__ import annotations

from casework.steps.bearing.check import problem_of
from casework.steps.bearing.facts import Fact, Ground, Text, facts_of, texts_of
from casework.types.values import Field, Json, ValueType
from tests.steps.bearing.claim import cell, money

_ADVICE = ValueType("choice", options=("approve", "decline", "refer"))
_YES_NO = ValueType("yes/no")
_MONEY = ValueType("money")
_TEXT = ValueType("text")
_ACCOUNTS = ValueType(
    "table", fields=(Field("Bank", _TEXT), Field("Balance", _MONEY), Field("Overdrawn", _YES_NO))
)
_ROWS: Json = [
    {"Bank": "First Bank", "Balance": money("1200.00", "USD"), "Overdrawn": False},
    {"Bank": "Oak Bank", "Balance": money("-300.00", "USD"), "Overdrawn": True},
]
_NOTES = (
    "The applicant changed jobs in 2019. Her employer confirmed the income by telephone, but no "
    "payslips were provided. The property has not been valued."
)
CELLS = {
    given.step.id: given
    for given in (
        cell("Applicant", _TEXT, "Maria Lopez"),
        cell("Employer", _TEXT, "Cedar Works Inc."),
        cell("Monthly income", _MONEY, money("4200.00", "USD")),
        cell("Requested loan", _MONEY, money("150000.00", "USD")),
        cell("Debt ratio", ValueType("percent"), "31.5"),
        cell("Credit score", ValueType("number"), "712"),
        cell("Employed since", ValueType("date"), "2019-05-13"),
        cell("Income verified", _YES_NO, True),
        cell("Bankruptcy on record", _YES_NO, False),
        cell("Collateral", _TEXT, None, "not_found"),
        cell("Defaults", ValueType("number"), "0"),
        cell("Purpose", _TEXT, "purchase of a family home"),
        cell("Recommendation", _ADVICE, "refer", reads=("debt-ratio", "income-verified")),
        cell("Notes", _TEXT, _NOTES),
        cell("Accounts", _ACCOUNTS, _ROWS),
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
    ground = Ground(tuple(facts), tuple(texts), tuple(others), "Loan application")
    return problem_of(sentence, ground)


GOOD = (
    ("The applicant is Maria Lopez.", "applicant"),
    ("Maria Lopez is employed.", "applicant"),
    ("The monthly income is USD 4,200.00.", "monthly-income"),
    ("The monthly income is $4,200.", "monthly-income"),
    ("The requested loan is USD 150,000.00.", "requested-loan"),
    ("The debt ratio is 31.5 %.", "debt-ratio"),
    ("The credit score is 712.", "credit-score"),
    ("The applicant is employed since 13 May 2019.", "employed-since"),
    ("Employed since: 13 May 2019.", "employed-since"),
    ("The income was verified.", "income-verified"),
    ("The income is verified.", "income-verified"),
    ("There is no bankruptcy on record.", "bankruptcy-on-record"),
    ("No collateral was found.", "collateral"),
    ("The purpose is the purchase of a family home.", "purpose"),
    ("The recommendation is to refer the application.", "recommendation"),
    (
        "We recommend to refer the application because the income is verified.",
        "recommendation income-verified",
    ),
    ("The property has not been valued.", "notes"),
    ("The notes say that the applicant changed jobs in 2019.", "notes"),
    ("No payslips were provided.", "notes"),
    ("The balance at First Bank is USD 1,200.00.", "accounts"),
    ("Oak Bank: balance USD -300.00.", "accounts"),
    ("The number of defaults is 0.", "defaults"),
    ("There were no defaults.", "defaults"),
    ("The employer is Cedar Works Inc.", "employer"),
    ("Her employer confirmed the income by telephone, but no payslips were provided.", "notes"),
    ("The applicant changed jobs.", "notes"),
)

INVENTED = (
    ("Maria Lopez was employed until 13 May 2019.", "applicant employed-since"),
    ("Maria Lopez is the employer.", "applicant employer"),
    ("Maria Lopez owns Cedar Works Inc.", "applicant employer"),
    ("The employer of Maria Lopez is Cedar Works Inc.", "applicant employer"),
    ("The applicant is a Maria Lopez type.", "applicant"),
    ("The monthly income is USD 42,000.00.", "monthly-income"),
    ("The yearly income is USD 4,200.00.", "monthly-income"),
    ("The income is USD 150,000.00.", "monthly-income requested-loan"),
    ("The monthly loan is USD 150,000.00.", "monthly-income requested-loan"),
    ("The requested income is USD 4,200.00.", "monthly-income requested-loan"),
    ("The debt ratio is 31 %.", "debt-ratio"),
    ("The debt ratio is 31.5.", "debt-ratio"),
    ("The debt is 31.5 %.", "debt-ratio"),
    ("The debt ratio of 31.5 % is high.", "debt-ratio"),
    ("The credit score is 721.", "credit-score"),
    ("The credit score is over 700.", "credit-score"),
    ("The score is 712 of 850.", "credit-score"),
    ("The income was not verified.", "income-verified"),
    ("The income was verified by telephone.", "income-verified notes"),
    ("The income was verified twice.", "income-verified"),
    ("A bankruptcy is on record.", "bankruptcy-on-record"),
    ("Bankruptcy was on record.", "bankruptcy-on-record"),
    ("There is no record.", "bankruptcy-on-record"),
    ("No bankruptcy.", "bankruptcy-on-record"),
    ("There is no collateral.", "collateral"),
    ("The collateral was found.", "collateral"),
    ("The collateral is a family home.", "collateral purpose"),
    ("The purpose is the sale of a family home.", "purpose"),
    ("The purpose is the purchase of a home.", "purpose"),
    ("The recommendation is to approve.", "recommendation"),
    ("We recommend to refer Maria Lopez.", "recommendation applicant"),
    (
        "The recommendation is to refer because a bankruptcy is on record.",
        "recommendation bankruptcy-on-record",
    ),
    (
        "The recommendation is to refer because the credit score is 712.",
        "recommendation credit-score",
    ),
    ("The property has been valued.", "notes"),
    ("The property was valued by telephone.", "notes"),
    ("Payslips were provided.", "notes"),
    ("Her employer confirmed the income.", "notes"),
    ("Her employer confirmed the income by telephone.", "notes"),
    ("The applicant confirmed the income.", "notes"),
    ("The applicant changed jobs in 2018.", "notes"),
    ("Maria Lopez changed jobs in 2019.", "applicant notes"),
    ("The employer changed jobs in 2019.", "notes employer"),
    ("The balance at Oak Bank is USD 1,200.00.", "accounts"),
    ("The balance at Oak Bank is USD 300.00.", "accounts"),
    ("First Bank is overdrawn.", "accounts"),
    ("Oak Bank is not overdrawn.", "accounts"),
    ("The balance is USD 1,200.00.", "accounts"),
    ("There are three accounts.", "accounts"),
    ("The accounts total USD 900.00.", "accounts"),
    ("There were two defaults.", "defaults"),
    ("There were defaults.", "defaults"),
    ("Defaults: none known.", "defaults"),
    ("The applicant is Maria.", "applicant"),
    ("The applicant is Mario Lopez.", "applicant"),
    (
        "The income is verified, the loan is USD 150,000.00 and safe.",
        "income-verified requested-loan",
    ),
    ("Employed since 13 May 2019, Maria Lopez is reliable.", "applicant employed-since"),
    ("The loan requested is affordable.", "requested-loan"),
    ("The loan is requested.", "requested-loan"),
    (
        "The income of USD 4,200.00 verified the loan.",
        "monthly-income income-verified requested-loan",
    ),
    ("Cedar Works Inc. verified the income.", "employer income-verified"),
    ("The credit score is 712; the debt ratio is 712.", "credit-score debt-ratio"),
    ("The credit score is 31.5.", "credit-score debt-ratio"),
    ("No, the income is verified.", "income-verified"),
    ("The employer is unknown.", "employer"),
    ("The employer was not found.", "employer"),
    ("The applicant has no employer.", "employer applicant"),
    ("Zero income.", "monthly-income defaults"),
    ("The monthly income is USD 4,200.00 after tax.", "monthly-income"),
    ("The monthly income is USD 4,200.00 net.", "monthly-income"),
    ("The monthly income is USD 4,200.00 each.", "monthly-income"),
    ("The monthly income is at USD 4,200.00 already.", "monthly-income"),
)
