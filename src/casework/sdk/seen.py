"""Plans and groups of what was set aside as the person who asks may see them: without the names and
reasons of cases that are not theirs to read. Counts stay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from casework.sdk.rights import NOT_YOURS
from casework.sdk.wire import House
from casework.store.aside import AsideCell
from casework.types.run import Plan, PlannedCell

_INSIDE = "/"
"""Stands in the name of a row between its case, its table and its number."""


@dataclass(frozen=True, slots=True)
class HiddenCases:
    """The cases of a worksheet of which not every document may be read: by id, with their rows, and
    by name what they are called instead."""

    ids: Mapping[str, str]
    names: Mapping[str, str]

    def name(self, name: str) -> str:
        """What a case or a row of this name is called."""
        for hidden, instead in self.names.items():
            if name == hidden or name.startswith(hidden + _INSIDE):
                return instead
        return name

    def plan(self, plan: Plan) -> Plan:
        """A plan that names none of them."""
        groups = (
            replace(group, cases=tuple(dict.fromkeys(map(self.name, group.cases))))
            for group in plan.groups
        )
        return replace(plan, groups=tuple(groups)) if self.names else plan

    def planned(self, cell: PlannedCell) -> PlannedCell:
        """A planned cell that names none of them."""
        return replace(cell, case_name=self.name(cell.case_name)) if self.names else cell

    def aside(self, found: Sequence[AsideCell]) -> list[AsideCell]:
        """Cells that were set aside, theirs without the reason, which may say what was read."""
        return [
            replace(cell, case_name=self.ids[cell.case_id], reason=NOT_YOURS)
            if cell.case_id in self.ids
            else cell
            for cell in found
        ]


async def hidden_cases(house: House, worksheet_id: str) -> HiddenCases:
    """Those of this worksheet, for the person who asks."""
    rights, ids, names = house.rights, dict[str, str](), dict[str, str]()
    if rights.all or not await house.store.readers.used():
        return HiddenCases(ids, names)
    async for case in house.store.cases.stream(worksheet_id):
        if rights.may_read_all(case.documents):
            continue
        shown = rights.case(case).name
        ids |= dict.fromkeys(await house.store.rows.family([case.id]), shown)
        if shown != case.name:
            names[case.name] = shown
    return HiddenCases(ids, names)
