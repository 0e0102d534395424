"""Instructions that learn: from the cells of a step that people corrected another wording is
proposed, shown with what it does to the cells they verified, and taken when somebody says so."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from casework.base.errors import ConflictError, ModelMissingError, NotFoundError, UsageError
from casework.observe.collect import collecting
from casework.procedures.edit import instruction_of
from casework.procedures.sharpened import Example, sharpened, with_examples
from casework.procedures.value_type import type_text
from casework.sdk.action import action
from casework.sdk.following import Followed, Following
from casework.sdk.learned.trials import LEARNING, tries_versions_alone
from casework.sdk.pick import pick_step
from casework.sdk.sharpening.cells import SpokenCells, spoken_cells
from casework.sdk.sharpening.effect import effect_of
from casework.sdk.wire import House
from casework.steps.sharpen import Dull, sharper
from casework.types.instruction import ProposedBy, SharperInstruction
from casework.types.procedure import Step
from casework.types.span import Whose
from casework.types.usage import NO_USAGE, Usage

if TYPE_CHECKING:
    from casework.store.records import WorksheetRecord

_ROLE = "best"
"""Who words instructions: the best model that is set."""
_WORDED = ("document", "model")
"""Kinds of steps that are carried out by their words."""


@dataclass(frozen=True, slots=True)
class _Wording:
    """Another wording and where it comes from."""

    by: ProposedBy
    instruction: str
    why: str
    model: str = ""
    usage: Usage = NO_USAGE


class Instructions:
    """The instructions of one worksheet's steps."""

    def __init__(self, house: House, record: WorksheetRecord, following: Following) -> None:
        self._house = house
        self._record = record
        self._following = following

    @action("edit")
    async def propose(
        self, step: str, *, notes: Sequence[str] = (), model: str = ""
    ) -> SharperInstruction:
        """Propose a sharper instruction for a step, by a language model (the role `best`, or
        `model`), or where none is set with corrected examples below the old one; and try it on the
        cells that people verified. Nothing is changed. Raises `NotFoundError` where nobody has
        corrected a cell of it, `ConflictError` while another change is pending."""
        followed = await self._settled()
        column = pick_step(followed.procedure, step)
        self._check(column)
        spoken = await spoken_cells(self._house, self._record.id, column)
        if not spoken.used and not notes:
            raise NotFoundError(
                f"Nobody has corrected a cell of {column.name} that everybody may read.",
                fix="Correct what is wrong first, with a note that says why: casework correct",
            )
        old = instruction_of(followed.text, column.id)
        said = await self._worded(followed, column, old, spoken, notes, model)
        text = sharpened(followed.text, column.id, said.instruction)
        shown, held_out = await effect_of(self._house, self._following, text, column, spoken)
        return SharperInstruction(
            column.id,
            column.name,
            said.by,
            old,
            instruction_of(text, column.id),
            said.why,
            _diff(followed.text, text, self._following.path.name),
            shown,
            held_out,
            len(spoken.used),
            spoken.left_out,
            text,
            followed.sha256,
            said.model,
            said.usage,
        )

    @action("edit")
    async def take(
        self, proposal: SharperInstruction, *, force: bool = False
    ) -> SharperInstruction:
        """Write a proposal into the procedure file, only the lines of that instruction; it is then
        a pending change like any edit. Raises `ConflictError` when it makes verified cells worse,
        unless forced, and when the file was edited since."""
        if proposal.worse and not force:
            raise ConflictError(
                f"With it fewer verified cells of {proposal.step_name} are right: {told(proposal)}",
                fix="Propose again with a note, or take it all the same: --force",
                code="instruction.worse",
            )
        await self._settled()
        await self._following.rewrite(proposal.text, over=proposal.over)
        return replace(proposal, taken=True)

    async def _settled(self) -> Followed:
        """The procedure in force, while nothing else is pending beside it. What only tries learned
        versions, which nobody began, ends: they are offered again."""
        followed = await self._following.now()
        if self._following.path.suffix == ".py":
            raise UsageError(
                "The procedure is written in Python: its instructions are edited there.",
                fix="Change the text of the function in its file.",
            )
        changes = self._house.store.changes
        opened = await changes.open(self._record.id)
        if opened is not None and tries_versions_alone(opened, followed.sha256):
            await changes.close(opened.id, "dropped", LEARNING)
            opened = None
        if followed.pending or opened is not None:
            raise ConflictError(
                "Another change is pending, and the two could not be told apart.",
                fix="Adopt or drop it first: casework adopt, casework drop; or run: casework run",
            )
        return followed

    def _check(self, step: Step) -> None:
        if step.by not in _WORDED or step.type.name in ("table", "document"):
            raise UsageError(
                f"{step.name} is no single answer that somebody gives by its instruction.",
                fix="Name a step that reads documents or is reasoned by a model.",
            )

    async def _worded(
        self,
        followed: Followed,
        step: Step,
        old: str,
        spoken: SpokenCells,
        notes: Sequence[str],
        model: str,
    ) -> _Wording:
        """What is proposed: by a model where there is one, else with examples."""
        try:
            asked = self._house.gateway.name_of(model or _ROLE)
        except ModelMissingError:
            return self._with_examples(step, old, spoken, notes)
        wrong = tuple(cell.wrong for cell in spoken.used if cell.wrong is not None)
        preamble = followed.procedure.preamble
        dull = Dull(step.name, type_text(step.type), preamble, old, wrong, tuple(notes))
        with collecting(whose=Whose(step_id=step.id, worksheet_id=self._record.id)):
            found = await sharper(self._house.gateway, asked, dull)
        return _Wording("model", found.instruction, found.why, found.model, found.usage)

    def _with_examples(
        self, step: Step, old: str, spoken: SpokenCells, notes: Sequence[str]
    ) -> _Wording:
        if not self._house.steps().method(step).model:
            raise ConflictError(
                f"{step.name} is read without a language model: examples in words are of no use "
                "to it, and there is no model that could word the instruction anew.",
                fix="It learns from the corrections themselves: casework learn. Or set model.best.",
                code="instruction.no_reader",
            )
        examples: list[Example] = [cell.example for cell in spoken.used if cell.example is not None]
        if not examples and not notes:
            raise NotFoundError(
                f"No corrected cell of {step.name} has a passage that could be shown.",
                fix="Say in a note what is wrong: casework sharpen STEP --note '…'",
            )
        why = f"{len(examples)} corrected cells are shown as examples; no model is set to word it."
        return _Wording("examples", with_examples(old, examples, notes), why)


def told(proposal: SharperInstruction) -> str:
    """What a proposal does to verified cells, in a sentence."""
    parts = [
        f"of {effect.cells} {where} {effect.before} were right, and {effect.after} are"
        for effect, where in (
            (proposal.held_out, "held out"),
            (proposal.shown, "among the documents it was made from"),
        )
        if effect.cells
    ]
    return f"{'; '.join(parts)}." if parts else "No cell of it was verified."


def _diff(old: str, new: str, name: str) -> tuple[str, ...]:
    lines = difflib.unified_diff(old.splitlines(), new.splitlines(), name, name, lineterm="", n=2)
    return tuple(lines)
