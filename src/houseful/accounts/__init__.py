"""Organisations, people, roles, memberships, entitlements, and how people sign in."""

from houseful.accounts.business_units import get_business_unit
from houseful.accounts.gatekeeper import AccountsGatekeeper
from houseful.accounts.members import add_member
from houseful.accounts.organizations import (
    check_timezone,
    create_organization,
    create_platform_admin,
    find_organization,
    organization_of,
)
from houseful.accounts.page_sign_ins import (
    end_page_sign_in,
    find_page_sign_in,
    start_page_sign_in,
)
from houseful.accounts.permissions import VENUE_LIMIT_BY_PLAN
from houseful.accounts.queries import (
    Place,
    find_members,
    find_roles,
    organization_ids,
    organization_names,
    places_of,
)
from houseful.accounts.rates import count_attempt, count_sign_in
from houseful.accounts.resets import reset_mail
from houseful.accounts.scopes import ask_for_spaces
from houseful.accounts.sign_in import Proven, admit, prove_password
from houseful.accounts.tokens import TokenIssuer
from houseful.accounts.users import create_user

__all__ = [
    "VENUE_LIMIT_BY_PLAN",
    "AccountsGatekeeper",
    "Place",
    "Proven",
    "TokenIssuer",
    "add_member",
    "admit",
    "ask_for_spaces",
    "check_timezone",
    "count_attempt",
    "count_sign_in",
    "create_organization",
    "create_platform_admin",
    "create_user",
    "end_page_sign_in",
    "find_members",
    "find_organization",
    "find_page_sign_in",
    "find_roles",
    "get_business_unit",
    "organization_ids",
    "organization_names",
    "organization_of",
    "places_of",
    "prove_password",
    "reset_mail",
    "start_page_sign_in",
]
