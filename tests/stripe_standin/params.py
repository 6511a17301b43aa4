"""Requests read from the wire and checked against the SDK's own parameter types, strictly.

Where the SDK says `Literal[...] | str`, so that new values do not break type checkers, only the
literals are taken here: the real API takes no others either.
"""

import re
import sys
from collections.abc import Iterable, Mapping
from decimal import Decimal
from types import UnionType
from typing import Any, ForwardRef, Literal, NotRequired, Required, Union, get_args, get_origin
from urllib.parse import parse_qsl

from stripe import StripeObject
from stripe._request_options import RequestOptions
from typing_extensions import is_typeddict

from tests.stripe_standin.errors import ApiError, invalid, missing, unknown

_KEY = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
_OPTIONS = frozenset(RequestOptions.__annotations__)  # travel as headers, never as parameters


def read(body: str) -> dict[str, Any]:
    """A form body as nested dictionaries: `a[b][0]=c` becomes `{"a": {"b": {"0": "c"}}}`."""
    root: dict[str, Any] = {}
    for name, value in parse_qsl(body, keep_blank_values=True):
        found = _KEY.fullmatch(name)
        if not found:
            raise invalid(name, "not a parameter's name")
        path = [found[1], *re.findall(r"\[([^\[\]]*)\]", found[2])]
        at = root
        for step in path[:-1]:
            at = at.setdefault(step, {})
            if not isinstance(at, dict):
                raise invalid(name, "given both as a value and as an object")
        if path[-1] in at:
            raise invalid(name, "given twice")
        at[path[-1]] = value
    return root


def check(given: Mapping[str, Any], types: Any, at: str = "") -> dict[str, Any]:
    """The parameters, converted, or ApiError for the first that the SDK's TypedDict does not allow."""
    annotations = {name: kind for name, kind in types.__annotations__.items() if name not in _OPTIONS}
    if not at and "expand" in given:
        raise invalid("expand", "this stand-in expands nothing")
    for name in given:
        if name not in annotations:
            raise unknown(_under(at, name))
    for name in types.__required_keys__ - _OPTIONS:
        if name not in given:
            raise missing(_under(at, name))
    scope = vars(sys.modules[types.__module__])
    return {name: _fit(value, annotations[name], _under(at, name), scope) for name, value in given.items()}


def _under(at: str, name: str) -> str:
    return f"{at}[{name}]" if at else name


def _fit(value: Any, kind: Any, at: str, scope: Mapping[str, Any]) -> Any:
    """Convert a value to a kind; the kinds are all that the SDK's types are made of."""
    kind = _plain(kind, scope)
    origin = get_origin(kind)
    if origin in (Union, UnionType):
        return _fit_union(value, [_plain(each, scope) for each in get_args(kind)], at, scope)
    if origin is Literal:
        if value not in get_args(kind):
            allowed = ", ".join(map(str, get_args(kind)))
            raise invalid(at, f"must be one of {allowed}")
        return value
    if origin is list:
        inner = get_args(kind)[0]
        return [_fit(each, inner, f"{at}[{n}]", scope) for n, each in enumerate(_items(value, at))]
    if origin is dict:
        return _fit_dict(value, get_args(kind)[1], at, scope)
    if is_typeddict(kind):
        return check(_object(value, at), kind, at)
    return _scalar(value, kind, at)


def _plain(kind: Any, scope: Mapping[str, Any]) -> Any:
    """A kind without its wrapping: forward references looked up, NotRequired taken off."""
    while True:
        if isinstance(kind, ForwardRef):
            kind = kind.__forward_arg__
        if isinstance(kind, str):
            kind = eval(kind, dict(scope))
        elif get_origin(kind) in (NotRequired, Required):
            kind = get_args(kind)[0]
        else:
            return kind


def _fit_union(value: Any, kinds: list[Any], at: str, scope: Mapping[str, Any]) -> Any:
    kinds = [kind for kind in kinds if kind is not type(None) and not _is_sdk_object(kind)]
    unset = [kind for kind in kinds if get_origin(kind) is Literal and get_args(kind) == ("",)]
    if value == "" and unset:
        return ""
    kinds = [kind for kind in kinds if kind not in unset]
    if any(get_origin(kind) is Literal for kind in kinds):
        kinds = [kind for kind in kinds if kind is not str]
    error: ApiError | None = None
    for kind in sorted(kinds, key=lambda kind: kind is str):
        try:
            return _fit(value, kind, at, scope)
        except ApiError as refused:
            error = error or refused
    assert error is not None, f"{at} has no kind at all"
    raise error


def _is_sdk_object(kind: Any) -> bool:
    return isinstance(get_origin(kind) or kind, type) and issubclass(get_origin(kind) or kind, StripeObject)


def _fit_dict(value: Any, inner: Any, at: str, scope: Mapping[str, Any]) -> dict[str, Any]:
    given = _object(value, at)
    if len(given) > 50:
        raise invalid(at, "more than 50 keys")
    for key, text in given.items():
        if len(key) > 40 or (isinstance(text, str) and len(text) > 500):
            raise invalid(_under(at, key), "keys have at most 40 characters, values 500")
    return {key: _fit(each, inner, _under(at, key), scope) for key, each in given.items()}


def _object(value: Any, at: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise invalid(at, "must be an object", "parameter_invalid_object")
    return value


def _items(value: Any, at: str) -> Iterable[Any]:
    if not isinstance(value, dict) or list(value) != [str(n) for n in range(len(value))]:
        raise invalid(at, "must be an array", "parameter_invalid_array")
    return value.values()


def _scalar(value: Any, kind: Any, at: str) -> Any:
    if not isinstance(value, str):
        raise invalid(at, "must be a single value")
    if value == "":
        raise invalid(at, "an empty string is no value", "parameter_invalid_empty")
    if kind is str:
        return value
    if kind is int and re.fullmatch(r"-?[0-9]{1,15}", value):
        return int(value)
    if kind is bool and value in ("true", "false"):
        return value == "true"
    if kind in (Decimal, float) and re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]{1,12})?", value):
        return kind(value)
    assert kind in (int, bool, Decimal, float), f"{at} has a kind that the stand-in does not know: {kind!r}"
    raise invalid(at, f"not of type {kind.__name__}", f"parameter_invalid_{kind.__name__.lower()}")
