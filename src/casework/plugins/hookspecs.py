"""Every hook on one page. A plug-in is an installed package with an entry point in the group
`casework`, which names a module (or an object) that fills some of these hooks:

    from casework.plugins.hookspecs import hookimpl

    @hookimpl
    def casework_readers():
        return [ReaderSpec(...)]

casework's own readers come through the same door. A hook is called once, when a workspace is
opened, and gives data; what the data names is imported later and only where it is used.
docs/plugins.md has a complete plug-in.
"""

from __future__ import annotations

from collections.abc import Sequence

import pluggy

from casework.types.plugin import EstimatorSpec, OcrEngineSpec, ReaderSpec

GROUP = "casework"
"""The group of entry points, and the beginning of the name of every hook."""

hookspec = pluggy.HookspecMarker(GROUP)
hookimpl = pluggy.HookimplMarker(GROUP)


@hookspec
def casework_readers() -> Sequence[ReaderSpec]:
    """Readers of formats: new ones, or better ones for formats that there are."""
    return ()


@hookspec
def casework_ocr_engines() -> Sequence[OcrEngineSpec]:
    """Engines that find words in pictures, tried before our own in this order."""
    return ()


@hookspec
def casework_estimators() -> Sequence[EstimatorSpec]:
    """What fits the models of steps; the setting `learn.estimator` names the one that does."""
    return ()
