"""Outcomes, proofs, citations, labels and usage as database columns, and back, exactly.

Citations are rows of their own, so a proof's text leaves them out. A lone surrogate cannot be
stored as text, nor can NUL: inside JSON they are escaped and survive, in plain columns they become
U+FFFD.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from json import scanner
from typing import Any, get_args

from casework.types.case import Outcome, Recorded
from casework.types.document import Box
from casework.types.label import NO_LABEL, Label
from casework.types.proof import (
    Citation,
    Claim,
    Proof,
    ProofKind,
    Reading,
    Searched,
    Stretch,
)
from casework.types.usage import Usage
from casework.types.values import Json

Row = tuple[Any, ...]

OUTCOME_COLUMNS = (
    "id, fingerprint, attempt, meaning, inputs, kind, value_digest, calls, input_tokens,"
    " output_tokens, cached_tokens, cost_usd, duration_s, run_id, at, value, absence, waiting_for,"
    " reason, code, proof, label, score, confidence, model, blames_case, signals"
)
CITATION_COLUMNS = (
    "claim, document, document_name, page, start, end, quote, boxes, grade, support, place, asked,"
    " further, alike"
)
OF_PROOF = -1
"""The `claim` of a citation that belongs to the proof itself."""

_plainly = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, allow_nan=False)
_escaped = json.JSONEncoder(separators=(",", ":"), ensure_ascii=True, allow_nan=False).encode
_BARE_PROOF = {f'{{"kind":"{kind}"}}': kind for kind in get_args(ProofKind)}
"""Proofs whose kind says it all, besides their citations: most of them."""
_BARE_TEXT = {kind: text for text, kind in _BARE_PROOF.items()}


def _decoder() -> Callable[[str], Any]:
    """`JSONDecoder.decode` without its look for white space around, which we never write."""
    make = getattr(scanner, "c_make_scanner", None)
    if make is None:
        return json.JSONDecoder().decode
    scan, whole = make(json.JSONDecoder()), json.JSONDecoder().decode

    def parse(text: str) -> Any:
        try:
            value, end = scan(text, 0)
        except StopIteration:
            return whole(text)  # which says what is wrong
        return value if end == len(text) else whole(text)

    return parse


_parse = _decoder()


def _encoder() -> Callable[[object], str]:
    """`_plainly.encode` without the set-up that it repeats for every value: half the time."""
    make = getattr(json.encoder, "c_make_encoder", None)
    quote = getattr(json.encoder, "encode_basestring", None)
    if make is None or quote is None:
        return _plainly.encode
    pieces = make(None, _plainly.default, quote, None, ":", ",", False, False, False)
    return lambda value: "".join(pieces(value, 0))


_compact = _encoder()


def json_text(value: object) -> str:
    """Compact JSON that can be stored; raises ValueError or TypeError for what is no JSON."""
    text = _compact(value)
    if text.isascii() or _encodable(text):
        return text
    return _escaped(value)


def plain(text: str) -> str:
    """The text as it can be stored: lone surrogates and NUL become U+FFFD."""
    if "\0" in text:
        text = text.replace("\0", "\N{REPLACEMENT CHARACTER}")
    if text.isascii() or _encodable(text):
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def json_value(text: str) -> Json:
    """The inverse of `json_text`."""
    value: Json = _parse(text)
    return value


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def outcome_row(recorded: Recorded) -> Row:
    """The columns of `OUTCOME_COLUMNS`."""
    told = recorded.outcome
    used = told.usage
    return (
        recorded.id,
        recorded.fingerprint,
        recorded.attempt,
        recorded.meaning,
        json_text(recorded.inputs),
        told.kind,
        told.value_digest,
        used.calls,
        used.input_tokens,
        used.output_tokens,
        used.cached_tokens,
        used.cost_usd,
        used.duration_s,
        recorded.run_id,
        recorded.at,
        json_text(told.value),
        told.absence,
        told.waiting_for,
        plain(told.reason),
        told.code,
        proof_text(told.proof),
        label_text(told.label),
        told.score,
        told.confidence,
        told.model,
        int(told.blames_case),
        signals_text(told.signals),
    )


def recorded_from(row: Sequence[Any], citations: Iterable[Row] = ()) -> Recorded:
    """The inverse of `outcome_row`; `citations` as in `CITATION_COLUMNS`, in order.

    Spans stay in the store: they are asked for by themselves.
    """
    (id, fingerprint, attempt, meaning, inputs, kind, mark, calls, tokens_in, tokens_out, cached,
     cost_usd, duration_s, run_id, at, value, absence, waiting_for, reason, code, proof, label,
     score, confidence, model, blames_case, signals) = row  # fmt: skip
    outcome = Outcome(
        kind,
        _parse(value),
        absence,
        waiting_for,
        reason,
        code,
        proof_from(proof, citations),
        label_from(label),
        score,
        confidence,
        model,
        Usage(calls, tokens_in, tokens_out, cached, cost_usd, duration_s),
        (),
        bool(blames_case),
        _parse(signals) if signals else {},
    )
    outcome.know_digest(mark)
    return Recorded(id, fingerprint, attempt, meaning, _parse(inputs), outcome, run_id, at)


def proof_text(proof: Proof) -> str:
    """The proof as JSON without its citations; what is empty is left out."""
    told: dict[str, Json] = {"kind": proof.kind}
    if proof.claims:
        told["claims"] = [_claim_told(claim) for claim in proof.claims]
    if proof.expression:
        told["expression"] = proof.expression
    if proof.steps:
        told["steps"] = list(proof.steps)
    if proof.searched:
        told["searched"] = [[s.document, s.document_name, list(s.pages)] for s in proof.searched]
    if proof.note:
        told["note"] = proof.note
    if proof.readings:
        told["readings"] = [_reading_told(reading) for reading in proof.readings]
    return json_text(told) if len(told) > 1 else _BARE_TEXT[proof.kind]


def proof_from(text: str, citations: Iterable[Row] = ()) -> Proof:
    """The inverse of `proof_text` and `citation_rows` together."""
    cited: dict[int, list[Citation]] = {}
    for row in citations:
        cited.setdefault(row[0], []).append(_citation(row))
    own = tuple(cited.get(OF_PROOF, ()))
    bare = _BARE_PROOF.get(text)
    if bare is not None:
        return Proof(bare, own)
    told = _parse(text)
    return Proof(
        told["kind"],
        own,
        tuple(
            Claim(words, tuple(steps), tuple(cited.get(number, ())), holds, *problem)
            for number, (words, steps, holds, *problem) in enumerate(told.get("claims", ()))
        ),
        told.get("expression", ""),
        tuple(told.get("steps", ())),
        tuple(Searched(sha, name, tuple(pages)) for sha, name, pages in told.get("searched", ())),
        told.get("note", ""),
        tuple(_reading(*reading) for reading in told.get("readings", ())),
    )


def _claim_told(claim: Claim) -> Json:
    """A claim without its citations; a problem only where there is one."""
    told: list[Json] = [claim.text, list(claim.steps), claim.holds]
    return [*told, claim.problem] if claim.problem else told


def _reading_told(reading: Reading) -> Json:
    citations: Json = [list(_citation_row(OF_PROOF, one)) for one in reading.citations]
    told: list[Json] = [
        reading.who,
        reading.value,
        reading.absence,
        reading.agrees,
        reading.note,
        citations,
    ]
    return told if reading.confidence is None else [*told, reading.confidence]


def _reading(
    who: str,
    value: Json,
    absence: str,
    agrees: bool,
    note: str,
    citations: Sequence[Row],
    *sure: float,
) -> Reading:
    return Reading(who, value, absence, agrees, tuple(map(_citation, citations)), note, *sure)


def citation_rows(proof: Proof) -> list[Row]:
    """The columns of `CITATION_COLUMNS` for the citations of a proof, then of its claims."""
    rows = [_citation_row(OF_PROOF, citation) for citation in proof.citations]
    for number, claim in enumerate(proof.claims):
        rows += [_citation_row(number, citation) for citation in claim.citations]
    return rows


def places_text(citations: Sequence[Citation]) -> str:
    """Places of a verdict as a JSON list of their columns, or '' for none."""
    return json_text([_citation_row(OF_PROOF, one) for one in citations]) if citations else ""


def places_from(text: str) -> tuple[Citation, ...]:
    """The inverse of `places_text`."""
    return tuple(map(_citation, _parse(text))) if text else ()


def _citation_row(claim: int, citation: Citation) -> Row:
    return (
        claim,
        citation.document,
        plain(citation.document_name),
        citation.page,
        citation.start,
        citation.end,
        plain(citation.quote),
        _compact(citation.boxes),
        citation.grade,
        citation.support,
        plain(citation.place),
        plain(citation.asked),
        _compact(citation.further) if citation.further else "",
        citation.alike,
    )


def _citation(row: Row) -> Citation:
    """The inverse; also of a shorter row, written before a column was added."""
    _, document, name, page, start, end, quote, boxes, grade, support, place, asked, *later = row
    further, alike = later or ("", 1)
    return Citation(
        document,
        name,
        page,
        start,
        end,
        quote,
        boxes_from(boxes),
        grade,
        support,
        place,
        asked,
        stretches_from(further),
        alike,
    )


def boxes_from(text: str) -> tuple[Box, ...]:
    """Boxes as they are kept in a citation."""
    return tuple([Box(*box) for box in _parse(text)])


def stretches_from(text: str) -> tuple[Stretch, ...]:
    """The further stretches of a citation as they are kept; '' for none."""
    if not text:
        return ()
    return tuple(
        Stretch(page, start, end, tuple(Box(*box) for box in boxes))
        for page, start, end, boxes in _parse(text)
    )


def label_text(label: Label) -> str:
    """The label as JSON, or '' for the empty label."""
    if not label.sources and label.readers is None:
        return ""
    return json_text(label.as_json())


@lru_cache(maxsize=2_048)
def label_from(text: str) -> Label:
    """The inverse of `label_text`."""
    if not text:
        return NO_LABEL
    told = _parse(text)
    readers = told["readers"]
    return Label(frozenset(told["sources"]), None if readers is None else frozenset(readers))


def signals_text(signals: Mapping[str, float]) -> str:
    """The signals of an outcome as JSON, or '' for none."""
    return _compact(dict(signals)) if signals else ""


def usage_text(usage: Usage) -> str:
    """Usage as a JSON list, in the order of its fields."""
    return _compact(
        [
            usage.calls,
            usage.input_tokens,
            usage.output_tokens,
            usage.cached_tokens,
            usage.cost_usd,
            usage.duration_s,
            usage.cache_write_tokens,
            usage.reasoning_tokens,
        ]
    )


def usage_from(text: str) -> Usage:
    """The inverse of `usage_text`; also of a shorter list, written before a field was added."""
    return Usage(*_parse(text))
