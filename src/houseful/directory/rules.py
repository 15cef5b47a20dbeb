"""Decisions of the directory that need nothing but values."""

import unicodedata
from collections.abc import Collection
from uuid import UUID


def search_form(name: str) -> str:
    """Return a name as people type it: no accents, no case, single spaces."""
    decomposed = unicodedata.normalize("NFKD", name)
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(plain.casefold().split())


def may_edit_party(
    organization_id: UUID,
    *,
    created_by: UUID | None,
    referred_by: Collection[str],
    is_platform_staff: bool,
) -> bool:
    """Whether a party that all share may be changed by who asks.

    Platform staff may; so may the organisation that brought it, while nobody else deals with it.
    """
    if is_platform_staff:
        return True
    others = set(referred_by) - {str(organization_id)}
    return created_by == organization_id and not others


def knows_person(
    organization_id: UUID, *, created_by: UUID | None, referred_by: Collection[str]
) -> bool:
    """Whether an organisation deals with a person, and so may see how to reach them."""
    return created_by == organization_id or str(organization_id) in referred_by
