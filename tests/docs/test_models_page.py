"""docs/models.md tells every provider and dialect as the code has it."""

from __future__ import annotations

import pytest

from casework.models.names import ROLES, built_in_providers
from casework.models.wires.dialects import DIALECTS
from tests.docs.pages import page, rows


@pytest.mark.parametrize("name", sorted(built_in_providers()))
def test_every_provider_is_in_the_page_as_it_is(name: str) -> None:
    provider = built_in_providers()[name]
    key = f"`{provider.key_env}`" if provider.key_env else "none"
    address = f"`{provider.base_url}`" if provider.base_url else "your own"
    told = (f"`{name}`", address, key, provider.dialect.name)
    assert told in rows(page("models.md"))


@pytest.mark.parametrize("name", sorted(DIALECTS))
def test_every_dialect_has_its_row_with_its_field_for_tokens(name: str) -> None:
    told = {row[0]: row[-1] for row in rows(page("models.md")) if len(row) == 3}
    assert told[f"`{name}`"] == f"`{DIALECTS[name].tokens_field}`"


@pytest.mark.parametrize("role", ROLES)
def test_every_role_is_told(role: str) -> None:
    assert f"`model.{role}`" in page("models.md")
