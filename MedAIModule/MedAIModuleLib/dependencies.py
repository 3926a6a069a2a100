"""The Python packages that runs need, installed into the application when the user first asks for a run."""

import tempfile
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from subprocess import CalledProcessError

import slicer

REQUIREMENTS = Path(__file__).resolve().parents[1] / "Resources" / "requirements.txt"
TORCH = "torch>=2.10"  # older ones load checkpoints unsafely (CVE-2026-24747)
_KEPT_AS_THEY_ARE = ("numpy", "scipy", "SimpleITK", "vtk", "pydicom", "requests", "torch", "torchvision")


def ensureDependencies() -> None:
    """Install what is missing, after the user's consent; does nothing outside the application and in its tests.

    :raises medai.MedAIError: if something is missing and cannot be installed.
    :raises medai.errors.CancelledError: if the user does not want it installed.
    """
    if not hasattr(slicer, "app") or slicer.app.testingEnabled():
        return
    from slicer import packaging

    _ensureTorch(packaging)
    _ensureOthers(packaging)


def _ensureTorch(packaging) -> None:
    """PyTorchUtils finds the build of PyTorch that fits the graphics card; pip would not."""
    from slicer.i18n import tr as _

    from medai.errors import CancelledError, MedAIError

    if packaging.pip_check(TORCH):
        return
    try:
        import PyTorchUtils
    except ModuleNotFoundError as problem:
        raise MedAIError(
            _("MedAI needs the extension PyTorch; install it in the Extensions Manager and restart the application.")
        ) from problem
    try:
        torch = PyTorchUtils.PyTorchUtilsLogic().installTorch(
            askConfirmation=True, torchVersionRequirement=TORCH.removeprefix("torch")
        )
    except (CalledProcessError, ImportError, ValueError) as problem:
        raise MedAIError(_("PyTorch could not be installed; see the application's log.")) from problem
    if torch is None:
        raise CancelledError(_("PyTorch was not installed, so nothing was run."))


def _ensureOthers(packaging) -> None:
    from slicer.i18n import tr as _

    from medai.errors import CancelledError, MedAIError

    with tempfile.TemporaryDirectory() as folder:
        constraints = Path(folder) / "constraints.txt"
        constraints.write_text("\n".join(_installedVersions()), encoding="utf-8")
        try:
            packaging.pip_ensure(packaging.load_requirements(REQUIREMENTS), constraints=constraints, requester="MedAI")
        except CalledProcessError as problem:
            raise MedAIError(_("Python packages could not be installed; see the application's log.")) from problem
        except RuntimeError as problem:
            raise CancelledError(_("The Python packages were not installed, so nothing was run.")) from problem


def _installedVersions() -> list[str]:
    """Lines of a constraints file that keeps pip from replacing the application's own packages."""
    lines = []
    for name in _KEPT_AS_THEY_ARE:
        with suppress(PackageNotFoundError):
            lines.append(f"{name}=={version(name)}")
    return lines
