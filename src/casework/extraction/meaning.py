"""What a field asks for: the concepts of the lexicon that its name and description mean.

Knows the field's words and type, no document.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from casework.extraction.concepts import Concept, Lexicon
from casework.extraction.tokens import tokens
from casework.types.values import ValueType

_DESCRIBED = 0.6
_LISTED = 0.85
_QUOTED = re.compile(r"[\"“„«']([^\"”“»']{2,40})[\"”»']")
_EXCEPT = re.compile(
    r"\b(?:not|without|excluding|except|excl|ohne|nicht|außer|sans|hors|sin|excepto|zonder|senza)\b",
    re.IGNORECASE,
)
_INCLUDING = re.compile(
    r"\b(?:including|incl|who|which|that is|einschließlich|inklusive|y compris|incluido)\b",
    re.IGNORECASE,
)
_LIST = re.compile(
    r"((?:[^\W\d_]+,\s*)*[^\W\d_]+),?\s+(?:or|and|oder|und|ou|et|o|y|of|en)\s+"
    r"([^\W\d_]+)\s+([^\W\d_]+)"
)
_PERIOD_EDGE = {
    "first": re.compile(
        r"\b(?:first|start|begin\w*|from|erste\w*|beginn|début|inicio|primer\w*)\b", re.IGNORECASE
    ),
    "last": re.compile(
        r"\b(?:last|end|until|to|letzte\w*|ende|fin|final|últim\w*)\b", re.IGNORECASE
    ),
}
_ABSENT_IF = re.compile(
    r"\b(?:absent|empty|blank|missing|leer|fehlt|vide|vacío|leeg|vuoto) "
    r"(?:if|when|unless|where|wenn|falls|si|als|se)\b",
    re.IGNORECASE,
)
_STRICT = 0.9
"""A date that may be absent is not replaced by one of another meaning."""
_BEFORE_PAYMENTS = re.compile(
    r"\b(?:before|vor (?:dem )?abzug|avant|antes de|vóór|prima)\b[^.]{0,30}"
    r"(?:payment|prepa|deposit|advance|zahlung|acompte|paiement|pago|anticip|betaling|acconto)",
    re.IGNORECASE,
)
_LEFT_TO_PAY = ("amount_due", "net_amount_due")
_LESS = 0.8
"""How well what is left to pay will do for a total before payments."""
_AS_UNITS = re.compile(r"N units|how long|wie lange|combien de temps|cuánto tiempo", re.I)
_TOO_PLAIN = frozenset({"name", "date", "number", "value", "amount", "text", "type", "id", "no"})


@dataclass(frozen=True, slots=True)
class Intent:
    """What is looked for. `weight` maps concepts to how well their label will do (0 to 1);
    `main` are the concepts meant outright; `phrases` are labels of its own with their weight;
    `edge` says which end of a period a date is; `owner` whose address or number it is."""

    type: ValueType
    weight: dict[int, float]
    main: tuple[Concept, ...]
    shape: str
    hints: frozenset[str]
    phrases: tuple[tuple[str, float], ...]
    edge: str
    label: str

    def means(self, concept: str) -> bool:
        """Whether the field means this concept outright."""
        return any(each.name == concept for each in self.main)


def meaning(name: str, instruction: str, wanted: ValueType, lexicon: Lexicon) -> Intent:
    """The intent of a field."""
    told = _INCLUDING.split(_EXCEPT.split(instruction, maxsplit=1)[0], maxsplit=1)[0]
    named = _fitting(_concepts(name, lexicon, whole_first=True), wanted, lexicon)
    described = _fitting(_concepts(told, lexicon), wanted, lexicon)
    weight: dict[int, float] = {}
    if named:
        weight.update(named)
        for index, strength in described.items():
            if any(_related(lexicon, index, each) for each in named):
                weight[index] = max(weight.get(index, 0.0), _DESCRIBED * strength)
    elif described:
        weight.update({index: 0.9 * strength for index, strength in described.items()})
    for index, strength in _listed(told, wanted, lexicon).items():
        weight[index] = max(weight.get(index, 0.0), _LISTED * strength)
    main = tuple(
        lexicon.concepts[index]
        for index, strength in sorted(weight.items(), key=lambda item: -item[1])
        if strength >= _DESCRIBED
    )
    least = _STRICT if wanted.name == "date" and _ABSENT_IF.search(instruction) else 0.0
    for concept in main:
        for near, well in concept.near.items():
            if well < least:
                continue
            other = lexicon.by_name[near].index
            weight[other] = max(weight.get(other, 0.0), well * weight[concept.index])
    if _BEFORE_PAYMENTS.search(instruction):
        for left in _LEFT_TO_PAY:
            index = lexicon.by_name[left].index
            weight[index] = min(weight.get(index, 0.0), _LESS)
        total = lexicon.by_name["total"].index
        if total in weight:
            weight[total] = 1.0
    return Intent(
        type=wanted,
        weight=weight,
        main=main,
        shape=_shape(main, wanted, name, instruction),
        hints=_hints(main, strict=bool(least)),
        phrases=_phrases(name, instruction, bool(named)),
        edge=_edge(main, wanted, f"{name} {told}".replace("_", " ")),
        label=name,
    )


def _hints(main: tuple[Concept, ...], *, strict: bool) -> frozenset[str]:
    """What a value looks like; one that may be absent is not guessed from its place."""
    hints = frozenset[str]().union(*(each.hints for each in main[:2]))
    return hints - {"letter"} if strict else hints


def _concepts(text: str, lexicon: Lexicon, *, whole_first: bool = False) -> dict[int, float]:
    """Concepts named in a text. A name that is a label as a whole means that one alone."""
    names = tokens(text)
    found: dict[int, float] = {}
    matches = lexicon.matches(names)
    if whole_first and matches:
        longest = max(match.last - match.first for match in matches)
        matches = [match for match in matches if match.last - match.first == longest]
    for match in matches:
        for index, strength in match.concepts:
            found[index] = max(found.get(index, 0.0), strength)
    return found


def _fitting(found: dict[int, float], wanted: ValueType, lexicon: Lexicon) -> dict[int, float]:
    """Those whose values can be of the type; a choice or record may be about anything."""
    if wanted.name not in ("money", "date", "percent", "period", "text", "number", "quantity"):
        return found
    return {
        index: strength
        for index, strength in found.items()
        if wanted.name in lexicon.concepts[index].types
    }


def _related(lexicon: Lexicon, one: int, other: int) -> bool:
    if one == other:
        return True
    first, second = lexicon.concepts[one], lexicon.concepts[other]
    return second.name in first.near or first.name in second.near


def _listed(text: str, wanted: ValueType, lexicon: Lexicon) -> dict[int, float]:
    """`Contract, order or invoice number` names a contract number, an order number and so on."""
    found: dict[int, float] = {}
    for match in _LIST.finditer(text):
        firsts = re.split(r",\s*", match.group(1))
        for word in (*firsts, match.group(2)):
            phrase = f"{word} {match.group(3)}"
            if len(lexicon.matches(tokens(phrase))) == 1:
                hits = lexicon.matches(tokens(phrase))[0]
                if (hits.first, hits.last) == (0, 1):
                    found |= dict(hits.concepts)
    return _fitting(found, wanted, lexicon)


def _shape(main: tuple[Concept, ...], wanted: ValueType, name: str, instruction: str) -> str:
    if wanted.name == "quantity" and main and main[0].shape == "duration":
        return "duration"
    if wanted.name != "text":
        return wanted.name
    said = f"{name} {instruction}".casefold()
    if re.search(r"\b(?:clause|section itself|wording|klausel|artículo|clausula|cláusula)\b", said):
        return "clause"
    if re.search(r"\b(?:address|anschrift|adresse|dirección|indirizzo)\b", said) and not re.search(
        r"mail", said
    ):
        return "address"
    if main and main[0].shape:
        return main[0].shape
    if re.search(r"\b(?:number|no|nr|id|code|num|nummer|numéro|número)\b", said.replace("_", " ")):
        return "id"
    if re.search(r"\b(?:name|company|person|firma|nom|nombre|who)\b", said.replace("_", " ")):
        return "name"
    if _AS_UNITS.search(instruction):
        return "duration"
    return "free"


def _phrases(name: str, instruction: str, known: bool) -> tuple[tuple[str, float], ...]:
    """Labels that the field brings along: a name the lexicon does not have, and what it quotes."""
    found: dict[str, float] = {}
    plain = " ".join(tokens(name))
    if plain and plain not in _TOO_PLAIN and not known:
        found[plain] = 1.0
    for match in _QUOTED.finditer(instruction):
        phrase = " ".join(tokens(match.group(1)))
        if phrase and phrase not in ("n units",):
            found[phrase] = 1.0
    if not known and len(plain.split()) > 2:
        found.setdefault(" ".join(plain.split()[-2:]), 0.6)
    return tuple(found.items())


def _edge(main: tuple[Concept, ...], wanted: ValueType, said: str) -> str:
    if wanted.name != "date":
        return ""
    for concept in main[:1]:
        if concept.pair:
            return concept.pair
    if not main or not any(each.name in ("period", "campaign_period") for each in main):
        return ""
    for edge, pattern in _PERIOD_EDGE.items():
        if pattern.search(said):
            return edge
    return ""
