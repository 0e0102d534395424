"""Steps of the type `document`, second readers and templates: who fills them, and where these keys
say nothing. Notes mistakes; knows how a step is written, not how it is carried out."""

from __future__ import annotations

from casework.procedures.findings import Findings
from casework.procedures.keys import EMBEDDED, Settings
from casework.procedures.reading_order import check_order
from casework.procedures.references import Names, compile_text
from casework.procedures.sections import sections_of
from casework.procedures.written import Written
from casework.types.procedure import By

_TEXT_OF_ITS_OWN = ("document",)


def document_by(settings: Settings, *, names_steps: bool) -> By | None:
    """Who fills a written document when `by` is left out; None for steps of another type."""
    if settings.template:
        return "rule"
    if settings.type is None or settings.type.name != "document":
        return None
    return "model" if names_steps and "from" not in settings.lines else "document"


def template_content(written: Written, findings: Findings) -> tuple[str, tuple[str, ...]]:
    """The text of a template with ids, and the steps that it reads."""
    text, read = compile_text(written.body, written.names, findings.at(written.body_line))
    if not read:
        findings.at(written.source.heading + 1).add(
            "procedure.nothing_to_read",
            f"The template of {written.source.name} names no step, so it would always be the same.",
            "Name one in braces, {Step name}, where its value is to stand.",
        )
    return text.strip("\r\n"), read


def check_writing(written: Written, by: By, findings: Findings) -> None:
    """Note what goes wrong with documents, templates and further readers in this step."""
    _check_template(written, by, findings)
    _check_readers(written, by, findings)
    check_order(written, by, findings)
    type = written.settings.type
    if by == "model" and type is not None and type.name == "document":
        _check_sections(written, written.names, findings)


def _check_template(written: Written, by: By, findings: Findings) -> None:
    settings, name = written.settings, written.source.name
    document = settings.type is not None and settings.type.name == "document"
    if settings.template and not document and "type" not in settings.broken:
        findings.at(settings.lines["template"]).add(
            "procedure.key_not_for",
            f"template: says nothing here, because the type of {name} is no document.",
            "Write - type: document, or take the line out.",
        )
    elif settings.template and by != "rule":
        findings.at(settings.lines["template"]).add(
            "procedure.key_not_for",
            f"A template is filled in without anybody's help, and {name} is filled by {by}.",
            f"Take out - by: {by}, or the template.",
        )
    elif document and by == "rule" and not settings.template:
        findings.at(written.source.heading + 1).add(
            "procedure.no_template",
            f"{name} is a document that no rule can give.",
            "Write - template: yes, and the text with {Step name} where a value is to stand.",
        )


def _check_readers(written: Written, by: By, findings: Findings) -> None:
    settings, name = written.settings, written.source.name
    if settings.third and not settings.second:
        findings.at(settings.lines["third"]).add(
            "procedure.key_not_for",
            "third: is who decides when two readers disagree, and there is no second.",
            "Add a line - second: yes, or take this one out.",
        )
    if not settings.second:
        return
    type = settings.type
    line = settings.lines["second"]
    if type is not None and type.name in _TEXT_OF_ITS_OWN:
        findings.at(line).add(
            "procedure.key_not_for",
            f"Two readers never write {name} in the same words, so they would never agree.",
            "Take the line out; every sentence of a document is checked by itself.",
        )
    for key, reader in (("second", settings.second), ("third", settings.third)):
        if reader == EMBEDDED and by == "model":
            findings.at(settings.lines[key]).add(
                "procedure.key_not_for",
                "The embedded extractor finds values in documents; it cannot reason.",
                f"Write - {key}: yes, or name a model.",
            )
        elif reader == EMBEDDED and settings.model == EMBEDDED:
            findings.at(settings.lines[key]).add(
                "procedure.key_not_for",
                f"{name} is read by the embedded extractor already, which finds the same again.",
                f"Name a model: - {key}: best, or provider:model.",
            )
    if settings.third and settings.third in (settings.second, settings.model):
        findings.at(settings.lines["third"]).add(
            "procedure.key_not_for",
            f"{settings.third} has read {name} already, so it cannot decide.",
            "Name another one, or take the line out: then a person decides.",
        )


def _check_sections(written: Written, names: Names, findings: Findings) -> None:
    """A section that a model writes from other steps needs some to write from."""
    before, sections = sections_of(written.body)
    shared, _ = compile_text(before, names, Findings())
    for section in sections:
        if not section.title or section.references or shared != before:
            continue
        findings.at(written.body_line + section.line).add(
            "procedure.nothing_to_read",
            f"The section {section.title} of {written.source.name} names no step to write from.",
            "Name one in braces, {Step name}; or write - by: document, to read the documents.",
        )
