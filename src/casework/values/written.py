"""Written documents as values: what is said of one in a line, and its text apart from its
footnotes. Writes nothing."""

from __future__ import annotations

import re

from casework.types.values import Json

_FOOTNOTE = re.compile(r"^\[\^([^\]\s]+)\]:[ \t]*(.*)$")
_HEADING = re.compile(r"\s{0,3}#{1,6}[ \t]+(.*?)[ \t#]*$")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_MARK = re.compile(r"\[\^[^\]\s]+\]")
_LONGEST_TITLE = 60


def markdown_of(value: Json) -> str:
    """The text of a written document, '' for what is none."""
    return str(value.get("markdown") or "") if isinstance(value, dict) else ""


def problems_of(value: Json) -> tuple[int, int]:
    """How many sentences a document has, and how many of them are not supported."""
    told = value.get("sentences") if isinstance(value, dict) else None
    sentences = [one for one in told if isinstance(one, dict)] if isinstance(told, list) else []
    return len(sentences), sum(bool(one.get("problem")) for one in sentences)


def summary(value: Json) -> str:
    """`Memo, 14 sentences, 1 not supported`; without sentences the title and the words."""
    markdown = markdown_of(value)
    title = title_of(markdown)
    count, problems = problems_of(value)
    if not count:
        words = len(split_footnotes(markdown)[0].split())
        return f"{title}, {words:,} words" if words != 1 else f"{title}, 1 word"
    told = f"{title}, {count} sentence{'s' if count != 1 else ''}"
    return f"{told}, {problems} not supported" if problems else f"{told}, all supported"


def title_of(markdown: str) -> str:
    """The first heading of a text, else the beginning of its first line."""
    lines = [line for line in markdown.splitlines() if line.strip()]
    heading = next((found[1] for line in lines if (found := _HEADING.match(line))), "")
    told = _MARK.sub("", heading or (lines[0].strip() if lines else ""))
    told = _ESCAPED.sub(r"\1", told) or "empty"
    return told if len(told) <= _LONGEST_TITLE else told[: _LONGEST_TITLE - 1].rstrip() + "…"


def split_footnotes(markdown: str) -> tuple[str, dict[str, str]]:
    """The text without its footnotes, and these by their labels."""
    body: list[str] = []
    notes: dict[str, str] = {}
    for line in markdown.splitlines():
        found = _FOOTNOTE.match(line)
        if found:
            notes[found[1]] = found[2]
        else:
            body.append(line)
    return "\n".join(body).strip("\n"), notes


def with_footnotes(body: str, notes: dict[str, str]) -> str:
    """The text with its footnotes below."""
    told = "\n".join(f"[^{label}]: {note}" for label, note in notes.items())
    return f"{body.strip()}\n\n{told}\n" if told else f"{body.strip()}\n"
