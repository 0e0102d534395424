"""Whether an endpoint that cuts prompts without a word has read the whole of one. Sends nothing.

Ollama's runner drops what does not fit into its window and counts the tokens that it kept: exactly
the window, a multiple of 1,024 as people set it; whole turns that were left out before show as far
fewer tokens than any text needs. (ollama: runner/ollamarunner, server/prompt.go)
"""

from __future__ import annotations

from casework.base.errors import ContextTooLongError
from casework.models.names import Target
from casework.types.message import ModelAnswer, ModelRequest, Text, ToolResult

_WINDOW_STEP = 1024
_LEAST_LETTERS = 2048
"""Shorter prompts fit into any window, and their ratio says little."""
_MOST_LETTERS = 6.5
"""Letters a token that no tokenizer reaches with a real text; English prose has 4 to 5, German 3 to
4, tables and numbers 2 to 3. White space counts once, however much of it there is."""
_MANY_LETTERS = 3.6
"""Letters a token that are too many when the count is a window to the very token."""


def check_whole(request: ModelRequest, answer: ModelAnswer, target: Target) -> None:
    """Raise `ContextTooLongError` when fewer tokens were read than the prompt must have. A count of
    0 says nothing. What is cut by a few tokens at an odd window goes unnoticed."""
    read = answer.usage.input_tokens
    letters = _most_letters(request)
    if not read or letters < max(_LEAST_LETTERS, _MANY_LETTERS * read):
        return
    letters = _letters(request)
    most = _MANY_LETTERS if read % _WINDOW_STEP == 0 else _MOST_LETTERS
    if letters < max(_LEAST_LETTERS, most * read):
        return
    raise ContextTooLongError(
        f"{target} was sent {letters:,} letters and read only {read:,} tokens: it has cut the text "
        "to its window, and its answer is not used.",
        fix="Start the server with a larger window (OLLAMA_CONTEXT_LENGTH=32768 ollama serve) and "
        "set model.window to the letters that fit, or use a model with a larger window.",
    )


def _most_letters(request: ModelRequest) -> int:
    """An upper bound that costs nothing."""
    return sum(map(len, _texts(request)))


def _letters(request: ModelRequest) -> int:
    """The letters of all texts, each stretch of white space as one."""
    return sum(len(" ".join(text.split())) for text in _texts(request))


def _texts(request: ModelRequest) -> list[str]:
    texts = [message.text for message in request.messages]
    for message in request.messages:
        texts += [part.text for part in message.parts if isinstance(part, Text | ToolResult)]
    return texts
