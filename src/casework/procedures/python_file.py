"""Opens a Python file; runs not a line of it unless it is trusted here."""

from __future__ import annotations

import importlib.abc
import importlib.util
import linecache
import sys
from collections.abc import Callable
from pathlib import Path
from types import CodeType, ModuleType

from casework.base.errors import CaseworkError, Mistake, ProcedureError, UsageError
from casework.base.hashing import sha256_bytes

Trusted = Callable[[str], bool]
"""Whether the code with this sha256 is trusted on this machine."""


def trust_mark(data: bytes) -> str:
    """What is remembered of a file that somebody trusts: a changed file is another one."""
    return sha256_bytes(data)


class _Loader(importlib.abc.InspectLoader):
    """Runs exactly the text whose hash was trusted: no compiled file, no second reading."""

    def __init__(self, text: str, path: Path) -> None:
        self._text = text
        self._path = path

    def get_source(self, fullname: str) -> str:
        return self._text

    def get_code(self, fullname: str) -> CodeType:
        return self.source_to_code(self._text, str(self._path))


def open_module(path: Path, trusted: Trusted) -> tuple[ModuleType, str]:
    """The module that a file makes, and its text.

    Raises `UsageError` while the file is not trusted, `ProcedureError` when it fails.
    """
    data = path.read_bytes()
    mark = trust_mark(data)
    if not trusted(mark):
        raise UsageError(
            f"{path} holds code that is not trusted on this machine, so nothing of it was run.",
            fix=f"Read it, then: casework procedure trust {path}",
            code="procedure.not_trusted",
        )
    text = importlib.util.decode_source(data)
    name = f"casework_procedure_{mark[:16]}"
    spec = importlib.util.spec_from_loader(name, _Loader(text, path), origin=str(path))
    if spec is None or spec.loader is None:
        raise UsageError(f"{path} is no Python file.", fix="Give it a name that ends in .py.")
    module = importlib.util.module_from_spec(spec)
    linecache.cache[str(path)] = (len(text), None, text.splitlines(keepends=True), str(path))
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except CaseworkError:
        raise
    except Exception as error:
        raise ProcedureError((_mistake(error, path),), name=str(path)) from error
    return module, text


def _mistake(error: Exception, path: Path) -> Mistake:
    """What went wrong while the file was run, at the last line of it that took part."""
    line = error.lineno or 1 if isinstance(error, SyntaxError) else 1
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == str(path):
            line = trace.tb_lineno
        trace = trace.tb_next
    return Mistake(line, "procedure.python_failed", f"{type(error).__name__}: {error}.", "Mend it.")
