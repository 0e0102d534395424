"""The same work for everybody: the texts, the questions, how many calls may be in flight."""

IN_FLIGHT = 64
STEPS = 3
_LENGTH = 1200
_WORDS = (
    "the parties agree that deliveries made under this order are invoiced monthly in arrears and "
    "paid within thirty days of receipt unless the goods were refused in writing before that date "
)


def text(row: int) -> str:
    """The document of a row, 1.2 kB."""
    return "\n".join(f"Order {row}, clause {line}: {_WORDS}" for line in range(9))[:_LENGTH]


def prompt(document: str, step: int, before: str) -> str:
    """What a step asks; each step after the first is told the answer before it."""
    asked = f"Step {step}: which sentence says when to pay? {before}"
    return f"<document>{document}</document>\n{asked}"


SCHEMA = {
    "type": "object",
    "properties": {"value": {"type": "string"}, "quote": {"type": "string"}},
    "required": ["value", "quote"],
    "additionalProperties": False,
}
FORMAT = {"type": "json_schema", "json_schema": {"name": "answer", "schema": SCHEMA}}
"""Every answer is JSON with a value and the quote that it stands in."""
