"""What a confidence is made of: signals by name, each between 0 and 1 unless told otherwise.

A signal that does not apply to a cell (no second reader, a text that was typed) is left out.
"""

from __future__ import annotations

CHANCE = "chance"
"""How likely the field's model holds its answer to be right; the hand-set score as a chance where
there is no model. Not calibrated."""
MARGIN = "margin"
"""The chance of the answer less that of the next best one, nothing among them."""
ZERO_AGREES = "zero_agrees"
"""Whether the hand-set weights, without anything learned, give the same answer."""
ZERO_CHANCE = "zero_chance"
"""How likely the hand-set weights, without anything learned, hold the same answer to be right."""
READER_AGREES = "reader_agrees"
"""Whether another reader (a language model, a second one) gives the same answer."""
PROVED = "proved"
"""Whether the proof is solid: quotes found, and bearing the value."""
CHECKS = "checks"
"""The share of the rule checks that the value takes part in and that hold (net + tax = total)."""
RECOGNISED = "recognised"
"""The confidence of text recognition in the words of the value; left out for typed text."""
NOVELTY = "novelty"
"""How unlike the document is to those that were learned from: 0 known, 1 unlike all."""
ABSENT = "absent"
"""1 for an absence, 0 for a value."""

SIGNALS = (
    CHANCE,
    MARGIN,
    ZERO_AGREES,
    ZERO_CHANCE,
    READER_AGREES,
    PROVED,
    CHECKS,
    RECOGNISED,
    NOVELTY,
    ABSENT,
)
