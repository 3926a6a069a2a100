"""What a reader thinks of a finding: kept with the result, and handed on with it."""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import InputError

ACCEPTED, REJECTED, EDITED = "accepted", "rejected", "edited"
STATES = (ACCEPTED, REJECTED, EDITED)
KINDS = ("lesion", "detection")


@dataclass(frozen=True)
class Review:
    """A reader's word on one finding.

    Attributes:
        kind: "lesion" or "detection".
        id: the lesion's ``id``, or the detection's place in the result's order, from 1.
        state: "accepted", "rejected" or "edited" (its outline or box was changed by hand).
        note: free text of the reader; "" for none.

    Raises:
        InputError: if kind or state is unknown.
    """

    kind: str
    id: int
    state: str
    note: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise InputError(f"{self.kind!r} is no kind of finding that is reviewed; choose one of {', '.join(KINDS)}.")
        if self.state not in STATES:
            raise InputError(f"{self.state!r} is no outcome of a review; choose one of {', '.join(STATES)}.")
