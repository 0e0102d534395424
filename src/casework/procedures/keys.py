"""Reads the key list of a step: each key, what it takes, and for which steps it has a meaning."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import cast

from casework.base.ids import slug
from casework.procedures.findings import Findings
from casework.procedures.markdown import KEYS, Key, Source, StepSource
from casework.procedures.names import RESERVED_IDS, fold, listed, nearest
from casework.procedures.value_type import read_type
from casework.types.procedure import BY_NAMES, REVIEW_POLICIES, By, ReviewPolicy
from casework.types.values import TYPE_NAMES, ValueType

NOT_HERE: dict[str, str] = {
    "action": "Outside actions come later. Use by: person, so that somebody does it and says so.",
    "lookup": "Looking things up comes later. Use a python step, or by: person.",
    "judge": "Judges come later. Use by: model for an answer, by: rule for a check.",
    "agent": "Agents come later. Use by: model, which reads the steps that it names in braces.",
}
"""Ways to fill a step that the design names and that are not built, and what to use instead."""

MODEL_ROLES = ("small", "best")
DEFAULT = "default"
"""The role that a step without `model` has; said only where several readers are named."""
EMBEDDED = "embedded"
"""The extractor without a language model."""

FOR_BY: dict[str, frozenset[str]] = {
    "from": frozenset({"document"}),
    "model": frozenset({"document", "model"}),
    "second": frozenset({"document", "model"}),
    "third": frozenset({"document", "model"}),
    "batch": frozenset({"document", "model"}),
    "readers": frozenset({"document"}),
}
"""Keys that only some kinds of steps can have."""

_OTHER_WORDS = {
    "extract": "document", "documents": "document", "llm": "model", "ai": "model",
    "formula": "rule", "expression": "rule", "human": "person", "people": "person",
    "function": "python", "code": "python",
}  # fmt: skip
_YES = {"yes": True, "true": True, "no": False, "false": False}
_NO_COLON = re.compile(
    r" {0,3}[-*+][ \t]+(type|by|review|many|template|batch)[ \t=]+([\w/]+)[ \t]*", re.IGNORECASE
)
_WORDS_OF: dict[str, tuple[str, ...]] = {
    "type": TYPE_NAMES,
    "by": BY_NAMES,
    "review": REVIEW_POLICIES,
    "many": tuple(_YES),
    "template": tuple(_YES),
    "batch": tuple(_YES),
}
_MODEL = re.compile(r"[a-z][\w.-]*:\S+")


@dataclass(frozen=True, slots=True)
class Settings:
    """What the keys of a step say; None or '' where they say nothing. `lines` tells the line
    (from 1) of each key that is there; `broken` names keys whose value could not be used."""

    type: ValueType | None = None
    by: By | None = None
    many: bool = False
    when: str = ""
    sources: tuple[str, ...] = ()
    model: str = ""
    review: ReviewPolicy = "unsure"
    split: str = ""
    owner: str = ""
    id: str = ""
    second: str = ""
    third: str = ""
    template: bool = False
    batch: bool = False
    readers: tuple[str, ...] = ()
    lines: Mapping[str, int] = field(default_factory=dict)
    broken: frozenset[str] = frozenset()


def read_keys(step: StepSource, findings: Findings) -> Settings:
    """The settings of a step; mistakes are noted at the line of their key."""
    settings = Settings(lines={key.name: key.first + 1 for key in reversed(step.keys)})
    seen: set[str] = set()
    broken: set[str] = set()
    for key in step.keys:
        here = findings.at(key.first + 1)
        before = len(here.mistakes)
        settings = _with_key(settings, key, seen, here)
        seen.add(key.name)
        if len(here.mistakes) > before:
            broken.add(key.name)
    settings = replace(settings, broken=frozenset(broken))
    return _with_many(settings, findings)


def check_colons(source: Source, step: StepSource, findings: Findings) -> None:
    """Note bullets at the top of an instruction that are keys but for their colon."""
    for index in range(step.body, step.end):
        line = source.lines[index].text
        found = _NO_COLON.fullmatch(line)
        if found and fold(found[2]) in _WORDS_OF[found[1].lower()]:
            findings.at(index + 1).add(
                "procedure.no_colon",
                f"{line.strip()!r} is read as part of the instruction.",
                f"Write - {found[1].lower()}: {found[2]}.",
            )
        elif line.strip():
            return


def _with_key(settings: Settings, key: Key, seen: set[str], findings: Findings) -> Settings:
    if key.name not in KEYS:
        near = nearest(key.name, KEYS)
        fix = f"Did you mean {near}?" if near else f"The keys are {listed(KEYS, 'and')}."
        fix += " A list that belongs to the instruction goes below a line of text."
        findings.add("procedure.unknown_key", f"There is no key {key.name!r}.", fix)
    elif key.name in seen:
        findings.add("procedure.key_twice", f"The key {key.name} is there twice.", "Keep one.")
    elif not key.value and not key.items:
        fix = f"Write a value behind {key.name}: or take the line out."
        findings.add("procedure.key_empty", f"The key {key.name} has no value.", fix)
    elif key.items and key.name not in ("type", "from"):
        fix = f"Write the value on one line: - {key.name}: …"
        findings.add("procedure.bad_value", f"The key {key.name} has a list under it.", fix)
    else:
        return _READERS[key.name](settings, key, findings)
    return settings


def _with_many(settings: Settings, findings: Findings) -> Settings:
    type = settings.type
    if not settings.many:
        return settings
    if type and type.name in ("yes/no", "table", "choices", "document"):
        reasons = {
            "yes/no": "is one answer",
            "table": "has many rows already",
            "document": "is one text",
        }
        why = reasons.get(type.name, "is many already")
        findings.at(settings.lines["many"]).add(
            "procedure.bad_value",
            f"many: yes does not go with {type.name}, which {why}.",
            "Take the line out.",
        )
        return settings
    return replace(settings, type=replace(type or ValueType(), many=True))


def _type(settings: Settings, key: Key, findings: Findings) -> Settings:
    return replace(settings, type=read_type(key.value, findings, items=key.items))


def _by(settings: Settings, key: Key, findings: Findings) -> Settings:
    word = fold(key.value)
    if word in NOT_HERE:
        findings.add("procedure.by_not_here", f"by: {word} is not here yet.", NOT_HERE[word])
        return settings
    if word in BY_NAMES:
        return replace(settings, by=word)
    known = [name for name in BY_NAMES if name not in NOT_HERE]
    near = _OTHER_WORDS.get(word) or nearest(word, known)
    fix = f"Did you mean {near}?" if near else f"It can be {listed(known)}."
    findings.add("procedure.bad_value", f"A step cannot be filled by {key.value!r}.", fix)
    return settings


def _many(settings: Settings, key: Key, findings: Findings) -> Settings:
    if fold(key.value) in _YES:
        return replace(settings, many=_YES[fold(key.value)])
    findings.add("procedure.bad_value", f"many cannot be {key.value!r}.", "Write many: yes.")
    return settings


def _when(settings: Settings, key: Key, findings: Findings) -> Settings:
    return replace(settings, when=key.value.strip("`").strip())


def _from(settings: Settings, key: Key, findings: Findings) -> Settings:
    kinds = [" ".join(kind.split()).lower() for kind in (*key.value.split(","), *key.items)]
    wanted = tuple(dict.fromkeys(kind for kind in kinds if kind))
    if not wanted:
        fix = "Write from: receipt, mail."
        findings.add("procedure.bad_value", "from names no kind of document.", fix)
    return replace(settings, sources=wanted)


def _model(settings: Settings, key: Key, findings: Findings) -> Settings:
    return replace(settings, model=_reader(key, findings, ()))


def _second(settings: Settings, key: Key, findings: Findings) -> Settings:
    if fold(key.value) in _YES:
        return replace(settings, second="yes" if _YES[fold(key.value)] else "")
    return replace(settings, second=_reader(key, findings, ("yes",)))


def _third(settings: Settings, key: Key, findings: Findings) -> Settings:
    return replace(settings, third=_reader(key, findings, ()))


def _readers(settings: Settings, key: Key, findings: Findings) -> Settings:
    named = [replace(key, value=word) for word in key.value.strip("`").split(",")]
    readers = tuple(_reader(one, findings, (DEFAULT,)) for one in named)
    return replace(settings, readers=readers if all(readers) else ())


def _reader(key: Key, findings: Findings, words: tuple[str, ...]) -> str:
    """Who reads or answers: a role, `embedded` or `provider:model`; '' with a mistake noted."""
    value = key.value.strip().strip("`").strip()
    known = (*words, *MODEL_ROLES, EMBEDDED)
    if fold(value) in known:
        return fold(value)
    if _MODEL.fullmatch(value):
        return value
    near = nearest(value, known)
    fix = f"Did you mean {near}? " if near else ""
    fix += f"Write {listed(known)}, or provider:model such as openai:gpt-5-mini."
    findings.add("procedure.bad_value", f"{value!r} names no model.", fix)
    return ""


def _template(settings: Settings, key: Key, findings: Findings) -> Settings:
    return replace(settings, template=_yes_no(key, findings))


def _batch(settings: Settings, key: Key, findings: Findings) -> Settings:
    return replace(settings, batch=_yes_no(key, findings))


def _yes_no(key: Key, findings: Findings) -> bool:
    if fold(key.value) in _YES:
        return _YES[fold(key.value)]
    reason = f"{key.name} cannot be {key.value!r}."
    findings.add("procedure.bad_value", reason, f"Write {key.name}: yes, or take the line out.")
    return False


def _review(settings: Settings, key: Key, findings: Findings) -> Settings:
    if fold(key.value) in REVIEW_POLICIES:
        return replace(settings, review=cast(ReviewPolicy, fold(key.value)))
    near = nearest(key.value, REVIEW_POLICIES)
    fix = f"Did you mean {near}?" if near else f"It can be {listed(REVIEW_POLICIES)}."
    findings.add("procedure.bad_value", f"review cannot be {key.value!r}.", fix)
    return settings


def _owner(settings: Settings, key: Key, findings: Findings) -> Settings:
    return replace(settings, owner=" ".join(key.value.split()))


def _split(settings: Settings, key: Key, findings: Findings) -> Settings:
    return replace(settings, split=" ".join(key.value.split()))


def _id(settings: Settings, key: Key, findings: Findings) -> Settings:
    value = " ".join(key.value.strip("`").split())
    if not re.search(r"[^\W_]", value):
        fix = "Write words in small letters, joined by -: total-due."
        findings.add("procedure.bad_id", f"{value!r} makes no id.", fix)
        return settings
    if slug(value) in RESERVED_IDS:
        fix = f"Take another, such as {slug(value)}-step."
        findings.add("procedure.id_reserved", f"The id {slug(value)!r} has a meaning already.", fix)
        return settings
    return replace(settings, id=value)


_READERS = {
    "type": _type,
    "by": _by,
    "many": _many,
    "when": _when,
    "from": _from,
    "model": _model,
    "review": _review,
    "owner": _owner,
    "id": _id,
    "split": _split,
    "second": _second,
    "third": _third,
    "template": _template,
    "batch": _batch,
    "readers": _readers,
}
