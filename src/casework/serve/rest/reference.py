"""The OpenAPI as something to read: sections of actions with what they take and give."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from casework.serve.rest.paging import Page

_METHODS = ("get", "post", "put", "patch", "delete")
_HIDDEN = ("Idempotency-Key",)
_DEEPEST = 3
_ANY = "JsonValue"
Node = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Line:
    """A parameter, or a field of a body or an answer. `depth` is how far inside it stands."""

    name: str
    type: str
    about: str
    required: bool
    where: str = ""
    depth: int = 0


@dataclass(frozen=True, slots=True)
class ActionTold:
    """One action."""

    id: str
    method: str
    path: str
    title: str
    about: str
    parameters: tuple[Line, ...]
    body: tuple[Line, ...]
    body_kind: str
    example: str
    answer: tuple[Line, ...]
    answer_about: str
    answer_kind: str
    status: str


@dataclass(frozen=True, slots=True)
class Section:
    """The actions of one noun."""

    name: str
    about: str
    actions: tuple[ActionTold, ...]


def sections_of(told: Node) -> tuple[Section, ...]:
    """All actions by their nouns, in the order of the specification."""
    reader = _Reader(_map(_map(told.get("components")).get("schemas")))
    by_tag: dict[str, list[ActionTold]] = {}
    for path, methods in _map(told.get("paths")).items():
        for method in _METHODS:
            action = _map(_map(methods).get(method))
            if action:
                tag = str(_list(action.get("tags"))[0])
                by_tag.setdefault(tag, []).append(reader.action(method, path, action))
    return tuple(
        Section(str(tag["name"]), str(tag.get("description", "")), tuple(by_tag[str(tag["name"])]))
        for tag in map(_map, _list(told.get("tags")))
        if str(tag["name"]) in by_tag
    )


class _Reader:
    def __init__(self, schemas: Node) -> None:
        self._schemas = schemas

    def action(self, method: str, path: str, action: Node) -> ActionTold:
        body_kind, body = _content(_map(action.get("requestBody")))
        status, answer = next(
            (
                (code, _map(one))
                for code, one in _map(action.get("responses")).items()
                if code[0] == "2"
            ),
            ("", {}),
        )
        answer_kind, shown = _content(answer)
        example = self._resolved(body).get("example")
        parameters = [
            self._parameter(_map(one))
            for one in _list(action.get("parameters"))
            if _map(one).get("name") not in _HIDDEN
        ]
        return ActionTold(
            str(action.get("operationId")),
            method.upper(),
            path,
            str(action.get("summary", "")),
            str(action.get("description", "")),
            tuple(parameters),
            tuple(self._fields(body)),
            body_kind,
            json.dumps(example, indent=2, ensure_ascii=False) if example else "",
            tuple(self._fields(shown)),
            self._about(shown),
            answer_kind,
            status,
        )

    def _about(self, schema: Node) -> str:
        """What an object is, or the items of a list are."""
        found = self._resolved(schema)
        for inner in (found.get("items"), *_list(found.get("anyOf"))):
            if about := self._about(_map(inner)) if _map(inner) else "":
                return about
        told = str(found.get("description") or "")
        items = _map(_map(found.get("properties")).get("items"))
        return self._about(items) if items and told == str(Page.__doc__) else told

    def _parameter(self, one: Node) -> Line:
        schema = _map(one.get("schema"))
        about = str(one.get("description") or schema.get("description") or "")
        return Line(
            str(one["name"]), self._type(schema), about, bool(one.get("required")), str(one["in"])
        )

    def _fields(self, schema: Node, depth: int = 0, seen: tuple[str, ...] = ()) -> list[Line]:
        """The fields of an object, or of the items of a list, as far as that is of use."""
        name = str(schema.get("$ref", ""))
        if depth >= _DEEPEST or (name and name in seen):
            return []
        found = self._resolved(schema)
        if found.get("type") == "array":
            return self._fields(_map(found.get("items")), depth, seen)
        for one in _list(found.get("anyOf")):
            if lines := self._fields(_map(one), depth, seen):
                return lines
        lines = []
        required = _list(found.get("required"))
        for field, told in _map(found.get("properties")).items():
            inner = _map(told)
            about = str(inner.get("description") or "")
            lines.append(Line(field, self._type(inner), about, field in required, "", depth))
            lines += self._fields(inner, depth + 1, (*seen, name) if name else seen)
        return lines

    def _type(self, schema: Node) -> str:
        name = str(schema.get("$ref", "")).rpartition("/")[2]
        if name == _ANY:
            return "any JSON"
        if name:
            return name.rpartition("__")[2]
        if several := _list(schema.get("anyOf")):
            return " or ".join(dict.fromkeys(self._type(_map(one)) for one in several))
        if words := _list(schema.get("enum")):
            return ", ".join(str(one) or "''" for one in words)
        if "const" in schema:
            return str(schema["const"])
        kind = str(schema.get("type", "anything"))
        if kind == "array":
            return f"list of {self._type(_map(schema.get('items')))}"
        return kind

    def _resolved(self, schema: Node) -> Node:
        name = str(schema.get("$ref", "")).rpartition("/")[2]
        return _map(self._schemas.get(name)) if name else schema


def pieces(text: str) -> list[tuple[bool, str]]:
    """A text in pieces; those between backticks are code (True)."""
    return [(at % 2 == 1, one) for at, one in enumerate(text.split("`")) if one]


def _content(told: Node) -> tuple[str, Node]:
    for kind, one in _map(told.get("content")).items():
        return kind, _map(_map(one).get("schema"))
    return "", {}


def _map(told: object) -> Node:
    return told if isinstance(told, Mapping) else {}


def _list(told: object) -> Sequence[object]:
    return told if isinstance(told, Sequence) and not isinstance(told, str) else ()
