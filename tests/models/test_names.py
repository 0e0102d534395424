from __future__ import annotations

import pytest

from casework.base.errors import SettingsError
from casework.models.hosts import host_of, is_loopback
from casework.models.names import ModelName, built_in_providers, parse_model_name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("openai:gpt-5-mini", ModelName("openai", "gpt-5-mini")),
        ("ollama:llama3.2:3b", ModelName("ollama", "llama3.2:3b")),
        ("openrouter:meta/llama-3:free", ModelName("openrouter", "meta/llama-3:free")),
    ],
)
def test_a_name_splits_at_its_first_colon_and_reads_back(text: str, name: ModelName) -> None:
    assert parse_model_name(text) == name
    assert str(name) == text


@pytest.mark.parametrize("text", ["gpt-5", ":gpt-5", "openai:", "", " : "])
def test_what_is_no_name_is_told_how_to_write_one(text: str) -> None:
    with pytest.raises(SettingsError, match="Write provider:model"):
        parse_model_name(text)


def test_every_built_in_provider_has_an_address_and_a_key_unless_it_is_here() -> None:
    for provider in built_in_providers().values():
        if provider.base_url or provider.name != "azure":  # where everybody has an own address
            assert provider.base_url.startswith(("https://", "http://localhost"))
        assert bool(provider.key_env) != is_loopback(provider.base_url)


@pytest.mark.parametrize(
    ("url", "host", "local"),
    [
        ("https://API.Example.com/v1", "api.example.com:443", False),
        ("http://127.8.9.1:5/x", "127.8.9.1:5", True),
        ("http://[::1]:8080/v1", "[::1]:8080", True),
        ("http://localhost", "localhost:80", True),
        ("http://localhost.example.com", "localhost.example.com:80", False),
        ("http://127.0.0.1.example.com", "127.0.0.1.example.com:80", False),
        ("http://10.0.0.1", "10.0.0.1:80", False),
    ],
)
def test_hosts_are_compared_with_their_port_and_only_this_machine_is_local(
    url: str, host: str, local: bool
) -> None:
    assert (host_of(url), is_loopback(url)) == (host, local)
