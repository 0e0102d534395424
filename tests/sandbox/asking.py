"""Rules with their inputs, written short: what the tests of the sandbox ask with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from casework.base.aio import Bridge
from casework.base.errors import Mistake, RuleError
from casework.base.ids import slug
from casework.procedures.rules import parse_rule
from casework.sandbox.rules import Found, RuleEngine, check_rule
from casework.types.needs import RuleInput
from casework.types.procedure import Rule
from casework.types.values import Field, Json, ValueType

LINE = 7
TODAY = "2026-03-01"

TEXT, NUMBER, PERCENT = ValueType("text"), ValueType("number"), ValueType("percent")
MONEY, EUROS = ValueType("money"), ValueType("money", unit="EUR")
DATE, PERIOD, YES_NO = ValueType("date"), ValueType("period"), ValueType("yes/no")
QUANTITY, MONTHS = ValueType("quantity"), ValueType("quantity", unit="month")
DECISION = ValueType("choice", options=("pay", "query", "reject"))
LINES = ValueType("table", fields=(Field("Item", TEXT), Field("Amount", MONEY)))

Given = tuple[ValueType, Json]


def eur(amount: str) -> Given:
    return money(amount, "EUR")


def money(amount: str, currency: str | None) -> Given:
    return MONEY, {"amount": amount, "currency": currency}


def quantity(amount: str, unit: str) -> Given:
    return QUANTITY, {"amount": amount, "unit": unit}


def day(text: str) -> Given:
    return DATE, text


def rows(*amounts: Json) -> Given:
    return LINES, [{"Item": f"item {at}", "Amount": amount} for at, amount in enumerate(amounts)]


def make(source: str, names: Mapping[str, object]) -> Rule:
    return parse_rule(source, {name: slug(name) for name in names}, LINE)


def mistakes(
    source: str, result: ValueType | None = None, **types: ValueType
) -> tuple[Mistake, ...]:
    """What the check before a run says; `Net_paid` is the step `Net paid`."""
    named = {name.replace("_", " "): type for name, type in types.items()}
    rule = make(source, named)
    by_id = {slug(name): type for name, type in named.items()}
    return check_rule(rule, by_id, result, {slug(name): name for name in named})


@dataclass(frozen=True, slots=True)
class Ask:
    """Asks an engine that lives in a loop of its own."""

    engine: RuleEngine
    bridge: Bridge

    def found(self, source: str, result: ValueType | None, given: Mapping[str, Given]) -> Found:
        rule = make(source, given)
        inputs = {
            slug(name): RuleInput(name, type, value, "" if value is not None else "not_found")
            for name, (type, value) in given.items()
        }
        return self.bridge.call(self.engine.evaluate(rule, inputs, result, today=TODAY))

    def __call__(self, source: str, result: ValueType | None = None, **given: Given) -> Json:
        named = {name.replace("_", " "): value for name, value in given.items()}
        return self.found(source, result, named).value

    def absent(self, source: str, result: ValueType | None = None, **given: Given) -> list[str]:
        named = {name.replace("_", " "): value for name, value in given.items()}
        return list(self.found(source, result, named).absent)

    def error(self, source: str, result: ValueType | None = None, **given: Given) -> RuleError:
        try:
            told = self(source, result, **given)
        except RuleError as error:
            return error
        raise AssertionError(f"{source} gave {told!r} where an error was expected")
