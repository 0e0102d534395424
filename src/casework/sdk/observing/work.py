"""Pieces of work as a tree, in the order in which they began. Reads nothing but spans."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from casework.sdk.observing.views import Piece
from casework.types.span import Span

_NANO_A_MS = 1e6


def work_of(spans: Sequence[Span], this: str = "") -> tuple[Piece, ...]:
    """The pieces of work that are part of no other, each with those inside it; `this` is the id of
    the one that was asked for."""
    if not spans:
        return ()
    begun = min(span.started_ns for span in spans)
    known = {span.id for span in spans}
    below: dict[str, list[Span]] = {}
    for span in sorted(spans, key=lambda one: one.started_ns):
        below.setdefault(span.parent_id if span.parent_id in known else "", []).append(span)
    return _pieces("", below, begun, this)


def _pieces(
    parent: str, below: Mapping[str, Sequence[Span]], begun: int, this: str
) -> tuple[Piece, ...]:
    return tuple(
        Piece(
            span.id,
            span.name,
            (span.started_ns - begun) / _NANO_A_MS,
            span.duration_ns / _NANO_A_MS,
            span.status,
            span.attributes,
            span.parts,
            _pieces(span.id, below, begun, this) if span.id else (),
            span.id == this,
        )
        for span in below.get(parent, ())
    )
