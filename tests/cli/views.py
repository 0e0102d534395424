"""Views made by hand, so that drawing can be looked at without running anything."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from casework.sdk.views import CellView, RowView, TableView, WorksheetView
from casework.types.case import CaseDocument, CaseRecord
from casework.types.document import Box
from casework.types.procedure import Rule, Step
from casework.types.proof import UNPROVED, Citation, Proof
from casework.types.usage import NO_USAGE
from casework.types.values import ValueType

SHA = "ab" * 32
TEXT, MONEY, YES_NO = ValueType(), ValueType("money"), ValueType("yes/no")
SUPPLIER = Step("supplier", "Supplier", TEXT, "document")
NET = Step("net", "Net", MONEY, "document")
TOTAL = Step("total-due", "Total due", MONEY, "document")
AGREE = Step(
    "sums-agree",
    "Sums agree",
    YES_NO,
    "rule",
    references=("net", "total-due"),
    rule=Rule("{net} == {total-due}", "{Net} == {Total due}", ("net", "total-due")),
)
STEPS = (SUPPLIER, NET, TOTAL, AGREE)


def case(name: str, *documents: str) -> CaseRecord:
    """A case of documents that were read."""
    members = tuple(CaseDocument(SHA, document) for document in documents or (f"{name}.pdf",))
    return CaseRecord(name, "sheet", name, name, members)


def citation(quote: str, *, page: int = 1, place: str = "", name: str = "a.pdf") -> Citation:
    """A quote that was found letter by letter and bears its value."""
    box = Box(1, 2, 3, 4)
    return Citation(SHA, name, page, 0, len(quote), quote, (box,), "exact", "yes", place)


def cell(
    step: Step,
    shown: str = "",
    *,
    name: str = "one",
    proof: Proof = UNPROVED,
    absence: str = "",
    needs: str = "",
    reason: str = "",
    **changes: object,
) -> CellView:
    """A cell; with a value or an absence unless `changes` say otherwise."""
    state = "value" if shown else "absent" if absence else "idle"
    view = CellView(
        case_id=name,
        case_name=name,
        step_id=step.id,
        step_name=step.name,
        state=state,  # type: ignore[arg-type]
        shown=shown,
        value=shown or None,
        absence=absence,
        reason=reason,
        since="2026-01-02T03:04:05.000Z",
        waiting_for=None,
        proof=proof,
        proof_word=absence or (proof.kind if shown else ""),
        needs=needs,
        conflict=False,
        machine_shown="",
        verdict=None,
        model="",
        usage=NO_USAGE,
    )
    return replace(view, **changes)  # type: ignore[arg-type]


def quoted(step: Step, shown: str, **changes: object) -> CellView:
    """A cell whose value stands in its document."""
    return cell(step, shown, proof=Proof("quoted", (citation(shown),)), **changes)  # type: ignore[arg-type]


def row(name: str, amount: Decimal = Decimal("12.5")) -> RowView:
    """A case with four cells: two quoted, one that was not found, one derived."""
    return RowView(
        case(name),
        (
            quoted(SUPPLIER, f"{name} Trading Company of the Northern Isles Ltd", name=name),
            quoted(NET, f"EUR {amount:,.2f}", name=name),
            cell(
                TOTAL,
                name=name,
                absence="not_found",
                needs="not found: 3 pages read",
                reason="3 pages read",
            ),
            cell(AGREE, "no", name=name, proof=Proof("derived", steps=("net", "total-due"))),
        ),
    )


def table(*names: str, columns: tuple[Step, ...] = STEPS) -> TableView:
    """A worksheet of such cases."""
    count = len(names)
    sheet = WorksheetView("1", "invoices", "invoices.md", 1, count, count, "file", False, "")
    return TableView(sheet, columns, tuple(row(name) for name in names))
