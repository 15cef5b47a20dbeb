"""Who did what to which, and what changed: append-only, in the transaction of the act itself.

Rows hold ids and field names; secrets and personal data are named but never shown.
"""

from houseful.audit.rows import AlreadyExists, StillInUse, add_row, change_row, remove_row
from houseful.audit.service import record

__all__ = ["AlreadyExists", "StillInUse", "add_row", "change_row", "record", "remove_row"]
