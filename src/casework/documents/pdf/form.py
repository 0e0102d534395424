"""Filled-in fields and comments of a PDF page as words with places.

What pdfium has drawn into the page is text of it already; what it has not (a value without an
appearance, the tick in a box) is added here. Knows nothing of files.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from casework.documents.compose import PlacedWord, Row, RowBlock
from casework.documents.pdf.notes import Comment, FormField, PageNotes
from casework.documents.pdf.pdfium import Frame
from casework.types.document import Box, Remark

TICKED: Final = ("[x]",)
NOT_TICKED: Final = ("[", "]")
"""Two words, so that the text of the page reads `[ ]` and words have no blanks in them."""
_LINE_PT: Final = 12.0  # the height of a line set into a field that is higher
_LETTER: Final = 0.5  # of the height of a line: the usual width of a letter
_MARK_LETTERS: Final = 2  # what is drawn into a ticked box is a letter of a font of signs
_SLACK_PT: Final = 1.0


def with_fields(
    words: list[PlacedWord], fields: Sequence[FormField], frame: Frame
) -> list[PlacedWord]:
    """The words of a page with those of its fields that are not among them."""
    shown = [field for field in fields if not field.hidden]
    if not shown:
        return words
    found = list(words)
    for field in shown:
        box = _on_page(Box(*frame.place(*field.bounds)), frame)
        if field.kind == "tick":
            found = [word for word in found if not _is_mark(word, box)]
            found += _set((TICKED if field.ticked else NOT_TICKED), box)
        elif not _says(found, box, field.value):
            found += _written(field.value, box)
    return found


def comments_shown(comments: Sequence[Comment], frame: Frame) -> list[RowBlock]:
    """Comments as blocks of their own: their words have the place of what they were put on."""
    blocks: list[RowBlock] = []
    for comment in comments:
        if comment.hidden:
            continue
        place = f"comment by {comment.author}" if comment.author else "comment"
        box = _on_page(Box(*frame.place(*comment.bounds)), frame)
        rows = [
            Row([(*box, word) for word in line.split()], place)
            for line in comment.text.splitlines()
            if line.split()
        ]
        blocks.append(RowBlock("paragraph", rows))
    return blocks


def hidden_notes(notes: PageNotes) -> list[Remark]:
    """What to tell about fields and comments that the file hides."""
    texts = [field.value for field in notes.fields if field.hidden and field.value]
    texts += [comment.text for comment in notes.comments if comment.hidden]
    return [Remark("invisible", detail=" ".join(text.split())) for text in texts]


def _on_page(box: Box, frame: Frame) -> Box:
    """A place within the page, in hundredths of a point, and not empty."""
    width, height = frame.size
    x0 = min(max(box.x0, 0.0), max(width - _SLACK_PT, 0.0))
    y0 = min(max(box.y0, 0.0), max(height - _SLACK_PT, 0.0))
    x1 = min(max(box.x1, x0 + _SLACK_PT), max(width, x0 + _SLACK_PT))
    y1 = min(max(box.y1, y0 + _SLACK_PT), max(height, y0 + _SLACK_PT))
    return Box(round(x0, 2), round(y0, 2), round(x1, 2), round(y1, 2))


def _is_mark(word: PlacedWord, box: Box) -> bool:
    """Whether the word is the sign that is drawn into a ticked box."""
    return len(word[4]) <= _MARK_LETTERS and _within(word, box)


def _within(word: PlacedWord, box: Box) -> bool:
    x, y = (word[0] + word[2]) / 2, (word[1] + word[3]) / 2
    return (
        box.x0 - _SLACK_PT <= x <= box.x1 + _SLACK_PT
        and box.y0 - _SLACK_PT <= y <= box.y1 + _SLACK_PT
    )


def _says(words: Sequence[PlacedWord], box: Box, value: str) -> bool:
    """Whether the field shows its value, or the first of it where not all finds room."""
    shown = "".join(word[4] for word in words if _within(word, box))
    wanted = "".join(value.split())
    return bool(shown) and (wanted.startswith(shown) or wanted in shown or shown in wanted)


def _set(parts: Sequence[str], box: Box) -> list[PlacedWord]:
    """The parts side by side in a box."""
    wide = (box.x1 - box.x0) / len(parts)
    return [
        (round(box.x0 + at * wide, 2), box.y0, round(box.x0 + (at + 1) * wide, 2), box.y1, part)
        for at, part in enumerate(parts)
    ]


def _written(value: str, box: Box) -> list[PlacedWord]:
    """A value set into its field, in lines from the top, squeezed where the field is too small."""
    lines = [line.split() for line in value.splitlines() if line.split()]
    if not lines:
        return []
    height = min(_LINE_PT, (box.y1 - box.y0) / len(lines))
    top = box.y0 if len(lines) > 1 else (box.y0 + box.y1 - height) / 2
    words: list[PlacedWord] = []
    for at, line in enumerate(lines):
        letters = sum(map(len, line)) + len(line) - 1
        letter = min(_LETTER * height, (box.x1 - box.x0) / letters)
        x, y = box.x0, round(top + at * height, 2)
        for word in line:
            right = x + letter * len(word)
            words.append((round(x, 2), y, round(right, 2), round(y + height, 2), word))
            x = right + letter
    return words
