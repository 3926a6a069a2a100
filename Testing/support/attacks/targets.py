"""Parts of a pipeline that are something else: ``_target_`` to whatever runs, reads, writes or downloads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from ..traps import Trap
from .attack import Attack, configured, run


def targets() -> list[Attack]:
    """``_target_`` to whatever runs, reads, writes or downloads something."""

    def attack(target: str, part: str = "network_def", /, **settings: Callable[[Trap], Any] | Any) -> Attack:
        def value(trap: Trap) -> dict[str, Any]:
            return {"_target_": target, **{key: made(trap) if callable(made) else made for key, made in settings.items()}}

        return configured(f"target {target} as {part}", part, value)

    def touch(trap: Trap) -> str:
        return trap.command

    def canary(trap: Trap) -> str:
        return str(trap.canary)

    def secret(trap: Trap) -> str:
        return str(trap.secret)

    def url(trap: Trap) -> str:
        return trap.url

    def evil(trap: Trap) -> str:
        return str(trap.pickle)

    return [
        attack("os.system", command=touch),
        attack("os.system", "inferer", command=touch),
        attack("posix.system", command=touch),
        attack("os.popen", cmd=touch),
        attack("subprocess.Popen", args=touch, shell=True),
        attack("subprocess.run", "inferer", args=touch, shell=True),
        attack("builtins.exec", source=lambda trap: trap.statement),
        attack("builtins.eval", source=lambda trap: trap.expression),
        attack("builtins.__import__", name="os"),
        attack("builtins.open", file=canary, mode="w"),
        attack("builtins.getattr", object="$torch", name="hub"),
        attack("builtins.setattr", obj="$torch", name="float32", value=1),
        attack("importlib.import_module", name="antigravity"),
        attack("runpy.run_path", path_name=lambda trap: str(trap.script)),
        attack("ctypes.CDLL", name="libc.so.6"),
        attack("pickle.loads", data="cos\nsystem\n"),
        attack("torch.load", f=evil, weights_only=False),
        attack("torch.hub.load", repo_or_dir="x/y", model="z"),
        attack("torch.hub.load_state_dict_from_url", url=url),
        attack("torch.jit.load", f=evil),
        attack("torch.ops.load_library", path=evil),
        attack("torch.classes.load_library", path=evil),
        attack("torch.utils.cpp_extension.load", name="x", sources=evil),
        attack("torch.package.PackageImporter", file_or_buffer=evil),
        attack("torch.serialization.add_safe_globals", safe_globals=["$torch"]),
        attack("numpy.load", file=evil, allow_pickle=True),
        attack("numpy.fromfile", file=secret, dtype="uint8"),
        attack("numpy.memmap", filename=canary, mode="w+", shape=1),
        attack("numpy.genfromtxt", fname=secret),
        attack("numpy.savetxt", fname=canary, X=[1]),
        attack("numpy.f2py.compile", source="end"),
        attack("numpy.lib.npyio.DataSource", destpath="."),
        attack("monai.bundle.run", config_file=lambda trap: str(trap.config), run_id="run"),
        attack("monai.bundle.load", name="x", source="github"),
        attack("monai.bundle.download", name="x", url=url),
        attack("monai.bundle.ConfigParser", config=lambda trap: {"run": f"${trap.expression}"}),
        attack("monai.apps.download_url", url=url, filepath=canary),
        attack("monai.apps.utils.download_and_extract", url=url, filepath=canary),
        attack("monai.data.PersistentDataset", data=[], transform=None, cache_dir=canary),
        attack("monai.data.NibabelReader"),
        attack("monai.transforms.io.dictionary.LoadImaged", keys="image"),
        attack("monai.transforms.SaveImage", output_dir=canary),
        attack("monai.utils.optional_import", module="antigravity"),
        attack("monai.utils.module.optional_import", module="antigravity"),
        attack("monai.utils.module.load_submodules", basemod="$torch"),
        attack("monai.networks.nets.resnet.get_pretrained_resnet_medicalnet", resnet_depth=10),
        attack("torchvision.models.resnet18", weights="DEFAULT"),
        attack("urllib.request.urlretrieve", url=url, filename=canary),
        attack("socket.create_connection", address=lambda trap: ["127.0.0.1", trap.port]),
        attack("shutil.copy", src=secret, dst=canary),
        attack("pathlib.Path.touch", self=canary),
        attack("logging.config.fileConfig", fname=lambda trap: str(trap.logging)),
        attack("functools.partial", "inferer", func="$os.system"),
        attack("operator.methodcaller", "inferer", name="system"),
        attack("types.FunctionType", "inferer", code="$print", globals={}),
        attack("multiprocessing.Process", target="$print"),
        attack("site.addsitedir", sitedir="."),
        attack("scripts.missing.Net"),
        attack("UNet.__init__.__globals__"),
        attack("monai.networks.nets.UNet.__init__"),
        attack("..os.system", command=touch),
        attack("", command=touch),
        attack("_io.open", file=canary, mode="w"),
    ]


def transforms() -> list[Attack]:
    """Steps of the pre- and postprocessing."""

    def attack(name: str, part: str, step: Callable[[Trap], Mapping[str, Any]]) -> Attack:
        return configured(f"step {name}", part, lambda trap: {"_target_": "Compose", "transforms": [step(trap)]})

    post = "postprocessing"
    return [
        attack("Lambdad with print", post, lambda _: {"_target_": "Lambdad", "keys": "pred", "func": "$print"}),
        replace(
            attack("Lambdad with a string", post, lambda _: {"_target_": "Lambdad", "keys": "pred", "func": "os.system"}),
            at_run=True,
        ),
        attack(
            "Lambdad with exec", post, lambda t: {"_target_": "Lambdad", "keys": "pred", "func": f"$lambda x: {t.expression}"}
        ),
        attack("RandLambdad", post, lambda _: {"_target_": "RandLambdad", "keys": "pred", "func": "$open"}),
        attack("Lambda", "preprocessing", lambda _: {"_target_": "monai.transforms.Lambda", "func": "$eval"}),
        attack("DataStatsd", post, lambda _: {"_target_": "DataStatsd", "keys": "pred", "additional_info": "$print"}),
        attack("Compose in Compose", post, lambda t: {"_target_": "Compose", "transforms": [run(t)]}),
        attack("WriteFileMapping", post, lambda t: {"_target_": "WriteFileMapping", "mapping_file_path": str(t.canary)}),
        attack("TorchVisiond", "preprocessing", lambda _: {"_target_": "TorchVisiond", "keys": "image", "name": "ToTensor"}),
    ]
