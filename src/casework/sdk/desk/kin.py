"""Cases whose documents look alike, by the likenesses that were found when documents came."""

from __future__ import annotations

from collections.abc import Callable

from casework.store.store import Store
from casework.types.case import CaseRecord


async def kin_of(store: Store, worksheet_id: str) -> Callable[[CaseRecord], str] | None:
    """Tells of a case what it has in common with those that look alike: the same word for all of
    them. A case that is like no other has its own; None where no case is like another."""
    above: dict[str, str] = {}

    def root(sha256: str) -> str:
        while (up := above.get(sha256, sha256)) != sha256:
            above[sha256] = above.get(up, up)
            sha256 = up
        return sha256

    for one, other in await store.assessments.pairs(worksheet_id):
        above[root(one)] = above.setdefault(root(other), root(other))

    if not above:
        return None

    def kin(case: CaseRecord) -> str:
        for document in case.documents:
            if document.sha256 in above:
                return root(document.sha256)
        return case.id

    return kin


def alone(case: CaseRecord) -> str:
    """What a case has in common with others where no case is like another: nothing."""
    return case.id
