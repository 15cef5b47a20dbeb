"""Organisations, people, roles, memberships, entitlements, and how people sign in."""

from houseful.accounts.access import members_who_may, public_access_of
from houseful.accounts.banking import write_iban
from houseful.accounts.business_units import get_business_unit
from houseful.accounts.facts import MemberAdded, OrganizationOpened, PasswordResetRequested
from houseful.accounts.gatekeeper import AccountsGatekeeper
from houseful.accounts.members import add_member, change_member, remove_member
from houseful.accounts.organizations import (
    check_timezone,
    create_organization,
    create_platform_admin,
    find_organization,
    organization_of,
    update_organization,
)
from houseful.accounts.page_sign_ins import (
    end_page_sign_in,
    find_page_sign_in,
    start_page_sign_in,
)
from houseful.accounts.permissions import VENUE_LIMIT_BY_PLAN
from houseful.accounts.queries import (
    Place,
    described_member,
    find_members,
    find_roles,
    organization_ids,
    organization_names,
    places_of,
)
from houseful.accounts.rates import (
    count_attempt,
    count_new_password,
    count_on_connection,
    count_reset,
    count_sign_in,
    count_sign_up,
    too_many_attempts,
)
from houseful.accounts.resets import ResetMail, ask_for_link, open_link, reset_mail, set_password
from houseful.accounts.schemas import OrganizationChanges, SignUpBody
from houseful.accounts.scopes import ask_for_spaces
from houseful.accounts.sign_in import Proven, admit, prove_password
from houseful.accounts.sign_up import sign_up
from houseful.accounts.tokens import TokenIssuer
from houseful.accounts.users import create_user, user_by_id, user_names

__all__ = [
    "VENUE_LIMIT_BY_PLAN",
    "AccountsGatekeeper",
    "MemberAdded",
    "OrganizationChanges",
    "OrganizationOpened",
    "PasswordResetRequested",
    "Place",
    "Proven",
    "ResetMail",
    "SignUpBody",
    "TokenIssuer",
    "add_member",
    "admit",
    "ask_for_link",
    "ask_for_spaces",
    "change_member",
    "check_timezone",
    "count_attempt",
    "count_new_password",
    "count_on_connection",
    "count_reset",
    "count_sign_in",
    "count_sign_up",
    "create_organization",
    "create_platform_admin",
    "create_user",
    "described_member",
    "end_page_sign_in",
    "find_members",
    "find_organization",
    "find_page_sign_in",
    "find_roles",
    "get_business_unit",
    "members_who_may",
    "open_link",
    "organization_ids",
    "organization_names",
    "organization_of",
    "places_of",
    "prove_password",
    "public_access_of",
    "remove_member",
    "reset_mail",
    "set_password",
    "sign_up",
    "start_page_sign_in",
    "too_many_attempts",
    "update_organization",
    "user_by_id",
    "user_names",
    "write_iban",
]
