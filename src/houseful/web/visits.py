"""A visit: one request for a page, with who is there, and what protects their forms."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from litestar import Request, Response
from litestar.datastructures import Cookie

from houseful.accounts import find_page_sign_in
from houseful.kernel.database import Database
from houseful.kernel.identity import GUEST, Access, Actor, Identity
from houseful.kernel.problems import Forbidden
from houseful.kernel.secrets import derive_key, is_same, keyed_digest, new_token
from houseful.kernel.settings import Settings
from houseful.ticketing import Vault, vault_of

VISITOR = "visitor"
SIGN_IN = "sign-in"
VISITOR_TTL_SECONDS = 365 * 24 * 3600
SIGN_IN_TTL_SECONDS = 7 * 24 * 3600
CSRF_FIELD = "csrf"
CSRF_HEADER = "x-csrf-token"

AnyRequest = Request[Any, Any, Any]


class Form(dict[str, str]):
    """The fields of a form: of several with one name the last, and `all(name)` for every one."""

    def __init__(self, fields: Iterable[tuple[str, str]]) -> None:
        self._fields = list(fields)
        super().__init__(self._fields)

    def items_in_order(self) -> list[tuple[str, str]]:
        """Return every field, in the form's order."""
        return list(self._fields)

    def all(self, name: str) -> list[str]:
        """Return every value of the name, in the form's order."""
        return [value for each, value in self._fields if each == name]


class Visit:
    """Who is at the page, in whose house, and with which proof that forms are theirs."""

    def __init__(self, request: AnyRequest) -> None:
        self.request = request
        self.settings: Settings = request.app.state.settings
        self.database: Database = request.app.state.database
        self.visitor = self.read_cookie(VISITOR)
        self.is_new = not self.visitor
        if self.is_new:
            self.visitor = new_token(16)
        self.identity: Identity | None = None
        self.access: Access | None = None
        self.organization: Any = None

    @property
    def csrf(self) -> str:
        """What a form of this visitor must carry."""
        key = derive_key(self.secret, "csrf")
        return keyed_digest(key, self.visitor, self.sign_in_token)

    @property
    def sign_in_token(self) -> str:
        """The cookie of somebody who is signed in, or an empty text."""
        return self.read_cookie(SIGN_IN)

    @property
    def actor(self) -> Actor:
        """Who acts."""
        return self.identity.actor if self.identity is not None else GUEST

    @property
    def organization_id(self) -> UUID:
        """The organisation of the page."""
        assert self.access is not None, "this page belongs to no organisation"
        return self.access.organization_id

    @property
    def space_ids(self) -> frozenset[UUID] | None:
        """The spaces that a member is limited to, or None for all of the organisation's."""
        assert self.access is not None, "this page belongs to no organisation"
        return self.access.space_ids

    @property
    def secret(self) -> str:
        """The application's secret."""
        return self.request.app.state.secret

    @property
    def vault(self) -> Vault:
        """What only this installation's secret can open."""
        return vault_of(self.secret)

    def may(self, permission: str) -> bool:
        """Whether the visitor has the permission: pages hide what cannot be done."""
        return self.access is not None and self.access.allows(permission)

    async def find_identity(self) -> Identity | None:
        """Return who is signed in, asked once."""
        if self.identity is None and self.sign_in_token:
            self.identity = await self.database.run(None, find_page_sign_in, self.sign_in_token)
        return self.identity

    async def run(self, use_case: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Run a use case of the page's organisation, as the visitor."""
        return await self.database.run_as(
            self.actor, self.organization_id, use_case, *args, **kwargs
        )

    async def form(self) -> Form:
        """Return the form's texts; checks who sent it."""
        data = await self.request.form()
        self.check_csrf(str(data.get(CSRF_FIELD, "")))
        return Form((name, value) for name, value in data.multi_items() if isinstance(value, str))

    def check_csrf(self, proof: str = "") -> None:
        """Raise `Forbidden` unless the request comes from a page of ours."""
        proof = proof or self.request.headers.get(CSRF_HEADER, "")
        origin = self.request.headers.get("origin", "")
        host = self.request.headers.get("host", "")
        if origin and origin != "null" and origin.split("://")[-1] != host:
            raise Forbidden("This form was sent from another site.")
        if not is_same(proof, self.csrf):
            raise Forbidden("This page was open for too long. Please load it again.")

    def keep(self, response: Response[Any]) -> Response[Any]:
        """Give a new visitor the cookie that they are known by."""
        if self.is_new:
            response.set_cookie(self.cookie(VISITOR, self.visitor, max_age=VISITOR_TTL_SECONDS))
        return response

    def read_cookie(self, name: str) -> str:
        """Return what the browser sent of a cookie of ours, or an empty text."""
        return self.request.cookies.get(cookie_name(self.settings, name), "")

    def cookie(self, name: str, value: str, *, max_age: int) -> Cookie:
        """Make a cookie as all of ours are: not for scripts, not for other sites."""
        return Cookie(
            key=cookie_name(self.settings, name),
            value=value,
            path="/",
            max_age=max_age,
            httponly=True,
            secure=self.settings.is_https,
            samesite="lax",
        )


def cookie_name(settings: Settings, name: str) -> str:
    """Return the cookie's name; over TLS the browser itself binds it to this host."""
    return f"__Host-{name}" if settings.is_https else f"houseful-{name}"
