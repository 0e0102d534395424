"""Finds plug-ins, asks each for what it offers, and tells what came of it.

A plug-in that is broken is left out and reported; it stops nothing. Plug-ins are packages that the
user installed beside casework, so their code is trusted. Knows nothing of what is done with it.
"""

from __future__ import annotations

import importlib.metadata
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeVar

import pluggy

from casework.plugins import hookspecs
from casework.types.plugin import EstimatorSpec, OcrEngineSpec, PluginState, ReaderSpec

_TARGET: Final = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*", re.ASCII)
_WORD: Final = re.compile(r"[a-z][a-z0-9_-]*", re.ASCII)
_SHOWN_ERROR: Final = 200


@dataclass(frozen=True, slots=True)
class Plugins:
    """What all plug-ins offer, the others' before our own, and how each plug-in stands."""

    readers: tuple[ReaderSpec, ...] = ()
    ocr_engines: tuple[OcrEngineSpec, ...] = ()
    estimators: tuple[EstimatorSpec, ...] = ()
    states: tuple[PluginState, ...] = ()


class _Unfit(ValueError):
    """What a plug-in offers cannot be used."""


_Spec = TypeVar("_Spec", ReaderSpec, OcrEngineSpec, EstimatorSpec)


def load(built_in: Sequence[object], *, off: Collection[str] = ()) -> Plugins:
    """What `built_in` and the installed plug-ins offer; those named in `off` are not imported."""
    ours = [_offered(plugin, "") for plugin in built_in]
    taken = {key: "casework" for each in ours for key in _keys(each)}
    others: list[Plugins] = []
    states: list[PluginState] = []
    for entry in _entries():
        state = PluginState(entry.name, *_package(entry))
        if entry.name in off:
            states.append(replace(state, off=True))
            continue
        try:
            offered = _offered(entry.load(), entry.name)
            _claim(offered, taken, entry.name)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - the border: one plug-in
            states.append(replace(state, problem=_said(error)))
            continue
        others.append(offered)
        states.append(replace(state, offers=offered.states[0].offers))
    return Plugins(
        tuple(reader for each in (*others, *ours) for reader in each.readers),
        tuple(engine for each in (*others, *ours) for engine in each.ocr_engines),
        tuple(one for each in (*others, *ours) for one in each.estimators),
        tuple(states),
    )


def _keys(offered: Plugins) -> list[str]:
    """What is offered, by kind and name."""
    readers = [f"reader {reader.name!r}" for reader in offered.readers]
    engines = [f"OCR engine {engine.name!r}" for engine in offered.ocr_engines]
    return readers + engines + [f"estimator {one.name!r}" for one in offered.estimators]


def _claim(offered: Plugins, taken: dict[str, str], name: str) -> None:
    """Take the names of what is offered; raises `_Unfit` when one is taken, and takes none then."""
    keys = _keys(offered)
    for key in keys:
        if key in taken or keys.count(key) > 1:
            raise _Unfit(f"its {key} has the name of one of {taken.get(key, name)}")
    taken.update(dict.fromkeys(keys, name))


def _entries() -> list[importlib.metadata.EntryPoint]:
    """The entry points of the group, by name; of two of one name the first that is found."""
    found: dict[str, importlib.metadata.EntryPoint] = {}
    for entry in importlib.metadata.entry_points(group=hookspecs.GROUP):
        found.setdefault(entry.name, entry)
    return [found[name] for name in sorted(found)]


def _package(entry: importlib.metadata.EntryPoint) -> tuple[str, str]:
    """The name and version of the package that an entry point comes from."""
    try:
        return (entry.dist.name, entry.dist.version) if entry.dist else ("", "")
    except (KeyError, TypeError):  # metadata without a name or version
        return "", ""


def _offered(plugin: object, name: str) -> Plugins:
    """What one plug-in offers. Raises whatever it raises, and `_Unfit`."""
    manager = pluggy.PluginManager(hookspecs.GROUP)
    manager.add_hookspecs(hookspecs)
    registered = manager.register(plugin)
    hooks = manager.get_hookcallers(plugin) or []
    if registered is None or not hooks:
        raise _Unfit("it fills no hook of casework")
    try:
        manager.check_pending()
    except pluggy.PluginValidationError as error:
        raise _Unfit("it fills a hook that this casework does not know") from error
    readers = list(_each(manager.hook.casework_readers, ReaderSpec))
    engines = list(_each(manager.hook.casework_ocr_engines, OcrEngineSpec))
    estimators = list(_each(manager.hook.casework_estimators, EstimatorSpec))
    if name:
        for reader in readers:
            _check_reader(reader)
        for engine in engines:
            _check_target(engine.target, f"the OCR engine {engine.name!r}")
        for one in estimators:
            _check_estimator(one)
    offers = (
        *(f"reads {reader.shown or reader.format}" for reader in readers),
        *(f"OCR by {engine.name}" for engine in engines),
        *(f"learns by {one.name}" for one in estimators),
    )
    return Plugins(
        tuple(replace(reader, plugin=name) for reader in readers),
        tuple(replace(engine, plugin=name) for engine in engines),
        tuple(replace(one, plugin=name) for one in estimators),
        (PluginState(name, "", "", offers),),
    )


def _each(call: Callable[[], Iterable[object]], kind: type[_Spec]) -> Iterator[_Spec]:
    for given in call():
        for spec in _listed(given):
            if not isinstance(spec, kind):
                raise _Unfit(f"it gives {type(spec).__name__} where {kind.__name__} is wanted")
            yield spec


def _listed(given: object) -> Iterable[object]:
    if not isinstance(given, (list, tuple)):
        raise _Unfit(f"a hook gives {type(given).__name__} where a list is wanted")
    return given


def _check_reader(reader: ReaderSpec) -> None:
    """Raise `_Unfit` for a reader that could never be used or not be told from others."""
    what = f"the reader {reader.name!r}"
    for word in (reader.name, reader.format):
        if not _WORD.fullmatch(word):
            raise _Unfit(f"{what}: {word!r} is no name (small letters, digits, - and _)")
    if not reader.version:
        raise _Unfit(f"{what} has no version")
    _check_target(reader.target, what)
    if reader.sniff:
        _check_target(reader.sniff, what)
    if any(mark.offset < 0 or not mark.data for mark in reader.magic):
        raise _Unfit(f"{what} has an empty mark, which every file would bear")
    if any(suffix != suffix.lower().lstrip(".") or not suffix for suffix in reader.suffixes):
        raise _Unfit(f"{what}: suffixes are written in small letters and without a dot")


def _check_estimator(spec: EstimatorSpec) -> None:
    """Raise `_Unfit` for an estimator that could never be chosen or not be told from others."""
    what = f"the estimator {spec.name!r}"
    if not _WORD.fullmatch(spec.name):
        raise _Unfit(f"{what}: {spec.name!r} is no name (small letters, digits, - and _)")
    if not spec.version:
        raise _Unfit(f"{what} has no version")
    _check_target(spec.target, what)


def _check_target(target: str, what: str) -> None:
    if not _TARGET.fullmatch(target):
        raise _Unfit(f"{what}: {target!r} is not of the form module:function")


def _said(error: BaseException) -> str:
    """An error in one short line."""
    if isinstance(error, _Unfit):
        return str(error)
    text = " ".join(str(error).split())[:_SHOWN_ERROR].rstrip(".")
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
