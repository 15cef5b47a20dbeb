"""Signing in, up and out over HTTP."""

from typing import Any

import litestar
from litestar import Request

from houseful.accounts import rates, resets, sign_in
from houseful.accounts.problems import (
    EmailTaken,
    PoorPassword,
    ResetLinkInvalid,
    SignInExpired,
    SlugTaken,
    WrongCredentials,
)
from houseful.accounts.queries import places_of
from houseful.accounts.refresh_tokens import RefreshTokens
from houseful.accounts.schemas import (
    MeView,
    NewPasswordBody,
    OrganizationView,
    PasswordResetBody,
    RefreshBody,
    SignInBody,
    SignUpBody,
    TokensView,
)
from houseful.accounts.sign_up import sign_up
from houseful.accounts.tokens import TokenIssuer
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.http import get, post
from houseful.kernel.identity import GUEST, Identity
from houseful.kernel.settings import Settings

AnyRequest = Request[Any, Any, Any]


@post(
    "/api/v1/auth/sign-in",
    status=200,
    summary="Sign in",
    raises=[WrongCredentials],
)
async def sign_in_with_password(request: AnyRequest, data: SignInBody) -> TokensView:
    """Exchange an e-mail address and a password for tokens."""
    database = _database(request)
    await rates.count_sign_in(database, data.email)
    proven = await sign_in.prove_password(database, data.email, data.password)

    async def act(uow: UnitOfWork) -> sign_in.Refreshed:
        return await sign_in.start_sign_in(
            uow,
            await sign_in.admit(uow, proven),
            tokens=_refresh_tokens(request),
            ttl_seconds=_settings(request).refresh_token_ttl_seconds,
        )

    return await _tokens(request, await database.run(None, act))


@post("/api/v1/auth/refresh", status=200, summary="Stay signed in", raises=[SignInExpired])
async def refresh(request: AnyRequest, data: RefreshBody) -> TokensView:
    """Exchange a refresh token for new tokens; using one twice ends the sign-in."""
    refreshed = await _database(request).run_as(
        GUEST,
        None,
        sign_in.refresh_sign_in,
        data.refresh_token,
        tokens=_refresh_tokens(request),
        ttl_seconds=_settings(request).refresh_token_ttl_seconds,
    )
    if refreshed.is_revoked:
        raise SignInExpired("This token was used before: the sign-in has been ended.")
    return await _tokens(request, refreshed)


@post("/api/v1/auth/sign-out", status=204, summary="Sign out")
async def sign_out(request: AnyRequest, data: RefreshBody) -> None:
    """End the sign-in of a refresh token."""
    await _database(request).run(
        None, sign_in.end_sign_in, data.refresh_token, tokens=_refresh_tokens(request)
    )


@post(
    "/api/v1/auth/sign-up",
    summary="Open an organisation",
    raises=[EmailTaken, SlugTaken, PoorPassword],
)
async def open_organization(request: AnyRequest, data: SignUpBody) -> OrganizationView:
    """Create an account and its organisation; the person is its owner."""
    return OrganizationView.of(
        await sign_up(_database(request), data, plan=_settings(request).sign_up_plan)
    )


@post("/api/v1/auth/password-reset", status=202, summary="Forgot the password")
async def request_password_reset(request: AnyRequest, data: PasswordResetBody) -> None:
    """Send a link by mail; the answer is the same for an unknown address."""
    await resets.ask_for_link(_database(request), data.email)


@post(
    "/api/v1/auth/password-reset/confirm",
    status=204,
    summary="Set a new password",
    raises=[ResetLinkInvalid, PoorPassword],
)
async def confirm_password_reset(request: AnyRequest, data: NewPasswordBody) -> None:
    """Set a new password with the link's token; every sign-in ends."""
    database = _database(request)
    await rates.count_new_password(database)
    await database.run_as(GUEST, None, resets.set_password, data.token, data.password)


@get("/api/v1/me", identity=True, summary="Who am I")
async def read_me(request: AnyRequest, identity: Identity) -> MeView:
    """Read the signed-in person, and where they belong."""
    assert identity.actor.id is not None
    return MeView(
        id=identity.actor.id,
        email=identity.email,
        name=identity.name,
        is_platform_admin=identity.is_platform_admin,
        organizations=await _database(request).run(None, places_of, identity.actor.id),
    )


@litestar.get(
    "/.well-known/jwks.json",
    summary="Read the public keys",
    operation_id="read_jwks",
    tags=["accounts"],
    cache_control=None,
)
async def read_jwks(request: AnyRequest) -> dict[str, Any]:
    """Read the keys that verify our access tokens (RFC 7517)."""
    return await _issuer(request).jwks()


async def _tokens(request: AnyRequest, refreshed: sign_in.Refreshed) -> TokensView:
    issuer = _issuer(request)
    access_token = await issuer.sign(refreshed.user_id, refreshed.sign_in_id)
    return TokensView(
        access_token=access_token,
        refresh_token=refreshed.refresh_token,
        expires_in=issuer.ttl_seconds,
    )


def _database(request: AnyRequest) -> Database:
    return request.app.state.database


def _settings(request: AnyRequest) -> Settings:
    return request.app.state.settings


def _issuer(request: AnyRequest) -> TokenIssuer:
    return request.app.state.token_issuer


def _refresh_tokens(request: AnyRequest) -> RefreshTokens:
    return RefreshTokens(request.app.state.secret)


handlers = [
    sign_in_with_password,
    refresh,
    sign_out,
    open_organization,
    request_password_reset,
    confirm_password_reset,
    read_me,
    read_jwks,
]
