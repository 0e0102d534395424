"""A step that a person fills: it waits, as a row in the store, until somebody decides."""

from __future__ import annotations

from casework.types.case import Outcome
from casework.types.needs import Blocked, StepTask
from casework.types.procedure import Method, Step


class PersonStep:
    """The kind `by: person`."""

    def method(self, step: Step) -> Method:
        """A person is no machine: nothing of it is versioned."""
        return Method("person", "1")

    def blocked(self, step: Step) -> Blocked:
        """Always: only a verdict fills it."""
        who = step.owner or "a person"
        return Blocked("person", f"waits for {who}; fill it with casework correct")

    async def run(self, task: StepTask) -> Outcome:
        """The wait itself."""
        blocked = self.blocked(task.step)
        return Outcome("waiting", waiting_for="person", reason=blocked.reason)
