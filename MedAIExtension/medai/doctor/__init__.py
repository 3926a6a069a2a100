"""Is everything here that MedAI needs? One check per thing, each with what was found and what to do."""

from .check import Check
from .examination import checks, run_checks

__all__ = ["Check", "checks", "run_checks"]
