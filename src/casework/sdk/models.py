"""Models as people see them: which are configured, what they lack, whether they answer."""

from __future__ import annotations

import time

from casework.base.errors import CaseworkError
from casework.models.endpoints import Endpoints
from casework.models.gateway import Gateway
from casework.models.names import ROLES
from casework.sdk.views import ModelTest, ModelView
from casework.types.usage import NO_USAGE


def list_providers(endpoints: Endpoints) -> list[ModelView]:
    """Every provider that is configured or known, configured ones first."""
    used: dict[str, list[str]] = {}
    for role in ROLES:
        model = endpoints.roles.get(role)
        if model:
            used.setdefault(model.partition(":")[0], []).append(f"{role} = {model}")
    views = [
        _view(endpoints, name, tuple(used.get(name, ()))) for name in sorted(endpoints.providers)
    ]
    return sorted(views, key=lambda view: (not view.used_by, view.name))


def _view(endpoints: Endpoints, name: str, used_by: tuple[str, ...]) -> ModelView:
    provider = endpoints.providers[name]
    needs_key = bool(provider.key_env)
    has_key = bool(endpoints.find_key(name, provider.key_env)) if needs_key else True
    key = ("set" if has_key else f"set {provider.key_env}") if needs_key else "none needed"
    problem = "" if has_key or not used_by else f"its key is missing: set {provider.key_env}"
    warning = f"sent unencrypted to {provider.host} (http://)" if provider.unencrypted else ""
    return ModelView(name, provider.base_url, provider.dialect.name, key, problem, used_by, warning)


async def check_model(gateway: Gateway, model: str) -> ModelTest:
    """Ask a model for one word and time it; what goes wrong is told, not raised."""
    began = time.perf_counter()
    try:
        checked = await gateway.check(model)
    except CaseworkError as error:
        return ModelTest(model, False, str(error), time.perf_counter() - began, NO_USAGE)
    message = f"{checked.answered_by} answered: {checked.text.strip()[:60]}"
    return ModelTest(checked.model, True, message, checked.latency_s, checked.usage)
