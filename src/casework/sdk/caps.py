"""The caps on what calls of models may use, from the settings `budget.…`. Keeps none of them."""

from __future__ import annotations

import re

from casework.base.errors import SettingsError
from casework.base.settings import Settings
from casework.types.spending import CAP_SCOPES, Cap, Caps

MODELS = "budget.models"
_AMOUNT = re.compile(
    r"(?P<number>\d[\d,_]*(?:\.\d+)?) *(?P<unit>usd|tokens?|calls?)?", re.IGNORECASE
)


def caps_of(settings: Settings) -> Caps:
    """The caps in force; raises `SettingsError` for a cap of a model that cannot be read."""
    found = {
        scope: Cap(
            settings.number(f"budget.{scope}"),
            settings.integer(f"budget.{scope}_tokens"),
            settings.integer(f"budget.{scope}_calls"),
            f"budget.{scope}",
        )
        for scope in CAP_SCOPES
    }
    return Caps(**found, models=caps_of_models(settings.text(MODELS)))


def caps_of_models(text: str) -> dict[str, Cap]:
    """`openai:gpt-5 = 20 USD; ollama:llama3.2 = 500 calls` as caps by model."""
    caps: dict[str, Cap] = {}
    for part in filter(None, (part.strip() for part in text.split(";"))):
        model, _, amount = (word.strip() for word in part.partition("="))
        match = _AMOUNT.fullmatch(amount)
        if not model or match is None:
            raise SettingsError(
                f"{MODELS} says {part!r}, which is no cap.",
                fix="Write it as: openai:gpt-5 = 20 USD; ollama:llama3.2 = 500 calls",
            )
        caps[model] = _with(caps.get(model, Cap(setting=MODELS)), match["number"], match["unit"])
    return caps


def _with(cap: Cap, number: str, unit: str | None) -> Cap:
    amount = float(number.replace(",", "").replace("_", ""))
    kind = (unit or "usd").lower()
    if kind == "usd":
        return Cap(amount, cap.tokens, cap.calls, cap.setting)
    if kind.startswith("token"):
        return Cap(cap.usd, int(amount), cap.calls, cap.setting)
    return Cap(cap.usd, cap.tokens, int(amount), cap.setting)
