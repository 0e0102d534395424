"""A line of text that is being edited: what a key does to it, how it is drawn. Reads no keys."""

from __future__ import annotations

from casework.cli.terminal import harmless

_CLEAR = "\r\x1b[K"
_BACK = "\x1b[{}D"
_LEAST = 8
"""Columns that are left for the text, however long the prompt is."""


class EditedLine:
    """A text and the place of the cursor in it."""

    def __init__(self, text: str = "") -> None:
        self.text = harmless(text)
        self.at = len(self.text)

    def take(self, key: str) -> None:
        """Let a key do its work; an unknown one does nothing."""
        match key:
            case "left":
                self.at = max(0, self.at - 1)
            case "right":
                self.at = min(len(self.text), self.at + 1)
            case "home":
                self.at = 0
            case "last":
                self.at = len(self.text)
            case "clear":
                self.text, self.at = self.text[self.at :], 0
            case "backspace" if self.at:
                self.text = self.text[: self.at - 1] + self.text[self.at :]
                self.at -= 1
            case "delete":
                self.text = self.text[: self.at] + self.text[self.at + 1 :]
            case letter if len(letter) == 1 and letter.isprintable():
                self.text = self.text[: self.at] + letter + self.text[self.at :]
                self.at += 1

    def drawn(self, prompt: str, width: int) -> str:
        """What draws the line anew where the cursor is: of a long text the part around it."""
        from rich.cells import cell_len

        room = max(_LEAST, width - cell_len(prompt) - 1)
        start = 0
        while cell_len(self.text[start : self.at]) > room:
            start += 1
        end = len(self.text)
        while end > self.at and cell_len(self.text[start:end]) > room:
            end -= 1
        behind = cell_len(self.text[self.at : end])
        back = _BACK.format(behind) if behind else ""
        return f"{_CLEAR}{prompt}{self.text[start:end]}{back}"
