"""Whether a bundle may run: read line by line without running anything, and what the user has consented to."""

from .auditing import audit
from .consent import Consent, is_trusted, revoke, trust, trusted
from .permission import is_used_up, refusals_named, refuse_forbidden, require_permission
from .verdict import Audit, CodeFile, Reason, Verdict

__all__ = [
    "Audit",
    "CodeFile",
    "Consent",
    "Reason",
    "Verdict",
    "audit",
    "is_trusted",
    "is_used_up",
    "refusals_named",
    "refuse_forbidden",
    "require_permission",
    "revoke",
    "trust",
    "trusted",
]
