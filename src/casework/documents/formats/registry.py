"""Which readers there are and which one a file goes to. Holds data; imports a reader when it reads.

Readers of a format are tried in order. What a plug-in names is imported here and nowhere else, in
the process that reads.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import cast

from casework.base.errors import DocumentError
from casework.documents.formats.own import READERS
from casework.documents.reading import Reading, Source
from casework.types.plugin import (
    OcrEngineSpec,
    ReaderSpec,
    engine_of,
    engine_row,
    reader_of,
    reader_row,
)
from casework.types.values import Json

Read = Callable[[Source], Reading]
_SWITCH_OFF = "Update or remove that package, or switch it off: casework settings set plugins.off "


@dataclass(frozen=True)
class Registry:
    """All readers, those of plug-ins first, and all OCR engines in the same order."""

    readers: tuple[ReaderSpec, ...] = READERS
    engines: tuple[OcrEngineSpec, ...] = ()

    @cached_property
    def _formats(self) -> dict[str, tuple[ReaderSpec, ...]]:
        found: dict[str, tuple[ReaderSpec, ...]] = {}
        for spec in self.readers:
            found[spec.format] = (*found.get(spec.format, ()), spec)
        return found

    @cached_property
    def _suffixes(self) -> dict[str, ReaderSpec]:
        found: dict[str, ReaderSpec] = {}
        for spec in self.readers:
            for suffix in spec.suffixes:
                found.setdefault(suffix, spec)
        return found

    @cached_property
    def _plugins(self) -> tuple[ReaderSpec, ...]:
        return tuple(spec for spec in self.readers if spec.plugin)

    @property
    def packages(self) -> frozenset[str]:
        """The top-level packages that plug-ins' readers and engines are in."""
        targets = [spec.target for spec in self.readers if spec.plugin]
        targets += [spec.target for spec in self.engines if spec.plugin]
        return frozenset(target.partition(":")[0].partition(".")[0] for target in targets)

    @property
    def formats(self) -> tuple[str, ...]:
        """All formats that can be read."""
        return tuple(self._formats)

    def of(self, format: str) -> tuple[ReaderSpec, ...]:
        """The readers of a format, in the order in which they are tried."""
        return self._formats.get(format, ())

    def named(self, suffix: str) -> ReaderSpec | None:
        """The reader that a file name with this ending (small letters, no dot) speaks of."""
        return self._suffixes.get(suffix)

    def shown(self, format: str) -> str:
        """A format in words, with its article."""
        return next((spec.shown for spec in self.of(format) if spec.shown), format)

    def is_plain(self, format: str) -> bool:
        """Whether it is a kind of plain text, which no name belies."""
        return any(spec.plain for spec in self.of(format))

    @cached_property
    def seconds(self) -> Registry:
        """The same without the first reader of each format: for a file on which that one crashed.
        A format that has no other reader has none."""
        others: list[ReaderSpec] = []
        for first, *rest in self._formats.values():
            if rest:
                head = replace(rest[0], shown=first.shown, suffixes=first.suffixes)
                others += (head, *rest[1:])
        return Registry(tuple(others), self.engines)

    def claimed(self, data: bytes, name: str) -> tuple[str, tuple[str, ...]]:
        """The format that a plug-in says these bytes are ('' for none), and what went wrong while
        plug-ins were asked."""
        wrong: list[str] = []
        for spec in self._plugins:
            if any(data.startswith(mark.data, mark.offset) for mark in spec.magic):
                return spec.format, tuple(wrong)
            try:
                if spec.sniff and _imported(spec.sniff)(data, name):
                    return spec.format, tuple(wrong)
            except MemoryError:
                raise
            except Exception as error:  # noqa: BLE001 - the border: one plug-in
                wrong.append(
                    f"The plug-in {spec.plugin!r} could not look at the file "
                    f"({type(error).__name__}: {str(error)[:200]})."
                )
        return "", tuple(wrong)

    def to_json(self) -> dict[str, Json]:
        """The registry as JSON, for another process."""
        readers: list[Json] = [reader_row(spec) for spec in self.readers]
        return {"readers": readers, "engines": [engine_row(spec) for spec in self.engines]}


BUILT_IN = Registry()
"""Our own readers alone."""


def registry_of(row: Json) -> Registry:
    """The registry that `to_json` wrote."""
    assert isinstance(row, dict)
    readers, engines = row["readers"], row["engines"]
    assert isinstance(readers, list)
    assert isinstance(engines, list)
    return Registry(tuple(map(reader_of, readers)), tuple(map(engine_of, engines)))


def reader_function(spec: ReaderSpec) -> Read:
    """The function of a reader; raises `DocumentError` when it cannot be imported."""
    try:
        return cast("Read", _imported(spec.target))
    except MemoryError:
        raise
    except Exception as error:
        whose = f"The plug-in {spec.plugin!r}" if spec.plugin else "casework"
        fix = f"{_SWITCH_OFF}{spec.plugin}" if spec.plugin else "Install casework anew."
        raise DocumentError(
            f"{whose} has a reader for {spec.shown or spec.format}, which does not load "
            f"({type(error).__name__}: {str(error)[:200].rstrip('.')}).",
            state="unsupported",
            fix=fix,
        ) from error


def _imported(target: str) -> Callable[..., object]:
    """The function `module:function`. Raises whatever its import raises."""
    module, _, name = target.partition(":")
    found = getattr(importlib.import_module(module), name)
    if not callable(found):
        raise TypeError(f"{target} is no function")
    return cast("Callable[..., object]", found)
