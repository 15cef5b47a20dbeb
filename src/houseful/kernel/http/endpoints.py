"""Endpoints: Litestar's handlers with what every route of ours has, said once.

Each names its permission and module (or is public), its summary, and the problems it can raise,
which all appear in the OpenAPI document.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import litestar
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import OpenAPIFormat, OpenAPIType, Operation, Parameter, Schema

from houseful.kernel import problems
from houseful.kernel.http.guards import Internal, Public, Requires, RequiresIdentity
from houseful.kernel.http.problem_schema import ProblemView
from houseful.kernel.idempotency import KEY_MAX_CHARACTERS
from houseful.kernel.problems import Problem

Guard = Internal | Public | Requires | RequiresIdentity
ProblemType = type[Problem]
PROBLEMS_PATH = "/api/problems"
"""The page that lists every type of problem."""
Handler = Callable[..., Any]

_ALWAYS: tuple[ProblemType, ...] = (
    problems.BadRequest,
    problems.NotFound,
    problems.Invalid,
    problems.TooManyRequests,
    problems.Unavailable,
)
_GUARDED: tuple[ProblemType, ...] = (problems.Unauthenticated, problems.Forbidden)
_WRITES: tuple[ProblemType, ...] = (
    problems.Forbidden,
    problems.Conflict,
    problems.TooLarge,
    problems.UnsupportedMediaType,
)
_KEYED: tuple[ProblemType, ...] = (
    problems.IdempotencyKeyRequired,
    problems.IdempotencyKeyReused,
    problems.RequestInProgress,
)
_VERSIONED: tuple[ProblemType, ...] = (problems.VersionMismatch, problems.PreconditionRequired)


def get(path: str, **options: Any) -> Callable[[Handler], Any]:
    """Make a GET endpoint; options as in `_endpoint`."""
    return _endpoint(litestar.get, path, extra=(), **options)


def post(path: str, *, status: int = 201, **options: Any) -> Callable[[Handler], Any]:
    """Make a POST endpoint; `status` is 201 for what it creates, 200 for an act."""
    return _endpoint(litestar.post, path, extra=_WRITES, status_code=status, **options)


def patch(path: str, **options: Any) -> Callable[[Handler], Any]:
    """Make a PATCH endpoint, which takes `expected_version` from If-Match."""
    return _endpoint(litestar.patch, path, extra=_WRITES + _VERSIONED, **options)


def put(path: str, **options: Any) -> Callable[[Handler], Any]:
    """Make a PUT endpoint."""
    return _endpoint(litestar.put, path, extra=_WRITES, **options)


def delete(path: str, **options: Any) -> Callable[[Handler], Any]:
    """Make a DELETE endpoint: 204."""
    return _endpoint(litestar.delete, path, extra=_WRITES, **options)


def _endpoint(
    method: Callable[..., Any],
    path: str,
    *,
    summary: str,
    permission: str = "",
    module: str = "",
    public: bool = False,
    identity: bool = False,
    internal: bool = False,
    with_key: bool = False,
    raises: Sequence[ProblemType] = (),
    extra: Sequence[ProblemType] = (),
    tag: str = "",
    **options: Any,
) -> Callable[[Handler], Any]:
    """Make an endpoint.

    One of: `permission` (tenant API), `public` (customer API, `?organization=`), `identity` (a
    signed-in person), `public` and `identity` (a signed-in customer), `internal` (another service,
    by its key), or none (open: sign-in).
    `with_key`: money moves, so an Idempotency-Key is required. `raises`: the room's problems beyond
    the usual ones.
    """
    guards, security = _guards(
        permission, module, with_key=with_key, public=public, identity=identity, internal=internal
    )
    documented = (
        *_ALWAYS,
        *extra,
        *(_GUARDED if guards else ()),
        *((problems.OrganizationRequired,) if permission else ()),
        *((problems.OrganizationSuspended,) if permission and extra else ()),
        *((problems.ModuleRequired,) if module else ()),
        *(_KEYED if with_key else ()),
        *raises,
    )

    def decorate(handler: Handler) -> Any:
        return method(
            path,
            guards=guards,
            security=security,
            summary=summary,
            description=(handler.__doc__ or summary).strip(),
            operation_id=handler.__name__,
            tags=[tag or handler.__module__.split(".")[1]],
            responses=_responses(documented),
            operation_class=_operation(
                acts_for=bool(permission),
                names_shop=public and "{organization" not in path,
                with_key=with_key,
            ),
            permission=permission,
            module=module,
            **options,
        )(handler)

    return decorate


_HOUSE = Parameter(
    name="x-org",
    param_in="header",
    required=True,
    description="The organisation that the caller acts for.",
    schema=Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.UUID),
)
_SHOP = Parameter(
    name="organization",
    param_in="query",
    required=True,
    description="Whose shop it is: the organisation's id, or its name in addresses.",
    schema=Schema(type=OpenAPIType.STRING, min_length=1, max_length=63),
)
_KEY = Parameter(
    name="Idempotency-Key",
    param_in="header",
    required=True,
    description="Anything that is new for each thing that is wanted, and the same for each retry.",
    schema=Schema(type=OpenAPIType.STRING, min_length=1, max_length=KEY_MAX_CHARACTERS),
)


@cache
def _operation(*, acts_for: bool, names_shop: bool, with_key: bool) -> type[Operation]:
    """Return an operation whose document names what the guards ask for."""
    asked = [
        parameter
        for parameter, is_asked in ((_HOUSE, acts_for), (_SHOP, names_shop), (_KEY, with_key))
        if is_asked
    ]

    @dataclass
    class Guarded(Operation):
        def __post_init__(self) -> None:
            self.parameters = [*(self.parameters or []), *asked] or None

    return Guarded


def _guards(
    permission: str,
    module: str,
    *,
    with_key: bool,
    public: bool,
    identity: bool,
    internal: bool,
) -> tuple[list[Guard], list[dict[str, list[str]]]]:
    if permission:
        return [Requires(permission, module=module, with_key=with_key)], [{"bearer": []}]
    if internal:
        return [Internal()], [{"internal": []}]
    if public:
        guard = Public(module=module, with_key=with_key, signs_in=identity)
        return [guard], [{"bearer": []}] if identity else []
    if identity:
        return [RequiresIdentity()], [{"bearer": []}]
    return [], []


def _responses(documented: Sequence[ProblemType]) -> dict[int, ResponseSpec]:
    by_status: dict[int, list[str]] = {}
    for problem in documented:
        kinds = by_status.setdefault(problem.status, [])
        if problem.kind not in kinds:
            kinds.append(problem.kind)
    return {
        status: ResponseSpec(
            data_container=ProblemView,
            description="Problem: "
            + ", ".join(f"[`{kind}`]({PROBLEMS_PATH}#{kind})" for kind in kinds),
            media_type="application/problem+json",  # type: ignore[arg-type]
            generate_examples=False,
        )
        for status, kinds in by_status.items()
    }
