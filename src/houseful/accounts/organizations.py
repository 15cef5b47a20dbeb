"""Organisations: the tenants."""

import re
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.core import Locale, UnknownLocaleError
from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError

from houseful import audit
from houseful.accounts.banking import read_bic, read_iban
from houseful.accounts.facts import OrganizationOpened
from houseful.accounts.models import Membership, Organization, Role, User
from houseful.accounts.permissions import BUILT_IN_ROLES, DEFAULT_PLAN, OWNER
from houseful.accounts.problems import SlugTaken
from houseful.accounts.users import create_user
from houseful.kernel.database import UnitOfWork
from houseful.kernel.ids import new_id
from houseful.kernel.locales import currencies_in_use
from houseful.kernel.problems import Invalid, NotFound, VersionMismatch

RESERVED_SLUGS = frozenset(
    {
        *("account", "admin", "api", "assets", "callbacks", "docs", "door", "favicon", "feeds"),
        *("forgot", "healthz", "help", "houseful", "internal", "invitation", "me", "metrics"),
        *("office", "orders", "password-reset", "payments", "platform", "readyz", "reset"),
        *("robots", "sandbox", "sign", "sign-in", "sign-out", "sign-up", "signing", "static"),
        "tickets",
    }
)
"""First words of addresses that are not a house's."""
_SLUG = re.compile(r"^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$")


async def create_organization(
    uow: UnitOfWork,
    owner: User,
    *,
    name: str,
    slug: str,
    currency: str = "EUR",
    timezone: str = "Europe/Berlin",
    locale: str = "en",
    plan: str = DEFAULT_PLAN,
    organization_id: UUID | None = None,
) -> Organization:
    """Create an organisation with the built-in roles and its first owner.

    The unit of work must be bound to `organization_id`. Raises `SlugTaken` and `Invalid`.
    """
    check_slug(slug)
    check_region(currency=currency, timezone=timezone, locale=locale)
    organization = Organization(
        id=organization_id or uow.tenant,
        name=name.strip(),
        slug=slug,
        plan=plan,
        currency=currency,
        timezone=timezone,
        locale=locale,
    )
    try:
        async with uow.session.begin_nested():
            uow.add(organization)
    except IntegrityError as error:
        raise SlugTaken(slug=slug) from error
    roles = {
        role: Role(
            organization_id=uow.tenant,
            id=new_id(),
            name=role,
            permissions=list(permissions),
            is_built_in=True,
        )
        for role, permissions in BUILT_IN_ROLES.items()
    }
    uow.add(*roles.values())
    await uow.flush()
    membership = Membership(
        organization_id=uow.tenant, id=new_id(), user_id=owner.id, role_id=roles[OWNER].id
    )
    uow.add(membership)
    await audit.record(uow, "accounts.organization.created", organization)
    await uow.announce(OrganizationOpened(subject_id=organization.id, owner_id=owner.id))
    return organization


async def organization_of(uow: UnitOfWork) -> Organization:
    """Return the organisation that the unit of work is bound to."""
    organization = await uow.session.get(Organization, uow.tenant)
    if organization is None:
        raise NotFound
    return uow.remember(organization)


async def find_organization(uow: UnitOfWork, named: str) -> Organization | None:
    """Return the organisation with this slug or id, or None."""
    try:
        is_named = or_(Organization.slug == named, Organization.id == UUID(named))
    except ValueError:
        is_named = Organization.slug == named
    return await uow.first(select(Organization).where(is_named))


async def update_organization(
    uow: UnitOfWork,
    expected_version: int,
    *,
    name: str | None = None,
    currency: str | None = None,
    timezone: str | None = None,
    locale: str | None = None,
    day_begins_hour: int | None = None,
    billing_address: str | None = None,
    tax_number: str | None = None,
    iban: str | None = None,
    bic: str | None = None,
) -> Organization:
    """Change what an organisation says about itself. Raises `VersionMismatch` and `Invalid`."""
    organization = await organization_of(uow)
    if organization.version != expected_version:
        raise VersionMismatch(current=organization.version)
    organization.name = (name or organization.name).strip()
    organization.currency = currency or organization.currency
    organization.timezone = timezone or organization.timezone
    organization.locale = locale or organization.locale
    if day_begins_hour is not None:
        organization.day_begins_hour = day_begins_hour
    if billing_address is not None:
        organization.billing_address = billing_address.replace("\r\n", "\n").strip()
    if tax_number is not None:
        organization.tax_number = tax_number.strip()
    organization.iban = read_iban(organization.iban if iban is None else iban)
    organization.bic = read_bic(organization.bic if bic is None else bic)
    check_region(
        currency=organization.currency,
        timezone=organization.timezone,
        locale=organization.locale,
    )
    await audit.record(uow, "accounts.organization.updated", organization)
    await uow.flush()
    return organization


async def create_platform_admin(uow: UnitOfWork, *, email: str, name: str, password: str) -> User:
    """Create an account that may administer the platform."""
    return await create_user(uow, email=email, name=name, password=password, is_platform_admin=True)


def check_slug(slug: str) -> None:
    """Raise `Invalid` unless the slug can stand in an address."""
    if not _SLUG.match(slug):
        raise Invalid.at("/slug", "Use lower-case letters, digits and hyphens, 63 at most.")
    if slug in RESERVED_SLUGS:
        raise Invalid.at("/slug", "This word is reserved.")


def check_region(*, currency: str, timezone: str, locale: str) -> None:
    """Raise `Invalid` unless currency, zone and locale exist."""
    if currency not in currencies_in_use():
        raise Invalid.at("/currency", f"Nobody pays with {currency}.")
    check_timezone(timezone)
    try:
        Locale.parse(locale, sep="-")
    except (ValueError, UnknownLocaleError) as error:
        raise Invalid.at("/locale", f"There is no locale {locale}.") from error


def check_timezone(timezone: str) -> None:
    """Raise `Invalid` unless this is an IANA zone."""
    try:
        ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise Invalid.at("/timezone", f"There is no time zone {timezone}.") from error
