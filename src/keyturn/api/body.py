"""Reads the body of a request strictly: one JSON object, small, flat, in UTF-8, every key once.

What RFC 8259 leaves to taste is refused here: duplicate keys, NaN and infinities, lone surrogates, NUL.
"""

import json
import math
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, UnreadablePostError
from ninja.decorators import decorate_view
from ninja.parser import Parser

from keyturn.api.problems import ProblemAnswer, answer

LARGEST = 16 * 1024  # bytes
DEEPEST = 8  # nested arrays and objects; ours have two


class StrictParser(Parser):
    """Gives the views what `strict_json` has read."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        """The object that was read."""
        return request.json_object


def _strict(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(view)
    def reading(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            request.json_object = read(request)
        except ProblemAnswer as problem:
            return answer(request, problem.reason)
        return view(request, *args, **kwargs)

    return reading


strict_json = decorate_view(_strict)


def read(request: HttpRequest) -> dict[str, Any]:
    """The JSON object in the body; raises ProblemAnswer (not_json, too_large, malformed_json, bad_request)."""
    if request.content_type != "application/json":
        raise ProblemAnswer("not_json")
    if request.content_params.get("charset", "utf-8").lower() != "utf-8":
        raise ProblemAnswer("not_json")
    if _announced(request) > LARGEST:  # before a byte of it is read
        raise ProblemAnswer("too_large")
    try:
        return parse(request.body)
    except UnreadablePostError as problem:  # whoever sent it has gone
        raise ProblemAnswer("bad_request") from problem


def parse(raw: bytes) -> dict[str, Any]:
    """Bytes into one object; raises ProblemAnswer (malformed_json)."""
    try:
        text = raw.decode("utf-8")
        _refuse_depth(text)
        content = json.loads(text, object_pairs_hook=_each_once, parse_constant=_refuse, parse_float=_finite)
    except (ValueError, RecursionError) as problem:  # of json, of UTF-8, of a number with thousands of digits
        raise ProblemAnswer("malformed_json") from problem
    if not isinstance(content, dict):
        raise ProblemAnswer("malformed_json")
    return content


def _announced(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0  # Django reads nothing then


def _refuse_depth(text: str) -> None:
    """Count brackets outside of strings; a parser that recurses never sees a deep text."""
    depth, in_string, escaped = 0, False, False
    for char in text:
        if in_string:
            in_string = escaped or char != '"'
            escaped = char == "\\" and not escaped
        elif char == '"':
            in_string = True
        elif char in "[{":
            depth += 1
            if depth > DEEPEST:
                raise ValueError("too deep")
        elif char in "]}":
            depth -= 1


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) != len(pairs):
        raise ValueError("a key stands twice")
    for key, value in pairs:
        _refuse_unwritable(key)
        _refuse_unwritable(value)
    return content


def _refuse_unwritable(value: Any) -> None:
    """Lone surrogates cannot be written as UTF-8 and NUL not into a database."""
    if isinstance(value, list):
        for item in value:
            _refuse_unwritable(item)
    if isinstance(value, str) and ("\0" in value or any("\ud800" <= char <= "\udfff" for char in value)):
        raise ValueError("not a text")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("not a finite number")
    return number


def _refuse(word: str) -> None:
    raise ValueError(word)
