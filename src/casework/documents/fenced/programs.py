"""Starting another program from a reading process that may: quiet, with a time limit, and not left
behind. What the program may do is what its process may do (see `fence`)."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Final, NamedTuple

from casework.base.errors import DocumentError
from casework.documents.reading import too_slow

_DIE_WITH_PARENT: Final = 1
_LONGEST_ANSWER: Final = 64 << 20


class Ended(NamedTuple):
    """How a program ended (0: well), and what it wrote to its output and of errors."""

    code: int
    output: str
    errors: str


def run_program(
    argv: Sequence[str],
    *,
    folder: Path,
    seconds: float,
    environment: Mapping[str, str] | None = None,
) -> Ended:
    """Run a program in `folder`, which is its home, and wait for it; it is given nothing to read.

    Raises `DocumentError`: `too_slow` when it takes longer, `unsupported` when it does not start.
    It ends when this process ends.
    """
    name = Path(argv[0]).name
    with tempfile.TemporaryFile(dir=folder) as output, tempfile.TemporaryFile(dir=folder) as errors:
        try:
            process = subprocess.Popen(
                argv,
                cwd=folder,
                env={**os.environ, "HOME": str(folder), **(environment or {})},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=errors,
                preexec_fn=_die_with_parent if sys.platform == "linux" else None,
            )
        except OSError as error:
            raise DocumentError(
                f"The program {name} does not start: {error.strerror or error}.",
                state="unsupported",
                fix="See that it is installed and that you may run it.",
            ) from error
        try:
            code = process.wait(max(seconds, 0.1))
        except subprocess.TimeoutExpired as error:
            process.kill()
            process.wait()
            raise too_slow(seconds) from error
        return Ended(code, _text(output), _text(errors))


def _die_with_parent() -> None:
    """Run in the new process: it is ended when this one ends (prctl(2))."""
    ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL, 0, 0, 0)


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read(_LONGEST_ANSWER).decode("utf-8", "replace")
