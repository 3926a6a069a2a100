"""The report of a result for people: one page of HTML that needs nothing else, and a PDF, with the same content."""

from .model import report_card
from .writing import write_report

__all__ = ["report_card", "write_report"]
