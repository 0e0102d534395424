"""Rich text (RTF): paragraphs, headings, lists with their numbers, tables, notes, headers.

Places are `paragraph 12`, `table 1, row 2, column 3`, `footnote 2`, `comment 1`, `header` and
`footer`. Deleted text is left out, hidden text is left out and remarked on; pictures and objects
are not read.
"""

from __future__ import annotations

from casework.documents.readers.rtf_tokens import tokens
from casework.documents.readers.rtf_walk import Walk
from casework.documents.reading import Reading, Source
from casework.documents.typesetting.typeset import typeset

READER = "rtf"
VERSION = "1"
MEDIA_TYPE = "application/rtf"

_CHECK_EVERY = 50_000
_NO_TEXT = "The document holds no text, at most pictures. Save it as PDF and add that."


def read(source: Source) -> Reading:
    """The pages of a rich text, typeset by us."""
    walk = Walk()
    for count, token in enumerate(tokens(source.data)):
        walk.take(token)
        if count % _CHECK_EVERY == 0:
            source.check_time()
    made = typeset(walk.finished(), source)
    notes = list(made.notes)
    if walk.changed:
        notes.append("The document holds tracked changes. It was read as if all were accepted.")
    if walk.pictures:
        notes.append("The document holds pictures or objects, whose content was not read.")
    return Reading(
        MEDIA_TYPE,
        READER,
        VERSION,
        made.pages,
        reason="" if made.pages else _NO_TEXT,
        facts=walk.facts,
        notes=tuple(notes),
        tables=made.tables,
    )
