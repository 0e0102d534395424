"""Words of the studio that say what people do in it, and not at a terminal."""

from __future__ import annotations

import pytest

from casework.base.errors import ModelMissingError
from casework.models.endpoints import Endpoints
from casework.serve.words import plainly, reason_html


@pytest.mark.parametrize("role", ["default", "best"])
def test_a_missing_model_is_told_with_the_way_to_the_settings(role: str) -> None:
    with pytest.raises(ModelMissingError) as told:
        Endpoints({}, {}, frozenset(), lambda provider, variable: None).name_of(role)
    reason = f"Tone: {told.value}"
    assert "model.default" in reason
    assert plainly(reason) == "Tone: It needs a language model: add one in Settings, Models."
    assert '<a href="/settings/models">' in reason_html(reason)
    assert "model.default" not in reason_html(reason)


def test_any_other_reason_stays_as_it_is_and_is_inert() -> None:
    assert plainly("the rule says no") == "the rule says no"
    assert reason_html("<b>not</b> found") == "&lt;b&gt;not&lt;/b&gt; found"
