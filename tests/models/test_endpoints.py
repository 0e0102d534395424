from __future__ import annotations

import pytest

from casework.base.errors import ModelMissingError, SettingsError
from casework.models.endpoints import Endpoints, Setting, build_endpoints


def _endpoints(
    roles: dict[str, str] | None = None,
    providers: dict[str, dict[str, Setting]] | None = None,
    keys: dict[str, str] | None = None,
) -> Endpoints:
    found = keys or {}
    return build_endpoints(
        roles=roles or {},
        providers=providers or {},
        find_key=lambda provider, variable: found.get(variable),
    )


def test_without_a_model_the_error_names_setting_and_variable() -> None:
    with pytest.raises(ModelMissingError) as caught:
        _endpoints().target("default")
    assert "No language model is configured." in str(caught.value)
    assert "model.default" in str(caught.value)
    assert "CASEWORK_MODEL_DEFAULT" in str(caught.value)


def test_a_role_that_is_not_set_falls_back_to_the_default() -> None:
    endpoints = _endpoints({"default": "ollama:a", "best": "ollama:b", "small": ""})
    assert endpoints.target("small").model == "a"
    assert endpoints.target("best").model == "b"
    assert endpoints.target("").model == "a"


def test_an_unset_role_without_default_names_both_settings() -> None:
    with pytest.raises(ModelMissingError, match=r"role best.*model\.default or model\.best"):
        _endpoints().target("best")


def test_a_word_that_is_no_role_is_refused() -> None:
    with pytest.raises(SettingsError, match="neither a role nor provider:model"):
        _endpoints({"default": "ollama:a"}).target("gpt-5")


def test_a_missing_key_is_told_with_the_name_of_its_variable() -> None:
    with pytest.raises(ModelMissingError, match="OPENAI_API_KEY") as caught:
        _endpoints({"default": "openai:gpt-5"}).target("default")
    assert caught.value.code == "model.key_missing"


def test_a_key_never_shows_in_what_is_printed() -> None:
    endpoints = _endpoints({"default": "openai:gpt-5"}, keys={"OPENAI_API_KEY": "sk-very-secret"})
    target = endpoints.target("default")
    assert target.key == "sk-very-secret"
    assert "secret" not in repr(target) + str(target) + repr(endpoints)


def test_a_provider_that_nobody_configured_is_not_called_though_a_procedure_names_it() -> None:
    endpoints = _endpoints({"default": "ollama:a"}, keys={"MISTRAL_API_KEY": "k"})
    with pytest.raises(ModelMissingError, match=r"nothing is sent to api\.mistral\.ai:443"):
        endpoints.target("mistral:mistral-large")
    assert endpoints.hosts == frozenset({"localhost:11434"})


def test_a_model_on_this_machine_may_be_named_without_configuration() -> None:
    assert _endpoints().target("ollama:llama3.2").provider.base_url.startswith("http://localhost")


def test_an_unknown_provider_is_told_with_the_nearest_one() -> None:
    with pytest.raises(ModelMissingError, match=r"Did you mean openai\?"):
        _endpoints().target("opnai:gpt-5")


def test_a_provider_of_ones_own_needs_only_an_address() -> None:
    endpoints = _endpoints({"default": "house:m"}, {"house": {"base_url": "http://10.0.0.5:8/v1/"}})
    target = endpoints.target("default")
    assert target.provider.base_url == "http://10.0.0.5:8/v1"
    assert target.provider.dialect.name == "compatible"
    assert endpoints.hosts == frozenset({"10.0.0.5:8"})


def test_a_built_in_provider_keeps_what_is_not_changed() -> None:
    endpoints = _endpoints(providers={"openai": {"concurrency": 3}}, keys={"OPENAI_API_KEY": "k"})
    provider = endpoints.target("openai:x").provider
    assert (provider.concurrency, provider.dialect.name) == (3, "openai")
    assert provider.host == "api.openai.com:443"


@pytest.mark.parametrize(
    ("told", "complaint"),
    [
        ({}, "has no address"),
        ({"base_url": "localhost:8000"}, "is not an address"),
        ({"base_url": "ftp://x/v1"}, "is not an address"),
        ({"base_url": "http://x:99999/v1"}, "is not an address"),
        ({"base_url": "http://me:pass@x/v1"}, "holds a name or password"),
        ({"base_url": "http://x/v1?key=1"}, "has a `\\?`"),
        ({"base_url": "http://x/v1", "dialect": "opnai"}, "Did you mean openai"),
        ({"base_url": "http://x/v1", "proxy": "http://me:pass@p:1"}, "proxy holds a name or pass"),
        ({"base_url": "http://x/v1", "proxy": "socks5://p:1"}, "not an address of a proxy"),
        ({"base_url": "http://x/v1", "proxy": "p:99999"}, "not an address of a proxy"),
    ],
)
def test_a_provider_that_cannot_be_is_refused_with_the_setting(
    told: dict[str, Setting], complaint: str
) -> None:
    with pytest.raises(SettingsError, match=complaint) as caught:
        _endpoints(providers={"house": told})
    assert "pass@" not in str(caught.value)


def test_azure_waits_for_the_address_that_everybody_has_of_their_own() -> None:
    keys = {"AZURE_OPENAI_API_KEY": "k"}
    unset = _endpoints({"default": "azure:my-gpt"}, keys=keys)
    with pytest.raises(ModelMissingError, match=r"provider\.azure\.base_url") as caught:
        unset.target("default")
    assert caught.value.code == "model.address_missing"
    assert unset.hosts == frozenset()
    address = "https://r.openai.azure.com/openai/v1"
    told = _endpoints({"default": "azure:my-gpt"}, {"azure": {"base_url": address}}, keys)
    assert told.target("default").key == "k"
    assert told.hosts == frozenset({"r.openai.azure.com:443"})


def test_the_role_vision_falls_back_to_the_default() -> None:
    assert _endpoints({"default": "ollama:a"}).target("vision").model == "a"
    assert _endpoints({"default": "ollama:a", "vision": "ollama:b"}).target("vision").model == "b"


def test_a_provider_keeps_its_own_way_out_and_others_have_none() -> None:
    told: dict[str, dict[str, Setting]] = {
        "openai": {"proxy": "proxy.example:3128", "ca": "/ca.pem"},
        "mistral": {"concurrency": 2},
    }
    providers = _endpoints(providers=told).providers
    own = providers["openai"].network
    assert own is not None
    assert (own.proxy, own.ca_file) == ("http://proxy.example:3128", "/ca.pem")
    assert providers["mistral"].network is None
