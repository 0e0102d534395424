"""What may be added to casework, as data. It names code (`module:function`) and imports none, so
that it can be sent to another process and be imported only there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from casework.types.values import Json


class Magic(NamedTuple):
    """Bytes that stand at an offset of every file of a format."""

    offset: int
    data: bytes


@dataclass(frozen=True, slots=True)
class ReaderSpec:
    """A reader of one format.

    `name` and `version` are what its documents bear; both are in the fingerprint of every cell that
    reads one, so raise the version when what it gives changes. `format` is a new word, or one of
    those there are (`pdf`, `table`): readers of one format are tried in order, a plug-in's first.
    `shown` is the format in words with its article (`a sound recording`); '' where another reader
    of the format says it.

    `target` is `module:function`, called with a `Source`, giving a `Reading`
    (`casework.documents.reading`). A file is of the format when it bears one of the marks in
    `magic`, or when `sniff` (`module:function`, called with bytes and name) says so; a text also
    when `by_suffix` is set and its name ends in one of `suffixes`, unless its content says
    otherwise. `plain` says that the format is a kind of plain text, which no name belies. What is
    imported is imported in the reading process only. `plugin` is set by whoever loads it; '' is
    casework itself.
    """

    name: str
    format: str
    target: str
    version: str = ""
    shown: str = ""
    suffixes: tuple[str, ...] = ()
    media_types: tuple[str, ...] = ()
    magic: tuple[Magic, ...] = ()
    sniff: str = ""
    by_suffix: bool = False
    plain: bool = False
    plugin: str = ""


@dataclass(frozen=True, slots=True)
class OcrEngineSpec:
    """A program or library that finds words in pictures of pages.

    `target` is `module:function`; `modules` must be importable and `program` be found for it to be
    usable ('' when it needs none). `plugin` as for a reader.
    """

    name: str
    target: str
    version: str
    modules: tuple[str, ...] = ()
    program: str = ""
    plugin: str = ""


@dataclass(frozen=True, slots=True)
class EstimatorSpec:
    """What fits the models of steps from what people took.

    `target` is `module:function`, called with `many=True` or `False` and giving an estimator
    (`casework.learn.estimators.Estimator`). The name is that of the setting `learn.estimator`, and
    kept with every version that it fits. `plugin` as for a reader.
    """

    name: str
    target: str
    version: str
    plugin: str = ""


@dataclass(frozen=True, slots=True)
class PluginState:
    """A plug-in that was found: its name, the package it comes in and that one's version, what it
    offers in words, whether a setting switches it off, and what is wrong with it ('': nothing)."""

    name: str
    package: str
    version: str
    offers: tuple[str, ...] = ()
    off: bool = False
    problem: str = ""


def reader_row(spec: ReaderSpec) -> dict[str, Json]:
    """The reader as JSON."""
    return {
        "name": spec.name,
        "format": spec.format,
        "target": spec.target,
        "version": spec.version,
        "shown": spec.shown,
        "suffixes": list(spec.suffixes),
        "media_types": list(spec.media_types),
        "magic": [[mark.offset, mark.data.hex()] for mark in spec.magic],
        "sniff": spec.sniff,
        "by_suffix": spec.by_suffix,
        "plain": spec.plain,
        "plugin": spec.plugin,
    }


def reader_of(row: Json) -> ReaderSpec:
    """The reader that `reader_row` wrote."""
    assert isinstance(row, dict)
    marks = _list(row["magic"])
    return ReaderSpec(
        name=str(row["name"]),
        format=str(row["format"]),
        target=str(row["target"]),
        version=str(row["version"]),
        shown=str(row["shown"]),
        suffixes=_texts(row["suffixes"]),
        media_types=_texts(row["media_types"]),
        magic=tuple(
            Magic(int(str(at)), bytes.fromhex(str(data))) for at, data in map(_list, marks)
        ),
        sniff=str(row["sniff"]),
        by_suffix=row["by_suffix"] is True,
        plain=row["plain"] is True,
        plugin=str(row["plugin"]),
    )


def engine_row(spec: OcrEngineSpec) -> dict[str, Json]:
    """The engine as JSON."""
    return {
        "name": spec.name,
        "target": spec.target,
        "version": spec.version,
        "modules": list(spec.modules),
        "program": spec.program,
        "plugin": spec.plugin,
    }


def engine_of(row: Json) -> OcrEngineSpec:
    """The engine that `engine_row` wrote."""
    assert isinstance(row, dict)
    return OcrEngineSpec(
        name=str(row["name"]),
        target=str(row["target"]),
        version=str(row["version"]),
        modules=_texts(row["modules"]),
        program=str(row["program"]),
        plugin=str(row["plugin"]),
    )


def _list(row: Json) -> list[Json]:
    assert isinstance(row, list)
    return row


def _texts(row: Json) -> tuple[str, ...]:
    return tuple(map(str, _list(row)))
