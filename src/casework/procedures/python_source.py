"""The source of a Python step: its function with what it uses from its own module.

A change in a function that a step calls is a change of the step.
"""

from __future__ import annotations

import ast
import datetime as dt
import inspect
import sys
import textwrap
import types
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

from casework.base.errors import UsageError
from casework.base.hashing import sha256_text

Function = Callable[..., object]


def source_of(function: Function) -> str:
    """The text of a function, without decorators, and of what it uses of its module, sorted.

    Raises `UsageError` when Python cannot tell the text.
    """
    found: dict[str, str] = {}
    _collect(function, found)
    own = found.pop(function.__name__)
    return "\n\n".join([*(found[name] for name in sorted(found)), own])


def source_hash(function: Function) -> str:
    """The sha256 of `source_of`."""
    return sha256_text(source_of(function))


def is_empty(function: Function) -> bool:
    """Whether the body is only a docstring, `...` or `pass`."""
    body = _definition(function).body
    return all(
        isinstance(part, ast.Pass)
        or (isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant))
        for part in body
    )


def first_line(function: Function) -> int:
    """The line of `def` in its file, from 1."""
    return function.__code__.co_firstlineno if hasattr(function, "__code__") else 1


def _collect(thing: object, found: dict[str, str]) -> None:
    name = getattr(thing, "__name__", "")
    if name in found:
        return
    found[name] = _text(thing)
    scope = getattr(thing, "__globals__", None) or _scope_of_class(thing)
    module = getattr(thing, "__module__", "")
    for used in sorted(set(_names_in(found[name]))):
        if used in found or used not in scope:
            continue
        value = scope[used]
        if isinstance(value, types.FunctionType | type) and value.__module__ == module:
            _collect(value, found)
        elif not isinstance(value, types.FunctionType | types.BuiltinFunctionType | type):
            found[used] = f"{used} = {_constant(value)}"


def _scope_of_class(thing: object) -> dict[str, object]:
    for value in vars(thing).values() if isinstance(thing, type) else ():
        if isinstance(value, types.FunctionType):
            return value.__globals__
    return vars(sys.modules.get(getattr(thing, "__module__", ""), types.ModuleType("")))


def _names_in(text: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Name):
            yield node.id


def _constant(value: object) -> str:
    """The text of a constant, the same in every process. Of texts and objects only a digest: the
    source is kept in the workspace, and a constant may hold a key."""
    if value is None or isinstance(value, bool | int | float | Decimal | dt.date):
        return repr(value)
    if isinstance(value, types.ModuleType):
        return value.__name__
    if isinstance(value, set | frozenset):
        return f"{{{', '.join(sorted(map(_constant, value)))}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_constant, value))}]"
    if isinstance(value, dict):
        pairs = (f"{_constant(key)}: {_constant(item)}" for key, item in value.items())
        return f"{{{', '.join(pairs)}}}"
    told = repr(value)
    return type(value).__qualname__ if " at 0x" in told else repr(f"sha256 {sha256_text(told)}")


def _text(thing: object) -> str:
    try:
        text = textwrap.dedent(inspect.getsource(thing))  # type: ignore[arg-type]
        tree = ast.parse(text)
    except (OSError, TypeError, SyntaxError) as error:
        if isinstance(thing, type):
            return _described(thing)
        name = getattr(thing, "__name__", repr(thing))
        raise UsageError(
            f"The source of {name} cannot be read.",
            fix="Write it with def, in a file or in a cell of a notebook.",
        ) from error
    top = tree.body[0]
    start = top.lineno if isinstance(top, ast.FunctionDef | ast.AsyncFunctionDef) else 1
    return "\n".join(text.splitlines()[start - 1 :]).rstrip()


def _described(thing: type) -> str:
    """A class whose source is not to be had (one of a notebook): its fields and its functions."""
    bases = ", ".join(base.__name__ for base in thing.__bases__)
    fields = [f"    {name}: {told}" for name, told in _fields(thing)]
    for name, value in sorted(vars(thing).items()):
        inner = getattr(value, "__func__", value)
        if isinstance(inner, types.FunctionType) and inner.__module__ == thing.__module__:
            fields.append(textwrap.indent(_text(inner), "    "))
        elif isinstance(value, thing):  # a member of an enumeration
            fields.append(f"    {name} = {getattr(value, 'value', name)!r}")
        elif not name.startswith("_") and isinstance(value, str | int | float | tuple):
            fields.append(f"    {name} = {_constant(value)}")
    return "\n".join([f"class {thing.__name__}({bases}):", *(fields or ["    ..."])])


def _fields(thing: type) -> Iterator[tuple[str, str]]:
    """The annotated fields of a class; of a pydantic model with defaults and descriptions too."""
    more: Mapping[str, object] = getattr(thing, "model_fields", {})
    for name, told in vars(thing).get("__annotations__", {}).items():
        text = told if isinstance(told, str) else inspect.formatannotation(told)
        text = text.replace(f"{thing.__module__}.", "")
        yield name, f"{text} = {_constant(more[name])}" if name in more else text


def _definition(function: Function) -> ast.FunctionDef | ast.AsyncFunctionDef:
    top = ast.parse(_text(function)).body[0]
    if isinstance(top, ast.FunctionDef | ast.AsyncFunctionDef):
        return top
    raise UsageError(f"{function.__name__} is no function.", fix="Write it with def.")
