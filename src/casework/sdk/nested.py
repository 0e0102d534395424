"""Cases with the rows of their tables, loaded a case at a time; and rows found by the names that
people give them (`acme/Lines/3`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from casework.base.errors import NotFoundError
from casework.base.ids import slug
from casework.engine.fan import fan_of, gather
from casework.engine.nested import as_rows
from casework.engine.nested_outlook import Loaded
from casework.review.acceptance import Acceptances
from casework.sdk.pages import Pages, listed
from casework.sdk.pick import pick_case
from casework.sdk.rights import NOT_YOURS, READS_EVERYTHING, Rights
from casework.sdk.show import AtWork, proof_word, row_views, shown
from casework.sdk.standing import NOTHING_KNOWN, Standing
from casework.sdk.views import CellView, NestedView, RowView
from casework.sdk.wire import House
from casework.types.case import CaseRecord, Cell, Effective
from casework.types.nesting import DOT, has_rows, procedure_of_rows, read_type_of
from casework.types.procedure import Procedure, Step
from casework.types.proof import Proof
from casework.types.usage import NO_USAGE

_SLASH = "/"


@dataclass(slots=True)
class CaseTree:
    """A case, or a row of its table, with its cells and its own rows. `procedure` are its steps;
    `table` is the step whose row it is, `outer` what that table stands in."""

    case: CaseRecord
    procedure: Procedure
    cells: Mapping[str, Cell]
    table: Step | None = None
    outer: CaseTree | None = None
    made: Mapping[str, str] = field(default_factory=dict)
    families: dict[str, list[CaseTree]] = field(default_factory=dict)

    @property
    def top(self) -> CaseTree:
        """The case that it is a row of, to whatever depth; itself for a case."""
        return self if self.outer is None else self.outer.top

    @property
    def path(self) -> str:
        """What stands before the id of a step in its path: '' for a case, `lines.` for a row."""
        if self.outer is None or self.table is None:
            return ""
        return f"{self.outer.path}{self.table.id}{DOT}"

    def every(self) -> Iterator[CaseTree]:
        """Itself and all its rows, to any depth."""
        yield self
        for family in self.families.values():
            for row in family:
                yield from row.every()

    def loaded(self) -> Loaded:
        """The same as the engine looks at it."""
        families = {id: [row.loaded() for row in rows] for id, rows in self.families.items()}
        return Loaded(self.case, self.cells, self.made, families)

    def holder(self, reference: str) -> CaseTree:
        """The case or row beside whose steps a reference stands."""
        first, through = reference.partition(DOT)[0], DOT in reference
        at = self
        while at.outer is not None:
            step = at.procedure.by_id.get(first)
            if step is not None and (step.nested or not through):
                return at
            at = at.outer
        return at

    def rows_in(self, tables: list[str]) -> list[CaseTree]:
        """Its rows inside these tables."""
        found = [self]
        for table in tables:
            found = [row for one in found for row in one.families.get(table, ())]
        return found


async def load_tree(
    house: House, worksheet_id: str, procedure: Procedure, case: CaseRecord
) -> CaseTree:
    """A case with all its rows."""
    tree = CaseTree(case, procedure, await house.store.cells.of_case(case.id))
    if has_rows(procedure):
        await _load(house, await house.store.rows.sheets(worksheet_id), [tree], "")
    return tree


async def _load(
    house: House, sheets: Mapping[str, str], trees: list[CaseTree], around: str
) -> None:
    tables = [step for step in trees[0].procedure.steps if step.nested] if trees else []
    if not tables:
        return
    made = await house.store.rows.made_from([tree.case.id for tree in trees])
    for tree in trees:
        tree.made = {table.id: made.get((tree.case.id, table.id), "") for table in tables}
    for table in tables:
        path = f"{around}{DOT}{table.id}" if around else table.id
        sheet = sheets.get(path, "")
        found = await house.store.rows.of(sheet, [tree.case.id for tree in trees]) if sheet else {}
        for tree in trees:
            records = found.get(tree.case.id, [])
            cells = await house.store.cells.of_rows(tree.case.id, sheet) if records else {}
            level = procedure_of_rows(tree.procedure, table)
            tree.families[table.id] = [
                CaseTree(record, level, cells.get(record.id, {}), table, tree)
                for record in as_rows(tree.case, table, records, cells)
            ]
        inner = [row for tree in trees for row in tree.families[table.id]]
        await _load(house, sheets, inner, path)


async def find_tree(
    house: House, pages: Pages, worksheet_id: str, procedure: Procedure, wanted: str
) -> CaseTree:
    """The case of this name, or the row (`acme/Lines/3`); its rows are loaded with it, and what is
    around it. Raises `NotFoundError` with the rows that there are."""
    words = wanted.strip()
    pieces = words.split(_SLASH)
    for cut in range(len(pieces) - 2, 0, -2):
        chain = list(zip(pieces[cut::2], pieces[cut + 1 :: 2], strict=False))
        if not _is_chain(procedure, chain) or (len(pieces) - cut) % 2:
            continue
        try:
            case = await pages.pick(_SLASH.join(pieces[:cut]))
        except NotFoundError:
            continue
        tree = await load_tree(house, worksheet_id, procedure, case)
        for table, row in chain:
            tree = _row(tree, table, row)
        return tree
    return await load_tree(house, worksheet_id, procedure, await pages.pick(words))


def _is_chain(procedure: Procedure, chain: list[tuple[str, str]]) -> bool:
    """Whether these are tables inside each other."""
    steps = procedure.steps
    for name, _ in chain:
        table = _table(steps, name)
        if table is None:
            return False
        steps = table.nested
    return bool(chain)


def _table(steps: tuple[Step, ...], name: str) -> Step | None:
    word = name.strip()
    called = (s for s in steps if s.nested and (s.name.casefold() == word.casefold()))
    named = (s for s in steps if s.nested and s.id in (word, slug(word)))
    return next(called, None) or next(named, None)


def _row(tree: CaseTree, name: str, wanted: str) -> CaseTree:
    table = _table(tree.procedure.steps, name)
    rows = tree.families.get(table.id, []) if table else []
    word = wanted.strip()
    if word.isdecimal() and 1 <= int(word) <= len(rows):
        return rows[int(word) - 1]
    if rows and not word.isdecimal():
        found = pick_case([row.case for row in rows], word)
        return next(row for row in rows if row.case is found)
    named = table.name if table else name
    raise NotFoundError(
        f"This case has no row {wanted!r} in {named}.",
        fix=f"It has {listed([str(row.case.position) for row in rows])}."
        if rows
        else f"{named} has no rows yet: casework run.",
    )


def row_view(
    tree: CaseTree,
    *,
    at_work: AtWork,
    standing: Standing = NOTHING_KNOWN,
    house: House,
) -> RowView:
    """A case made ready to be looked at, with the rows of its tables."""
    stale = standing.of_rows(tree.loaded())
    return _row_view(tree, at_work, stale, house, standing.acceptances)


def _row_view(
    tree: CaseTree,
    at_work: AtWork,
    stale: Mapping[str, Mapping[str, str]],
    house: House,
    acceptances: Acceptances,
) -> RowView:
    case = tree.case
    views = row_views(
        tree.procedure.steps,
        case,
        tree.cells,
        at_work=at_work,
        now=house.clock.now(),
        outdated=stale.get(case.id, {}),
        beside=columns_read(tree),
        rights=house.rights,
        acceptances=acceptances,
    )
    hidden = {view.step_id for view in views if view.hidden}
    nested = tuple(
        NestedView(
            step,
            step.nested,
            ()
            if step.id in hidden
            else tuple(
                _row_view(row, at_work, stale, house, acceptances)
                for row in tree.families.get(step.id, ())
            ),
        )
        for step in tree.procedure.steps
        if step.nested
    )
    return RowView(house.rights.case(case), views, nested)


def columns_read(tree: CaseTree) -> dict[str, tuple[Step, Cell]]:
    """What the steps of a case or row read that does not stand beside them, by reference: of a
    column of all rows the cell that is least proved."""
    found: dict[str, tuple[Step, Cell]] = {}
    for step in tree.procedure.steps:
        for reference in step.references:
            if reference in tree.procedure.by_id or reference in found:
                continue
            *tables, last = reference.split(DOT)
            behind = tree.holder(reference).rows_in(tables)
            cells = [row.cells[last] for row in behind if last in row.cells]
            if behind and cells:
                named = replace(behind[0].procedure.step(last), id=reference)
                if tables:
                    named = replace(named, name=name_of(tree, reference))
                found[reference] = (named, _least_proved(cells))
    return found


def _least_proved(cells: list[Cell]) -> Cell:
    def weak(cell: Cell) -> bool:
        outcome = cell.machine.outcome if cell.machine else None
        proved = outcome is None or outcome.proof.solid or outcome.absence is not None
        return cell.human is None and not proved

    return next((cell for cell in cells if weak(cell)), cells[0])


def input_views(
    tree: CaseTree,
    step: Step,
    views: Mapping[str, CellView],
    rights: Rights = READS_EVERYTHING,
) -> tuple[CellView, ...]:
    """What a step reads, as people see it: cells beside it, around its table, and columns of all
    rows as one."""
    return tuple(
        views[reference] if reference in views else _read_view(tree, reference, rights)
        for reference in step.references
    )


def name_of(tree: CaseTree, reference: str) -> str:
    """A reference in the words of the headings: `Lines.Amount`."""
    at, names = tree.holder(reference).procedure.steps, []
    for id in reference.split(DOT):
        step = next(one for one in at if one.id == id)
        names.append(step.name)
        at = step.nested
    return DOT.join(names)


def _read_view(tree: CaseTree, reference: str, rights: Rights) -> CellView:
    holder = tree.holder(reference)
    *tables, last = reference.split(DOT)
    if not tables:
        views = row_views(holder.procedure.steps, holder.case, holder.cells, rights=rights)
        return next(view for view in views if view.step_id == last)
    rows = holder.rows_in(tables)
    level = holder.procedure.steps
    for table in tables:
        level = next(one for one in level if one.id == table).nested
    step = next(one for one in level if one.id == last)
    values = [row.cells[last].effective() if last in row.cells else None for row in rows]
    fan = fan_of([value.digest if value else "" for value in values])
    hidden = any(value and not rights.may_read(value.label) for value in values)
    whole = None if hidden else gather(values, step.type, (reference,), fan)
    return _column_view(
        holder.case,
        replace(
            step,
            id=reference,
            name=name_of(tree, reference),
            type=read_type_of(reference, step),
        ),
        whole if fan.digest else None,
        NOT_YOURS if hidden else fan.reason,
    )


def _column_view(case: CaseRecord, step: Step, whole: Effective | None, reason: str) -> CellView:
    proof = whole.proof if whole else Proof("derived")
    absence = whole.absence if whole else ""
    told = shown(whole.value, absence, step) if whole and not absence else ""
    return CellView(
        case.id,
        case.name,
        step.id,
        step.name,
        "value" if whole else "waiting",
        told or ("none" if whole and not absence else ""),
        whole.value if whole else None,
        absence,
        reason,
        "",
        None if whole else "input",
        proof,
        proof_word(proof, absence, "", verified=False),
        "",
        False,
        "",
        None,
        "",
        NO_USAGE,
        provisional=whole.provisional if whole else "",
    )
