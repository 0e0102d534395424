"""What reads documents as the settings want it: plug-ins, OCR and what one file may cost."""

from __future__ import annotations

import os
from dataclasses import replace

from casework.base.settings import Settings
from casework.documents.fenced.workers import Workers
from casework.documents.formats import built_in
from casework.documents.formats.registry import Registry
from casework.documents.ocr.recognition import Recognition
from casework.documents.reading import Limits
from casework.learn import built_in as learning_built_in
from casework.plugins.load import Plugins
from casework.plugins.load import load as load_plugins
from casework.store.store import Store

_MB = 1 << 20


def plugins_of(settings: Settings) -> Plugins:
    """What we and the installed plug-ins offer, but for those that are switched off."""
    off = {name.strip() for name in settings.text("plugins.off").split(",")}
    return load_plugins([built_in, learning_built_in], off=off)


def registry_of(plugins: Plugins) -> Registry:
    """The readers and OCR engines that reading processes are told of."""
    return Registry(plugins.readers, plugins.ocr_engines)


def limits_of(settings: Settings) -> Limits:
    """What one file may cost."""
    return Limits(
        seconds=settings.number("parse.seconds"),
        memory_mb=settings.integer("parse.memory"),
        pages=settings.integer("parse.pages"),
        file_bytes=settings.integer("parse.file") * _MB,
    )


def recognition_of(settings: Settings, plugins: Plugins, store: Store | None) -> Recognition:
    """What reads text in pictures, in processes of its own."""
    limits = replace(
        limits_of(settings),
        seconds=settings.number("documents.ocr_seconds"),
        memory_mb=settings.integer("documents.ocr_memory"),
    )
    count = settings.integer("documents.ocr_workers") or max(1, (os.cpu_count() or 1) // 2)
    return Recognition(
        Workers(limits, count=count, registry=registry_of(plugins)),
        plugins.ocr_engines,
        wanted=settings.text("documents.ocr"),
        languages=settings.text("documents.ocr_languages"),
        memory=None if store is None else store.recognised,
    )
