"""What a reader says of a finding: in words, and taken back when it is said a second time."""

from slicer.i18n import tr as _

from medai.mrml import FindingNodes, LesionNodes
from medai.results.review import ACCEPTED, EDITED, REJECTED


def stateText(state: str) -> str:
    """The engine's word for a review as the user reads it."""
    return {ACCEPTED: _("accepted"), REJECTED: _("rejected"), EDITED: _("edited")}.get(state, "")


def toggleReview(nodes: LesionNodes | FindingNodes, number: int | None, state: str) -> None:
    """Write the word on the finding of this number; the same word a second time takes it back."""
    if number is not None:
        said = {review.id: review.state for review in nodes.reviews}
        nodes.review(number, "" if said.get(number) == state else state)
