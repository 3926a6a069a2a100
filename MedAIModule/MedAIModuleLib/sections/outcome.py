"""What came of a run, in a line."""

from slicer.i18n import tr as _

from medai.mrml import FindingNodes, PredictionNodes

from ..units import durationText
from .findings import foundText
from .lesionstable import lesionsText


def outcomeText(nodes: PredictionNodes | FindingNodes, seconds: float) -> str:
    """What a run has found, where that is, and how long it took."""
    name, took = nodes.node.GetName(), durationText(seconds)
    if isinstance(nodes, FindingNodes):
        return _("{found}, in {name}, {time}").format(found=foundText(nodes), name=name, time=took)
    text = _segmentsText(nodes.segmentation.GetSegmentation().GetNumberOfSegments(), name, took)
    if nodes.lesions is None:
        return text
    return _("{lesions}; {segments}").format(lesions=lesionsText(nodes.lesions), segments=text)


def _segmentsText(count: int, name: str, took: str) -> str:
    if count == 1:
        return _("1 segment in {name}, {time}").format(name=name, time=took)
    return _("{count} segments in {name}, {time}").format(count=count, name=name, time=took)
