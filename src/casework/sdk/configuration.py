"""The settings and models of an open workspace: shown, changed, and taken over while it runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from casework.base.errors import CaseworkError, RightsError
from casework.base.keys import key_file
from casework.base.settings import Found, Settings, load, specification
from casework.models.endpoints import Endpoints
from casework.models.names import ROLES
from casework.sdk.action import action
from casework.sdk.asking import models_that_settings_name
from casework.sdk.caps import caps_of
from casework.sdk.configuring import keep_key, set_setting, trust_settings, unset_setting
from casework.sdk.model_views import ModelTest, ModelTiming, ModelView
from casework.sdk.models import check_model, list_providers, time_model
from casework.sdk.outdating import Outdated, outdated_by
from casework.sdk.rights import rights_of
from casework.sdk.wire import House
from casework.sdk.wired.model_calls import endpoints_of, gateway_of
from casework.types.person import LOCAL

_AT_START = (
    "parse.", "documents.ocr", "pictures.", "plugins.", "rule.", "store.", "workspace.time_zone",
    "studio.host", "studio.port", "studio.public_name", "studio.certificate", "studio.key",
    "studio.behind_proxy",
)  # fmt: skip
"""How the names begin of settings that rooms are built from when a workspace is opened."""
_AT_THE_MACHINE = (
    "store.", "model.record", "model.replay", "studio.", "outside.", "person.", "plugins.",
)  # fmt: skip
_MODELS = ("model.", "provider.", "border.")
_FILES = ("ca", "client_cert", "client_key")
"""What names files, stores and doors of the machine is changed there alone: an account of a page,
even an owner's, is not the machine."""


@dataclass(frozen=True, slots=True)
class Changed:
    """What became of a change: the value in force, where it was written, what keeps the model from
    being asked, and whether it counts only once the workspace is opened anew."""

    found: Found
    file: str
    lacks: str = ""
    at_start: bool = False


class Configuration:
    """The settings of an open workspace."""

    def __init__(self, house: House) -> None:
        self._house = house

    @action("manage", noted=False)
    async def all(self) -> list[Found]:
        """Every setting with its value and where it came from."""
        return list(self._house.settings.all())

    @action("manage", noted=False)
    async def untrusted(self) -> list[Found]:
        """What the workspace's file says that does not count, since nobody trusted it here."""
        return sorted(self._settings().untrusted.values(), key=lambda item: item.name)

    @action("manage", on="name")
    async def put(self, name: str, value: str, *, user: bool = False) -> Changed:
        """Set a setting for the workspace, or for the user of this machine; '' takes it out. It is
        in force at once where that is possible."""
        self._check_place(name, user=user)
        folder = self._house.folder
        if value.strip():
            file = set_setting(folder, name, value, user=user)
        else:
            file = unset_setting(folder, name, user=user)
        await self._take_up(models=name.startswith(_MODELS))
        known = self._house.settings.found.get(name)
        spec = specification(name)
        found = known or Found(spec, name, spec.default, "default")
        return Changed(found, str(file), self._lacks(name), counts_at_start(name))

    @action("manage")
    async def trust(self) -> list[Found]:
        """Trust what the workspace's file says of models, providers, stores and doors."""
        self._check_machine("What came with a workspace")
        found = trust_settings(self._house.folder)
        await self._take_up()
        return found

    @action("manage", on="provider")
    async def keep_key(self, provider: str, key: str) -> str:
        """Keep the key of a provider in the key file of the machine's user (mode 0600), never in
        the workspace; '' removes it. Returns the file."""
        keep_key(self._house.folder, provider, key)
        await self._take_up()
        return str(key_file())

    @action("read")
    async def providers(self) -> list[ModelView]:
        """Every provider of models, and whether it is ready."""
        house = self._house
        learnt = await house.store.rates.all()
        others = models_that_settings_name(house.settings)
        return list_providers(house.endpoints, learnt=learnt, others=others)

    @action("manage", on="provider")
    async def models(self, provider: str) -> tuple[str, ...]:
        """The models that a provider says it has, as `provider:model`."""
        return await self._house.gateway.list_models(provider)

    @action("read")
    async def roles(self) -> dict[str, str]:
        """The model of each role, '' for none of its own."""
        return {role: self._house.settings.text(f"model.{role}") for role in ROLES}

    @action("manage", on="model")
    async def check(self, model: str) -> ModelTest:
        """Ask a model for one word and time it; what goes wrong is told, not raised."""
        return await check_model(self._house.gateway, model)

    @action("manage", on="model")
    async def time(self, model: str, *, calls: int = 5, at_once: int = 1) -> ModelTiming:
        """Ask a model several times for a short text and measure it."""
        return await time_model(self._house.gateway, model, calls, at_once)

    @action("manage", noted=False)
    async def outdated(self, settings: Mapping[str, str]) -> Outdated:
        """How many cells of all worksheets these settings (such as `model.default`) would put out
        of date until a run. Changes nothing."""
        return await outdated_by(self._house, settings)

    async def _take_up(self, *, models: bool = True) -> None:
        """Read the settings anew; models, budgets and whatever is looked up when it is used are in
        force from now on, for everybody. Without `models` the way out to them stays open."""
        house = self._house.base or self._house
        settings = self._settings()
        other = replace(house, settings=settings)
        if models:
            endpoints = endpoints_of(settings)
            gateway = gateway_of(endpoints, settings, house.store, house.purse, house.clock)
            other = replace(other, endpoints=endpoints, gateway=gateway)
        await self._house.take_over(other)
        house.purse.caps = caps_of(settings)
        house.rights = rights_of(settings.text("person.groups"))

    def _settings(self) -> Settings:
        """The settings as files and environment say now; flags stay."""
        house = self._house.base or self._house
        told = load(house.folder)
        flags = {name: one for name, one in house.settings.found.items() if one.source == "flag"}
        return replace(told, found={**told.found, **flags})

    def _lacks(self, name: str) -> str:
        prefix, _, role = name.partition(".")
        endpoints: Endpoints = self._house.endpoints
        if prefix != "model" or role not in ROLES or not self._house.settings.text(name):
            return ""
        try:
            endpoints.target(role)
        except CaseworkError as error:
            return str(error)
        return ""

    def _check_place(self, name: str, *, user: bool) -> None:
        specification(name)
        if name.startswith(_AT_THE_MACHINE) or name.rpartition(".")[2] in _FILES or user:
            self._check_machine(name if not user else "A setting of the machine's user")

    def _check_machine(self, what: str) -> None:
        person = self._house.person
        if person is not None and person.id != LOCAL:
            raise RightsError(
                f"{what} is changed at the machine alone.",
                fix="Whoever runs casework there sets it: casework settings set NAME VALUE",
                code="rights.at_the_machine",
            )


def counts_at_start(name: str) -> bool:
    """Whether a setting counts only once the workspace is opened anew."""
    return name.startswith(_AT_START)
