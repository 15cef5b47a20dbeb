"""Who did what to which, and what changed: append-only, in the transaction of the act itself.

Rows hold ids and field names; secrets and personal data are named but never shown.
"""

from houseful.audit.chain import verify_chain
from houseful.audit.proofs import ProofRun, keep_proof, last_proof
from houseful.audit.queries import ActFilter, find_acts, find_platform_acts
from houseful.audit.rows import AlreadyExists, StillInUse, add_row, change_row, remove_row
from houseful.audit.schemas import (
    Action,
    ActorId,
    AuditLogView,
    ResourceId,
    ResourceType,
)
from houseful.audit.service import record

__all__ = [
    "ActFilter",
    "Action",
    "ActorId",
    "AlreadyExists",
    "AuditLogView",
    "ProofRun",
    "ResourceId",
    "ResourceType",
    "StillInUse",
    "add_row",
    "change_row",
    "find_acts",
    "find_platform_acts",
    "keep_proof",
    "last_proof",
    "record",
    "remove_row",
    "verify_chain",
]
