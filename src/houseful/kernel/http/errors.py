"""Every exception becomes a problem document here, and only here. Pages get their own page."""

import re
from collections.abc import Mapping
from typing import Any, TypeVar, cast

import asyncpg
import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import (
    HTTPException,
    SerializationException,
    ValidationException,
)
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from houseful.kernel import problems
from houseful.kernel.database import sqlstate
from houseful.kernel.http.scopes import request_id_of
from houseful.kernel.problems import Problem
from houseful.kernel.states import IllegalAct

T = TypeVar("T")

PROBLEM_JSON = "application/problem+json"
_NO_BODY = "'data'"
"""What the framework says of a body that is not there."""
_PATH = re.compile(r" - at `\$?(?P<path>[^`]*)`")
_FIELD = re.compile(r"(?:unknown|required|\() ?field `(?P<name>[^`]*)`")
_OURS = re.compile(r" \(field `[^`]*`\)")
_BY_STATUS: dict[int, type[Problem]] = {
    400: problems.BadRequest,
    401: problems.Unauthenticated,
    403: problems.Forbidden,
    404: problems.NotFound,
    405: problems.MethodNotAllowed,
    413: problems.TooLarge,
    415: problems.UnsupportedMediaType,
    429: problems.TooManyRequests,
    503: problems.Unavailable,
}

log = structlog.get_logger(__name__)


def answer_problem(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """Turn any exception into the response that tells it."""
    problem = as_problem(error)
    if problem.status >= 500:
        problem.fields.setdefault("requestId", request_id_of(request.scope))
        if isinstance(problem, problems.Internal):
            log.error("request_failed", path=request.url.path, exc_info=error)
    return Response(
        problem.body(instance=str(request.url.path)),
        status_code=problem.status,
        media_type=PROBLEM_JSON,
        headers={**problem.headers, "cache-control": "no-store"},
    )


def as_problem(error: Exception) -> Problem:
    """Return the problem that `error` is, or stands for."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, IllegalAct):
        return problems.IllegalTransition(str(error), state=error.state, act=error.act)
    if isinstance(error, SerializationException):
        return problems.BadRequest(str(error.detail))
    if isinstance(error, RecursionError):
        return problems.BadRequest("It is nested too deeply.")
    if isinstance(error, ValidationException):
        return _invalid(error)
    if isinstance(error, HTTPException):
        kind = _BY_STATUS.get(error.status_code, problems.Internal)
        return kind("" if kind is problems.Internal else str(error.detail))
    if isinstance(error, DBAPIError):
        return _database_problem(error)
    if isinstance(error, PoolTimeoutError | asyncpg.InterfaceError | ConnectionError):
        return problems.Unavailable(headers={"retry-after": "1"})
    if isinstance(error, FileNotFoundError) and error.filename is None:
        return problems.Unavailable(headers={"retry-after": "1"})  # the database's socket is gone
    return problems.Internal()


def _invalid(error: ValidationException) -> Problem:
    entries = cast("list[Any]", error.extra or [])
    errors = [_field_error(cast("dict[str, Any]", e)) for e in entries if isinstance(e, dict)]
    return problems.Invalid(errors[0]["detail"] if errors else str(error.detail), errors=errors)


def _field_error(entry: dict[str, Any]) -> dict[str, str]:
    message = str(entry.get("message", "This is not right."))
    if message == _NO_BODY:
        return {"pointer": "/", "detail": "Send a JSON object, {} at least: nothing was sent."}
    match = _PATH.search(message)
    key = str(entry.get("key", ""))
    path = match.group("path") if match else key.removeprefix("data")
    if field := _FIELD.search(message):
        path += f".{field.group('name')}"
    pointer = "/" + re.sub(r"\[(\d+)\]|\.", r"/\1", path).strip("/").replace("//", "/")
    return {"pointer": pointer, "detail": _OURS.sub("", _PATH.sub("", message))}


def _database_problem(error: DBAPIError) -> Problem:
    state = sqlstate(error)
    if isinstance(error, OperationalError | InterfaceError) or state.startswith(("08", "53", "57")):
        return problems.Unavailable(headers={"retry-after": "1"})
    if state.startswith("22"):
        return problems.Invalid("A value is outside of what can be stored.")
    return problems.Internal()


def decode_body(body: bytes, kind: type[T]) -> T:
    """Decode JSON that no handler decodes for us; raises `BadRequest` or `Invalid`."""
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.ValidationError as error:
        raise _misfit(error) from error
    except (msgspec.DecodeError, RecursionError) as error:
        raise problems.BadRequest(str(error)) from error


def read_fields(fields: Mapping[str, Any], kind: type[T]) -> T:
    """Read a form's fields as the body that a program would send; raises `Invalid`."""
    try:
        return msgspec.convert(fields, kind, strict=False)
    except msgspec.ValidationError as error:
        raise _misfit(error) from error


def _misfit(error: msgspec.ValidationError) -> Problem:
    fault = _field_error({"message": str(error)})
    return problems.Invalid(fault["detail"], errors=[fault])
