"""What an organisation notes about a party that it hires to."""

from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from houseful.kernel.tables import Base, TenantKey, Versioned

PRIVATE = {"is_private": True}


class Customer(TenantKey, Versioned, Base):
    """An overlay on a company or a person of the directory: ours alone, and nothing of theirs."""

    __tablename__ = "customers"
    __table_args__ = (
        UniqueConstraint("organization_id", "company_id"),
        UniqueConstraint("organization_id", "person_id"),
        CheckConstraint("(company_id IS NULL) <> (person_id IS NULL)", name="party"),
        CheckConstraint("risk IN ('', 'low', 'medium', 'high', 'blocked')", name="risk"),
    )

    company_id: Mapped[UUID | None] = mapped_column(ForeignKey("companies.id"), default=None)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), default=None)
    notes: Mapped[str] = mapped_column(default="", info=PRIVATE)
    preferred_terms: Mapped[dict[str, Any]] = mapped_column(default=dict)
    risk: Mapped[str] = mapped_column(default="")
    risk_reason: Mapped[str] = mapped_column(default="")
    relationship_notes: Mapped[list[Any]] = mapped_column(default=list, info=PRIVATE)
    local_contacts: Mapped[list[Any]] = mapped_column(default=list, info=PRIVATE)
