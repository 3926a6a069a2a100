"""Whether a bundle may run, asked by whoever is about to run it."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ...errors import RefusedError, TrustError
from ..store import store_folder
from .auditing import audit
from .consent import is_trusted
from .verdict import Audit, Verdict

if TYPE_CHECKING:
    from ..model import Bundle

# Content hashes of the bundles whose own code this process was allowed to run: it can no longer be trusted with another bundle.
_admitted: set[str] = set()


def require_permission(bundle: Bundle) -> Audit:
    """The bundle's audit, if it may run: it is safe, or the user has allowed these very contents.

    Raises:
        RefusedError: if it asks for something that is never allowed; the sentence says for what.
        TrustError: if it brings code of its own that the user has not allowed.
        InputError: as ``audit``.
    """
    found = audit(bundle)
    if found.verdict is Verdict.REFUSED:
        raise RefusedError(refusal(found))
    if found.verdict is Verdict.NEEDS_TRUST:
        if not is_trusted(found.content_hash):
            raise TrustError(question(found, bundle))
        _admitted.add(found.content_hash)
    return found


def refuse_forbidden(bundle: Bundle) -> None:
    """Whether consent could make this bundle run.

    Raises:
        RefusedError: if it asks for something that is never allowed, whoever consents; the sentence says for what.
        InputError: as ``audit``.
    """
    found = audit(bundle)
    if found.verdict is Verdict.REFUSED:
        raise RefusedError(refusal(found))


def is_used_up(bundle: Bundle) -> bool:
    """Whether this process has run the own code of another bundle, which may have changed anything in it."""
    return bool(_admitted) and bundle.content_hash not in _admitted


def question(found: Audit, bundle: Bundle) -> str:
    """One sentence: what needs the user's consent and how to give it."""
    name = shlex.quote(bundle.name if bundle.root.resolve().parent == store_folder().resolve() else str(bundle.root))
    return (
        f"{found.name} brings code of its own ({found.files[0].path}); look at it with `medai audit {name}` "
        f"and allow it with --trust or `medai trust add {name}`."
    )


def refusal(found: Audit) -> str:
    """One sentence or two: the first thing that is refused, and how many more there are."""
    first, *more = [reason for reason in found.reasons if reason.verdict is Verdict.REFUSED]
    rest = f" (and {len(more)} more of the kind)" if more else ""
    return f"{first.text.rstrip('.')} at {first.part!r}{rest}."


@contextmanager
def refusals_named(name: str) -> Iterator[None]:
    """Refusals meanwhile say which bundle it is, and what to do."""
    try:
        yield
    except RefusedError as problem:
        raise RefusedError(f"{problem} Do not use {name}, or ask its authors.") from problem
