"""The plug-ins that are installed, each tried: what it offers is imported where it would be used.

Knows nothing of what they do.
"""

from __future__ import annotations

from dataclasses import replace

from casework.base.errors import CaseworkError
from casework.base.settings import Settings
from casework.documents.fenced.workers import Workers
from casework.plugins.load import Plugins
from casework.sdk.wired.reading import limits_of, plugins_of, registry_of
from casework.types.plugin import PluginState

SWITCH_OFF = "Update or remove its package, or switch it off: casework settings set plugins.off {0}"


async def installed(settings: Settings) -> list[PluginState]:
    """Every plug-in that is installed, with what is wrong with it."""
    plugins = plugins_of(settings)
    if not any(spec.plugin for spec in plugins.readers):
        return _estimators_tried(plugins)
    async with Workers(limits_of(settings), count=1, registry=registry_of(plugins)) as workers:
        return await tried(plugins, workers)


async def tried(plugins: Plugins, workers: Workers) -> list[PluginState]:
    """The plug-ins as they stand after each of their readers was imported by a worker, and each of
    their estimators here, where it learns."""
    states = {state.name: state for state in _estimators_tried(plugins)}
    for spec in plugins.readers:
        state = states.get(spec.plugin)
        if state is None or state.problem:
            continue
        try:
            await workers.check(spec.name)
        except CaseworkError as error:
            states[spec.plugin] = replace(state, problem=error.message)
    return list(states.values())


def _estimators_tried(plugins: Plugins) -> list[PluginState]:
    states = {state.name: state for state in plugins.states}
    for spec in plugins.estimators:
        state = states.get(spec.plugin)
        if state is None or state.problem:
            continue
        from casework.learn.estimators import try_import

        try:
            try_import(spec)
        except CaseworkError as error:
            states[spec.plugin] = replace(state, problem=error.message)
    return list(states.values())
