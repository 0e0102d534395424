"""Documents that are like one another, with where they are and what that may mean to people."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from casework.sdk.rights import READS_EVERYTHING, Rights
from casework.store.assessments import LikeDocument
from casework.store.shelf import OnShelf
from casework.store.store import Store
from casework.types.quality import Likeness, QualityFlag

_VERSION_WORDS = re.compile(
    r"(?:\b|_)(?:v\d+|version|final|draft|copy|kopie|rev\d*|signed|neu|new|old|alt|scan)(?=\b|_)"
    r"|\(\d+\)|[\s_.-]+",
    re.IGNORECASE,
)


_FEW_HOMES = 4
"""A document that is in more cases than this (terms that come with every one) is no double."""


@dataclass(frozen=True, slots=True)
class LikeView:
    """A document that is like another one: how, with which share of its text, where it is (its
    first case, and in how many all in all), whether it came later, and whether the names of both
    say that they are versions of one document."""

    sha256: str
    name: str
    kind: Likeness
    share: float
    case_id: str
    case_name: str
    worksheet: str
    homes: int
    later: bool
    version: bool


@dataclass(frozen=True, slots=True)
class Likes:
    """What a document shares with others: the other cases that hold the same bytes, and documents
    that are like it, the likest first."""

    homes: tuple[OnShelf, ...] = ()
    views: tuple[LikeView, ...] = ()


async def likes_of(
    store: Store, sha256s: Sequence[str], rights: Rights = READS_EVERYTHING
) -> Mapping[str, Likes]:
    """What each of these documents shares with others, as far as these rights let it be known."""
    found = await store.assessments.alike(sha256s)
    others = {like.sha256 for likes in found.values() for like in likes}
    others -= await rights.unseen(store, others)
    held = await store.shelf.holders(dict.fromkeys([*sha256s, *others]))
    places = {
        sha256: [home for home in homes if rights.may_know(home.worksheet)]
        for sha256, homes in held.items()
    }
    return {
        sha256: Likes(
            tuple(places.get(sha256, ())),
            tuple(_views(found.get(sha256, ()), places.get(sha256, ()), places)),
        )
        for sha256 in sha256s
    }


def like_flags(place: OnShelf, worksheet: str, likes: Likes) -> Iterator[QualityFlag]:
    """What the nearest of its likes means for a document in a case of a worksheet: serious when it
    may be counted twice, because the other one is in another case of it."""
    others = [home for home in likes.homes if home.case_id != place.case_id]
    twins = [home for home in others if home.shares_pages(place)]
    if twins:
        here = [home for home in twins if home.worksheet == worksheet]
        first = (here or twins)[0]
        more = max(len(twins) - 1, twins[0].homes - 2)
        yield QualityFlag(
            "same_bytes",
            f"The same file is in {first.case_name}{f' and {more:,} more cases' if more else ''}.",
            "Work on it in one case only: casework move takes it to another one.",
            serious=bool(here) and first.homes <= _FEW_HOMES,
        )
    same = [like for like in likes.views if like.kind == "same_text"]
    near = [like for like in likes.views if like.kind == "nearly_same"]
    if same:
        yield QualityFlag(
            "same_text",
            f"The same text as {_where(same, place)}.",
            "Work on one of them only.",
            serious=any(_is_double(like, place, worksheet) for like in same),
        )
    if near:
        share = max(like.share for like in near)
        yield QualityFlag(
            "nearly_same",
            f"{percent(share)} the same as {_where(near, place)}: the same document twice, or a"
            " version of it?",
            f"See what differs: casework alike {place.sha256[:12]} {near[0].sha256[:12]}",
            serious=any(_is_double(like, place, worksheet) for like in near),
        )


def percent(share: float) -> str:
    """A share of text; never `100 %` for what is not quite the same."""
    return "99.9 %" if 0.999 <= share < 1 else f"{share * 100:.3g} %"


def are_versions(one: str, other: str) -> bool:
    """Whether two names differ only in what tells versions apart: `lease v2.docx`, `Lease.pdf`."""
    stem, other_stem = _stem(one), _stem(other)
    return bool(stem) and (stem == other_stem)


def _stem(name: str) -> str:
    stem = name.rpartition(".")[0] or name
    return _VERSION_WORDS.sub("", stem).casefold()


def _views(
    likes: Sequence[LikeDocument],
    own: Sequence[OnShelf],
    places: Mapping[str, Sequence[OnShelf]],
) -> Iterator[LikeView]:
    """Those of the likes that are in some case."""
    names = [place.name for place in own]
    for like in likes:
        homes = places.get(like.sha256, [])
        if not homes:
            continue
        first = homes[0]
        yield LikeView(
            like.sha256,
            first.name,
            like.kind,
            like.share,
            first.case_id,
            first.case_name,
            first.worksheet,
            first.homes,
            like.later,
            any(are_versions(name, first.name) for name in names),
        )


def _is_double(like: LikeView, place: OnShelf, worksheet: str) -> bool:
    """Whether it stands in another case of the same worksheet, and in few."""
    return (
        like.case_id != place.case_id and like.worksheet == worksheet and like.homes <= _FEW_HOMES
    )


def _where(likes: Sequence[LikeView], place: OnShelf) -> str:
    first = likes[0]
    case = "this case" if first.case_id == place.case_id else first.case_name
    more = len(likes) - 1
    return f"{first.name} in {case}" + (f" and {more} more" if more else "")
