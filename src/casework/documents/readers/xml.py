"""XML: names and values as readable pages; the places are paths (`/Invoice/Lines/Line[2]/Amount`).

Electronic invoices are shown in the order in which people read them. Nothing is fetched.
"""

from __future__ import annotations

from casework.documents.reading import Reading, Source, too_large
from casework.documents.trees.e_invoice import MEDIA_TYPE as INVOICE_TYPE
from casework.documents.trees.e_invoice import invoice_flow, invoice_of
from casework.documents.trees.records import written
from casework.documents.trees.xml_flow import flow_of
from casework.documents.trees.xml_tree import parse_xml
from casework.documents.typesetting.typeset import typeset

READER = "xml"
VERSION = "2"
MEDIA_TYPE = "application/xml"


def read(source: Source) -> Reading:
    """The pages of an XML file. One that is not well-formed is shown as it is written."""
    if len(source.text) > source.limits.characters:
        raise too_large(f"Its text is longer than {source.limits.characters:,} characters.")
    tree = parse_xml(source)
    facts: dict[str, str] = {}
    media_type, notes = MEDIA_TYPE, list(tree.notes)
    invoice = invoice_of(tree)
    if tree.root is None or tree.broken:
        notes.append(f"It is no valid XML ({tree.broken}), so it is shown as it is written.")
        flow = written(source.text)
    elif invoice is not None:
        facts, media_type = {"title": invoice.title, "standard": invoice.flavour}, INVOICE_TYPE
        flow = invoice_flow(tree, invoice)
    else:
        facts = {"root": tree.root.name[:200]}
        flow = flow_of(tree.root)
    made = typeset(flow, source)
    return Reading(
        media_type,
        READER,
        VERSION,
        made.pages,
        facts=facts,
        tables=made.tables,
        notes=(*notes, *made.notes),
    )
