"""The errors that users meet: one sentence that says what happened, to which file or node, and what to do."""

from __future__ import annotations


class MedAIError(Exception):
    """Something failed; ``exit_code`` is what the command line ends with."""

    exit_code = 1


class InputError(MedAIError):
    """The request or a file cannot be used; nothing was started."""

    exit_code = 2


class AlreadyInstalledError(InputError):
    """A model of this name is installed; it can be replaced. ``name`` says which."""

    def __init__(self, message: str, name: str) -> None:
        super().__init__(message)
        self.name = name


class TrustError(MedAIError):
    """The bundle brings code of its own, which runs only after the user's consent."""

    exit_code = 3


class RefusedError(MedAIError):
    """The bundle asks for something that is never allowed."""

    exit_code = 4


class CancelledError(MedAIError):
    """The user stopped the run."""

    exit_code = 130


BY_EXIT_CODE: dict[int, type[MedAIError]] = {
    kind.exit_code: kind for kind in (MedAIError, InputError, TrustError, RefusedError, CancelledError)
}
