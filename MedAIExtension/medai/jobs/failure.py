"""What to tell the user when a run fails with whatever exception."""

from __future__ import annotations

import traceback

from ..errors import BY_EXIT_CODE, CancelledError, MedAIError

CANCELLED = "The run was cancelled; nothing was changed."

_NO_MEMORY = ("out of memory", "not enough memory", "can't allocate memory", "bad_alloc")  # of CUDA, Windows, Linux, C++


def sentence_of(problem: BaseException) -> tuple[str, int]:
    """One sentence for users, and the exit code."""
    if isinstance(problem, MedAIError):
        return str(problem), problem.exit_code
    text = f"{type(problem).__name__}: {problem}".lower()
    if isinstance(problem, MemoryError) or any(words in text for words in _NO_MEMORY):
        return "The memory did not suffice for this run; close other applications, choose a smaller region or another device.", 1
    return f"The run failed unexpectedly ({first_line(problem)}); the details say where.", 1


def error_of(message: str, exit_code: int) -> MedAIError:
    """The error of the kind that ends with this exit code."""
    return BY_EXIT_CODE.get(exit_code, MedAIError)(message)


def error_and_details(problem: BaseException) -> tuple[MedAIError, str]:
    """An exception as an error for users, and its traceback for experts; Ctrl-C is a cancellation."""
    if isinstance(problem, KeyboardInterrupt):
        return CancelledError(CANCELLED), ""
    return error_of(*sentence_of(problem)), "".join(traceback.format_exception(problem))


def first_line(problem: BaseException) -> str:
    """The kind of an exception and the first line of its text."""
    lines = str(problem).strip().splitlines()
    return f"{type(problem).__name__}: {lines[0][:200]}" if lines else type(problem).__name__
