"""What an endpoint bears, as a curve over time: quick search, then a long stay near the last limit.

Pure: knows neither clocks nor calls. The curve after a complaint is that of CUBIC (RFC 9438): a
multiplicative decrease, a fast return, a plateau at the rate that was refused last, then careful
probing. It depends on nothing but three numbers, so processes that share them keep one rate.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

_DROP = 0.1
"""By how much the rate goes down when an endpoint complains."""
_DROP_CONFIRMED = 0.05
"""The same, once a limit was found again and again."""
_CONFIRMED_S = 20.0
"""A limit that is kept for so long was found again and again."""
_SURELY = 0.98
_DOUBLES_S = 0.35
"""How long the rate takes to double while nothing is known."""
_MOST_DOUBLINGS = 30.0
_LEAST_PASSED_S = 0.5
_FIRST_REGROW_S = 3.0
_MOST_REGROW_S = 40.0
_LONGER = 3.0
"""How much longer the plateau gets each time that the same limit is found again."""
_SAME = 0.25
"""Limits that differ by less than this share are the same."""
_SHY = 0.97
"""The plateau stays a little below what was refused."""
_LEAST_PER_S = 1 / 60


@dataclass(frozen=True, slots=True)
class Curve:
    """The rate that an endpoint bears, all processes together. `peak_per_s` is the rate that it
    refused last, `cut_at` when calls went on after that (seconds since the epoch), `regrow_s` how
    long until the peak is reached again; 0.0 while it is still searched for."""

    peak_per_s: float
    cut_at: float
    regrow_s: float = 0.0

    def per_s(self, now: float) -> float:
        """The rate at this moment."""
        since = max(0.0, now - self.cut_at)
        if not self.regrow_s:
            return float(self.peak_per_s * 2.0 ** min(since / _DOUBLES_S, _MOST_DOUBLINGS))
        drop = _DROP_CONFIRMED if self.regrow_s >= _CONFIRMED_S else _DROP
        return self.peak_per_s * (1 + drop * ((since - self.regrow_s) / self.regrow_s) ** 3)

    def refused(self, sent_at: float, resume_at: float, accepted_per_s: float | None) -> Curve:
        """The curve after a refusal of a call that was sent at `sent_at`, when calls go on at
        `resume_at`. `accepted_per_s` is what was taken just before, None when that is not known."""
        tried = self.per_s(sent_at)
        taken = tried if accepted_per_s is None else min(tried, accepted_per_s)
        if taken > (1 - _SAME) * tried and self.regrow_s:
            taken = tried  # a count of one second is less exact than the rate that was kept
        if not self.regrow_s:  # while it doubled, the truth lay between what was tried and taken
            return Curve(max((tried * taken) ** 0.5, _LEAST_PER_S), resume_at, _FIRST_REGROW_S)
        peak = max(taken * _SHY, _LEAST_PER_S)
        same = abs(peak - self.peak_per_s) < _SAME * self.peak_per_s
        longer_s = min(self.regrow_s * _LONGER, _MOST_REGROW_S)
        return Curve(peak, resume_at, longer_s if same else _FIRST_REGROW_S)

    def bore(self, at: float) -> bool:
        """Whether the rate at this moment is surely one that was borne before."""
        return self.regrow_s >= _CONFIRMED_S and self.per_s(at) < _SURELY * self.peak_per_s

    def reached(self, now: float) -> Curve:
        """The same rates, told by what is reached now while the limit is still searched for."""
        if self.regrow_s or now <= self.cut_at:
            return self
        return Curve(self.per_s(now), now)

    def unused(self, seconds: float) -> Curve:
        """The same place on the curve so many seconds later: who does not come near the limit
        learns nothing of it."""
        return replace(self, cut_at=self.cut_at + seconds)

    def at_peak(self, now: float) -> Curve:
        """The curve of a lane that was not used for a while: it begins at what was borne last."""
        if not self.regrow_s:
            return replace(self, cut_at=now)
        if now - self.cut_at < self.regrow_s:
            return self
        return replace(self, cut_at=now - self.regrow_s)


def first_curve(accepted: int, passed_s: float, resume_at: float) -> Curve:
    """The curve after the very first refusal: begin with what was taken so far, and search."""
    return Curve(max(accepted / max(passed_s, _LEAST_PASSED_S), 1.0), resume_at)
