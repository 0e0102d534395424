"""Settings and models of the workspace."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from casework.base.settings import Found
from casework.sdk.model_views import ModelTest, ModelView
from casework.serve.context import Here
from casework.serve.rest.asking import Id, router_of
from casework.serve.rest.shapes import Answer, Asked, Text, shape

router = router_of("settings")


class SettingShown(Answer):
    """A setting as it is in force."""

    name: str
    value: str | int | float | bool
    source: Annotated[str, Field(description="Where the value comes from.")]
    default: str | int | float | bool
    unit: str
    sentence: str


class SettingAsked(Asked):
    """A value for a setting."""

    value: Annotated[Text, Field(max_length=10_000, description="As one writes it; '': default.")]
    user: Annotated[bool, Field(description="For this user, not for the workspace.")] = False


class KeyAsked(Asked):
    """The key of a provider; '' takes it out."""

    key: Annotated[Text, Field(max_length=10_000)]


class KeyKept(Answer):
    """Where it is kept."""

    file: str


class ModelAsked(Asked):
    """A model, as `provider:model`."""

    model: Annotated[Text, Field(min_length=1, max_length=400)]


@router.get("/settings", response_model=list[SettingShown])
async def list_settings(here: Here) -> list[dict[str, object]]:
    """Every setting, with its value, its default and its source."""
    return [_shown(one) for one in await here.workspace.configuration.all()]


@router.put("/settings/{name}", response_model=SettingShown)
async def put(here: Here, name: Id, asked: SettingAsked) -> dict[str, object]:
    """Set one; it is looked at before it is kept, and reaches the running server."""
    changed = await here.workspace.configuration.put(name, asked.value, user=asked.user)
    return _shown(changed.found)


@router.get("/models", response_model=list[shape(ModelView)])  # type: ignore[misc]
async def models(here: Here) -> list[ModelView]:
    """The providers of models that are configured; keys are never shown."""
    return await here.workspace.configuration.providers()


@router.put("/models/{provider}/key", response_model=KeyKept)
async def keep_key(here: Here, provider: Id, asked: KeyAsked) -> dict[str, object]:
    """Keep the key of a provider in the file of keys of the server's user; it is never shown."""
    return {"file": await here.workspace.configuration.keep_key(provider, asked.key)}


@router.post("/models/test", response_model=shape(ModelTest))
async def test(here: Here, asked: ModelAsked) -> ModelTest:
    """Ask a model one thing, to see whether it answers."""
    return await here.workspace.configuration.check(asked.model)


def _shown(one: Found) -> dict[str, object]:
    return {
        "name": one.name,
        "value": one.value,
        "source": one.source,
        "default": one.setting.default,
        "unit": one.setting.unit,
        "sentence": one.setting.sentence,
    }
