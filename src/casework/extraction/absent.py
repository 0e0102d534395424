"""Whether a document says itself that it has no value: "Deductible: none"."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib import resources

import numpy as np

from casework.extraction.anchors import find_phrase
from casework.extraction.answers import Candidate
from casework.extraction.meaning import Intent
from casework.extraction.prepared import Prepared
from casework.extraction.score import label_weights

_GOOD_LABEL = 0.6


@cache
def _words() -> re.Pattern[str]:
    path = resources.files("casework.extraction") / "lexicon" / "absent.json"
    names: list[str] = json.loads(path.read_text(encoding="utf-8"))["words"]
    words = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    return re.compile(rf"[\s:.|\-–—]{{0,12}}({words}|[-–—]{{1,3}}(?=\s*(?:\n|$)))(?![\w])", re.I)


def stated_absent(prepared: Prepared, intent: Intent) -> Candidate | None:
    """The place where the document says that there is none, right behind a label of the field."""
    own, _ = label_weights(prepared.anchors, prepared, intent)
    places = [
        (int(prepared.anchors.page[at]), int(prepared.anchors.end[at]))
        for at in np.flatnonzero(own > _GOOD_LABEL).tolist()
    ]
    for phrase, _weight in intent.phrases:
        more = find_phrase(prepared.layout, phrase, prepared.breaks, 0)
        places += list(zip(more.page.tolist(), more.end.tolist(), strict=True))
    for page, end in sorted(places):
        match = _words().match(prepared.layout.pages[page].text, end)
        if match:
            return Candidate(
                prepared.document.sha256, prepared.document_name,
                prepared.layout.pages[page].number, match.start(1), match.end(1),
                match.group(1), None, 0.0,
            )  # fmt: skip
    return None
