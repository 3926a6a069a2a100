"""The report of a result for people: one page of HTML that needs nothing else, and a PDF, with the same content."""

from .model import card_of_run, report_card
from .writing import write_report

__all__ = ["card_of_run", "report_card", "write_report"]
