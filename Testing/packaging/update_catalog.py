"""Write Resources/Models/catalog.json: what the model zoo's files say, joined with the words in catalog.yaml beside this script.

    python Testing/packaging/update_catalog.py ZOO

ZOO is a checkout of https://github.com/Project-MONAI/model-zoo. Nothing of it is run.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).resolve().parent
CATALOG = HERE.parents[1] / "Resources" / "Models" / "catalog.json"
WORDS = HERE / "catalog.yaml"
OUT_OF_SCOPE = "out_of_scope"


def main(arguments: list[str]) -> int:
    """Write the catalog from the zoo in the folder that the only argument names."""
    if len(arguments) != 1 or not (Path(arguments[0]) / "models" / "model_info.json").is_file():
        print(__doc__, file=sys.stderr)
        return 2
    CATALOG.write_text(as_text(catalog_of(Path(arguments[0]))), encoding="utf-8")
    print(f"Wrote {CATALOG}.")
    return 0


def catalog_of(zoo: Path) -> dict[str, Any]:
    """The catalog of a checkout of the zoo.

    Raises:
        ValueError: if the zoo has a bundle of which catalog.yaml says nothing, or lacks one.
    """
    words = yaml.safe_load(WORDS.read_text(encoding="utf-8"))
    known = {*words, *words.pop(OUT_OF_SCOPE)} - {OUT_OF_SCOPE}
    there = {path.parents[1].name for path in (zoo / "models").glob("*/configs/metadata.json")}
    if known != there:
        raise ValueError(f"catalog.yaml and the zoo differ in {', '.join(sorted(known ^ there))}.")
    zips = json.loads((zoo / "models" / "model_info.json").read_text(encoding="utf-8"))
    names = sorted(words, key=str.lower)
    return {"models": [entry_of(zoo / "models" / name, words[name], zips) for name in names]}


def entry_of(root: Path, words: Mapping[str, Any], zips: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """One bundle's entry."""
    from medai.bundles import Bundle
    from medai.bundles.labels import signature_of
    from medai.bundles.licenses import terms_of

    bundle = Bundle.open(root)
    terms = terms_of(root, bundle.metadata)
    found = zips[f"{root.name}_v{bundle.version}"]
    labels = {int(value): str(name) for value, name in (words.get("labels") or labels_of(bundle.metadata)).items()}
    changed = {**labels, **{int(value): name for value, name in (words.get("label_changes") or {}).items()}}
    labels = {value: str(name) for value, name in changed.items() if name is not None}
    return {
        "name": root.name,
        "title": words["title"],
        "description": words["description"],
        "version": bundle.version,
        "kind": words["kind"],
        "modality": words.get("modality") or bundle.modality,
        "task": words.get("task") or str(bundle.metadata["task"]),
        "organs": words["organs"],
        "keywords": words["keywords"],
        "channels": words.get("channels") or list(bundle.channels),
        "labels": {str(value): labels[value] for value in sorted(labels)},
        "signature": signature_of(bundle.metadata),
        "license": words.get("license") or terms.name,
        "weights_license": words.get("weights") or weights_of(root, terms.name),
        "commercial_use": words.get("commercial_use", terms.commercial_use),
        "size_bytes": words["size_bytes"],
        "url": found["source"],
        "hubs": {"huggingface": f"MONAI/{root.name}", "ngc": {"url": found["source"], "sha1": found["checksum"]}},
        "files": files_of(root),
        "cost": words["cost"],
    }


def labels_of(metadata: Mapping[str, Any]) -> dict[int, str]:
    """The zoo's names by value without the background, written plainly."""
    names = metadata["network_data_format"]["outputs"]["pred"]["channel_def"]
    return {int(value): plain(str(name)) for value, name in names.items() if int(value) != 0}


def plain(name: str) -> str:
    """\"Right-ACgG--anterior-cingulate-gyrus" is the right anterior cingulate gyrus; names with other signs than "-" stay."""
    name = name.strip()
    if not re.fullmatch(r"[A-Za-z0-9-]+", name):
        return name
    spelled_out = re.fullmatch(r"(Right|Left)-[A-Z][A-Za-z]*-+([a-z].*)", name)
    words = (f"{spelled_out[1]} {spelled_out[2]}" if spelled_out else name).replace("-", " ")
    return words.replace("IFG", "inferior frontal gyrus")


def weights_of(root: Path, terms: str) -> str:
    """What the bundle says of the data that its weights were learned from."""
    if " (data: " in terms:
        return terms.partition(" (data: ")[2].rstrip(")")
    return "see the terms of its training data" if (root / "docs" / "data_license.txt").is_file() else ""


def files_of(root: Path) -> list[dict[str, Any]]:
    """The weights that lie elsewhere: where, and their MD5, or null where the zoo gives none."""
    for name in ("large_files.yml", "large_files.yaml"):
        if (root / name).is_file():
            said = yaml.safe_load((root / name).read_text(encoding="utf-8"))["large_files"]
            return [{"path": one["path"], "url": one["url"], "md5": one.get("hash_val") or None} for one in said]
    return []


def as_text(catalog: Mapping[str, Any]) -> str:
    """JSON with one line for each entry of a model: lists and tables stay on it."""
    models = []
    for entry in catalog["models"]:
        lines = [f"      {json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}" for key, value in entry.items()]
        models.append("    {\n" + ",\n".join(lines) + "\n    }")
    return '{\n  "models": [\n' + ",\n".join(models) + "\n  ]\n}\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
