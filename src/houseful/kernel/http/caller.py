"""The caller: who makes this request, for which organisation, and how their use cases are run."""

from collections.abc import Awaitable, Callable
from typing import Any, Concatenate, ParamSpec, Protocol, Self, TypeVar
from uuid import UUID

from litestar import Request, Response

from houseful.kernel.database import Database, UnitOfWork, repeat_when_transient
from houseful.kernel.http.listing import Window
from houseful.kernel.http.schemas import Page
from houseful.kernel.http.versions import tagged
from houseful.kernel.idempotency import Asking, asking, remember_answer
from houseful.kernel.identity import Access, Identity
from houseful.kernel.problems import Forbidden

P = ParamSpec("P")
T = TypeVar("T")


class Viewable(Protocol):
    """A view that can be made of a row."""

    @classmethod
    def of(cls, row: Any) -> Self:
        """Make the view."""
        ...


V = TypeVar("V", bound=Viewable)
UseCase = Callable[Concatenate[UnitOfWork, P], Awaitable[T]]
PageOf = tuple[list[Any], str | None]


class Caller:
    """One request's caller. Every use case runs in one unit of work, repeated when that is safe."""

    def __init__(
        self,
        request: Request[Any, Any, Any],
        *,
        database: Database,
        identity: Identity,
        access: Access,
        needs_idempotency_key: bool = False,
    ) -> None:
        self.request = request
        self.database = database
        self.identity = identity
        self.access = access
        self._needs_idempotency_key = needs_idempotency_key

    @property
    def organization_id(self) -> UUID:
        """The organisation that the caller acts for."""
        return self.access.organization_id

    def require(self, permission: str) -> None:
        """Raise `Forbidden` unless the caller has `permission`."""
        if not self.access.allows(permission):
            raise Forbidden(f"This needs the permission {permission}.", permission=permission)

    async def run(self, use_case: UseCase[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `use_case` in one unit of work and return what it returns."""

        async def attempt() -> T:
            async with self._unit_of_work() as uow:
                return await use_case(uow, *args, **kwargs)

        return await repeat_when_transient(attempt)

    async def read(
        self, query: UseCase[..., Any], /, *args: Any, view: type[V], **kwargs: Any
    ) -> Response[V]:
        """Answer 200 with the view of what `query` returns, and its ETag."""

        async def attempt() -> V:
            async with self._unit_of_work() as uow:
                return view.of(await query(uow, *args, **kwargs))

        return tagged(await repeat_when_transient(attempt), status=200)

    async def read_page(
        self,
        query: UseCase[..., PageOf],
        /,
        *args: Any,
        window: Window,
        view: type[V],
        **kwargs: Any,
    ) -> Page[V]:
        """Answer one page of the rows that `query(uow, …, window=window)` returns."""

        async def attempt() -> Page[V]:
            async with self._unit_of_work() as uow:
                rows, next_cursor = await query(uow, *args, window=window, **kwargs)
                return Page(items=[view.of(row) for row in rows], next_cursor=next_cursor)

        return await repeat_when_transient(attempt)

    async def create(
        self, use_case: UseCase[..., Any], /, *args: Any, view: type[V], at: str, **kwargs: Any
    ) -> Response[V]:
        """Answer 201 with the view of the new thing, its address below `at`, and its ETag."""
        made = await self._remembered(use_case, args, kwargs, view)
        return tagged(made, status=201, location=at)

    async def change(
        self, use_case: UseCase[..., Any], /, *args: Any, view: type[V], **kwargs: Any
    ) -> Response[V]:
        """Answer 200 with the view of the changed thing, and its ETag."""
        return tagged(await self._remembered(use_case, args, kwargs, view), status=200)

    async def remove(self, use_case: UseCase[..., None], /, *args: Any, **kwargs: Any) -> None:
        """Run a use case that leaves nothing to show: 204."""
        await self.run(use_case, *args, **kwargs)

    async def _remembered(
        self,
        use_case: UseCase[..., Any],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        view: type[V],
    ) -> V:
        asked = await self.asking()

        async def attempt() -> V:
            async with self._unit_of_work() as uow:

                async def act() -> V:
                    result = view.of(await use_case(uow, *args, **kwargs))
                    await uow.flush()
                    return result

                return await remember_answer(uow, act, asked, view=view)

        return await repeat_when_transient(attempt)

    async def asking(self) -> Asking | None:
        """Return what this request asks for under its idempotency key, None without one."""
        return asking(
            self.identity.actor.principal,
            method=self.request.method,
            path=str(self.request.url.path),
            body=await self.request.body(),
            key=self.request.headers.get("idempotency-key"),
            is_required=self._needs_idempotency_key,
        )

    def _unit_of_work(self) -> Any:
        return self.database.unit_of_work(self.access.organization_id, actor=self.identity.actor)
