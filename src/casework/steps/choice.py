"""Which model a step asks: a role, a name, or none."""

from __future__ import annotations

from dataclasses import dataclass

from casework.base.errors import CaseworkError, ModelMissingError
from casework.models.endpoints import DEFAULT_ROLE, Endpoints
from casework.types.needs import Blocked
from casework.types.procedure import Step

EMBEDDED = "embedded"
_ONE_READER = ("document", "table")
"""Types of which nobody says as a whole how sure they are: an order of readers is not for them."""


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """Chooses among the configured models. `extract_with_model` says whether a default model, once
    it is set, also reads the documents; `order` who reads those of a step that names nobody, each
    what the one before was not sure enough of."""

    endpoints: Endpoints
    extract_with_model: bool = True
    order: tuple[str, ...] = ()

    def of(self, step: Step) -> str:
        """The model of this step, as `provider:model`; '' when none is set for it."""
        try:
            return str(self.endpoints.name_of(_wanted(step)))
        except ModelMissingError:
            return ""

    def reads_with_model(self, step: Step) -> bool:
        """Whether a step over documents is read by a model rather than the embedded extractor.

        A model that is set but cannot be asked makes its steps wait: a key that is missing in one
        shell must not put another reader's values in force.
        """
        if readers := self.readers_of(step):
            return readers[0] != EMBEDDED
        if step.model == EMBEDDED:
            return False
        if step.model:
            return True
        return self.extract_with_model and bool(self.endpoints.roles.get(DEFAULT_ROLE))

    def readers_of(self, step: Step) -> tuple[str, ...]:
        """Who reads a step over documents one after the other; empty where one reader does. Roles
        of the default order for which no model is set are left out."""
        if step.readers or step.by != "document":
            return step.readers
        named = step.model or step.second or step.split or not self.extract_with_model
        if named or step.type.name in _ONE_READER:
            return ()
        return tuple(name for name in self.order if name == EMBEDDED or self._is_set(name))

    def _is_set(self, name: str) -> bool:
        return ":" in name or bool(self.endpoints.roles.get(name))

    def blocked(self, step: Step) -> Blocked | None:
        """Why no model can be asked for this step, and what would wake it; None when one can."""
        try:
            self.endpoints.target(_wanted(step))
        except CaseworkError as error:
            return Blocked("model", f"needs a model: {error}")
        return None


def _wanted(step: Step) -> str:
    return "" if step.model == EMBEDDED else step.model
