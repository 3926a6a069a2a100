"""Two time points of one patient: which lesion became which, how much it grew, and what the response is."""

from .change import CHANGED, MATCHED, MERGED, NEW, REGROUPED, SPLIT, VANISHED, Change
from .compare import Comparison, compare
from .parts import Parts, parts_of
from .registration import register
from .response import Response, Target, choose_targets, respond
from .tables import CHANGE_COLUMNS, comparison_table, comparison_values
from .timepoint import TimePoint, time_point

__all__ = [
    "CHANGED",
    "CHANGE_COLUMNS",
    "MATCHED",
    "MERGED",
    "NEW",
    "REGROUPED",
    "SPLIT",
    "VANISHED",
    "Change",
    "Comparison",
    "Parts",
    "Response",
    "Target",
    "TimePoint",
    "choose_targets",
    "compare",
    "comparison_table",
    "comparison_values",
    "parts_of",
    "register",
    "respond",
    "time_point",
]
