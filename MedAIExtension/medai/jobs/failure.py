"""What to tell the user when a run fails with whatever exception."""

from __future__ import annotations

from ..errors import MedAIError

_NO_MEMORY = ("out of memory", "not enough memory", "can't allocate memory", "bad_alloc")  # of CUDA, Windows, Linux, C++


def sentence_of(problem: BaseException) -> tuple[str, int]:
    """One sentence for users, and the exit code."""
    if isinstance(problem, MedAIError):
        return str(problem), problem.exit_code
    text = f"{type(problem).__name__}: {problem}".lower()
    if isinstance(problem, MemoryError) or any(words in text for words in _NO_MEMORY):
        return "The memory did not suffice for this run; close other applications, choose a smaller region or another device.", 1
    return f"The run failed unexpectedly ({first_line(problem)}); the details say where.", 1


def first_line(problem: BaseException) -> str:
    """The kind of an exception and the first line of its text."""
    lines = str(problem).strip().splitlines()
    return f"{type(problem).__name__}: {lines[0][:200]}" if lines else type(problem).__name__
