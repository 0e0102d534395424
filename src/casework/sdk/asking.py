"""Models asked from outside of a worksheet: listed, tested, timed; and their batch jobs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from casework.base.errors import CaseworkError, NotFoundError
from casework.base.settings import Settings, load
from casework.sdk.model_views import ModelTest, ModelTiming, ModelView
from casework.sdk.models import check_model, list_providers, time_model
from casework.types.batch import BatchJob

if TYPE_CHECKING:
    from casework.models.gateway import Gateway
    from casework.sdk.wire import House
    from casework.store.rates import LearntRate

_FALLBACK = "model.fallback."


async def models_in_force(workspace: Path | None) -> list[ModelView]:
    """Every provider that is configured or known, used ones first, with what its models cost and,
    in a workspace, how often they could be asked."""
    from casework.sdk.wired.model_calls import endpoints_of

    settings = load(workspace)
    learnt = [] if workspace is None else await _learnt(workspace)
    others = models_that_settings_name(settings)
    return list_providers(endpoints_of(settings), learnt=learnt, others=others)


def models_that_settings_name(settings: Settings) -> list[tuple[str, str]]:
    """Models that settings other than the roles name, as (setting, model)."""
    from casework.sdk.wired.model_calls import fallbacks_of

    return [
        (f"{_FALLBACK}{reason}", model)
        for reason, chain in fallbacks_of(settings).chains.items()
        for model in chain
    ]


async def models_of(workspace: Path | None, provider: str) -> tuple[str, ...]:
    """The models that a provider says it has, as `provider:model`. Asked is only a provider that a
    setting names, or one on this machine."""
    async with _gateway(workspace) as gateway:
        return await gateway.list_models(provider)


async def try_model(workspace: Path | None, model: str) -> ModelTest:
    """One tiny call to a model, recorded in the workspace if there is one. It goes out only to a
    provider that a setting names, or to this machine."""
    async with _gateway(workspace) as gateway:
        return await check_model(gateway, model)


async def time_calls(
    workspace: Path | None, model: str, calls: int, at_once: int = 1
) -> ModelTiming:
    """Several calls to a model, measured; recorded in the workspace if there is one."""
    async with _gateway(workspace) as gateway:
        return await time_model(gateway, model, calls, at_once)


async def batch_jobs(workspace: Path | None, *, collect: bool = False) -> list[BatchJob]:
    """The batch jobs of a workspace, newest first; with `collect` each open one is looked at and
    its answers are taken in before."""
    if workspace is None:
        raise NotFoundError(
            "There is no workspace here, and batch jobs belong to one.",
            fix="Name one with --workspace FOLDER.",
        )
    async with _house(workspace) as house:
        if collect:
            await house.gateway.collect_batches()
        return await house.store.batches.jobs()


async def _learnt(workspace: Path) -> list[LearntRate]:
    """What the workspace knows of rates; nothing when it cannot be opened, for a list of models is
    wanted then too."""
    try:
        async with _house(workspace) as house:
            return await house.store.rates.all()
    except CaseworkError:
        return []


@asynccontextmanager
async def _house(workspace: Path) -> AsyncIterator[House]:
    from casework.sdk.wire import build
    from casework.store.store import Store

    house = await build(workspace, Store.open_at)
    try:
        yield house
    finally:
        await house.close()


@asynccontextmanager
async def _gateway(workspace: Path | None) -> AsyncIterator[Gateway]:
    """The way out to models: that of the workspace, which records each call, or a bare one."""
    from casework.models.border import Border
    from casework.models.gateway import Gateway
    from casework.sdk.wired.model_calls import endpoints_of, outfit_of, transport_of

    if workspace is not None:
        async with _house(workspace) as house:
            yield house.gateway
        return
    settings = load()
    endpoints = endpoints_of(settings)
    border = Border(transport_of(endpoints), endpoints.hosts)
    gateway = Gateway(endpoints, border, outfit_of(settings, None))
    try:
        yield gateway
    finally:
        await gateway.close()
