"""What a user sees of a model before anything runs: cards and licenses, also of careless bundles."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from medai.bundles import Bundle, card_of, find_model, folder_size, list_cards
from medai.bundles.licenses import UNKNOWN, Terms, recognized, terms_of
from support.bundles import make_bundle

NON_COMMERCIAL = "Private Use, Non-Commercial License. The Licensee is not allowed to distribute the model."


def test_the_built_in_model_has_a_full_card():
    bundle = find_model("brain-mr")
    card = card_of(bundle)
    assert (card.name, card.state, card.modality, card.root) == ("brain-mr", "built-in", "MR", bundle.root)
    assert (card.license, card.commercial_use) == ("Apache-2.0", True)
    assert card.organs == ("brain",)
    assert card.channels == ("MRI",)
    assert card.labels == tuple(bundle.label_names.values())
    assert card.size_bytes == sum(path.stat().st_size for path in bundle.root.rglob("*") if path.is_file())
    assert card.version == bundle.version
    assert all((card.title, card.description, card.task))


def test_the_built_in_models_picture_is_small():
    picture = card_of(find_model("brain-mr")).thumbnail.read_bytes()
    assert len(picture) < 15_000
    assert picture[:8] == b"\x89PNG\r\n\x1a\n"
    assert picture[16:24] == (96).to_bytes(4, "big") * 2


def test_a_folder_s_card_tells_what_it_can_and_makes_nothing_up(tmp_path):
    card = card_of(Bundle.open(make_bundle(tmp_path / "mine", labels=("spleen",))))
    assert (card.name, card.title, card.state) == ("mine", "Test bundle mine", "folder")
    assert (card.license, card.commercial_use) == ("unknown", None)
    assert (card.organs, card.thumbnail, card.url) == ((), None, "")
    assert card.labels == ("spleen",)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"name": 7, "description": ["a"], "task": None}, {"title": "mine", "description": "", "task": ""}),
        ({"name": "  Two\n words "}, {"title": "Two words"}),
        ({"organs": "liver"}, {"organs": ("liver",)}),
        ({"organs": ["liver", 3, " spleen ", ""]}, {"organs": ("liver", "spleen")}),
        ({"organs": {"0": "liver"}}, {"organs": ()}),
    ],
)
def test_careless_metadata_give_a_card_all_the_same(tmp_path, changes, expected):
    root = make_bundle(tmp_path / "mine")
    path = root / "configs" / "metadata.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))
    card = card_of(Bundle.open(root))
    assert {name: getattr(card, name) for name in expected} == expected


def test_labels_are_also_found_where_some_public_bundles_keep_them(tmp_path):
    root = make_bundle(tmp_path / "mine")
    path = root / "configs" / "metadata.json"
    metadata = json.loads(path.read_text())
    output = metadata["network_data_format"]["outputs"]["pred"]
    output["label_def"] = {**output.pop("channel_def"), "1": "liver"}
    path.write_text(json.dumps(metadata))
    assert Bundle.open(root).label_names == {1: "liver", 2: "right thing"}


def test_the_size_of_a_folder_counts_every_file_once_and_no_link(tmp_path):
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "one").write_bytes(b"1" * 10)
    (tmp_path / "a" / "b" / "two").write_bytes(b"2" * 32)
    assert folder_size(tmp_path / "a") == 42
    assert folder_size(tmp_path / "nothing") == 0
    (tmp_path / "big").write_bytes(b"3" * 100_000)
    (tmp_path / "a" / "link").symlink_to(tmp_path / "big")
    assert folder_size(tmp_path / "a") < 1000


@pytest.mark.parametrize(
    ("text", "name", "commercial_use"),
    [
        ("   Apache License\n     Version 2.0, January 2004\n  http://www.apache.org/licenses/", "Apache-2.0", True),
        ("apache-2.0", "Apache-2.0", True),
        ("MIT License\n\nCopyright (c) 2022 Somebody", "MIT", True),
        ("Permission is hereby granted, free of charge, to any\nperson obtaining a copy", "MIT", True),
        ("BSD 3-Clause License", "BSD", True),
        ("Redistribution and use in source and binary forms, with or without modification", "BSD", True),
        ("GNU General Public License, version 3: copies are conveyed occasionally and noncommercially", "GPL", True),
        ("Creative Commons Legal Code\nCC0 1.0 Universal", "CC0", True),
        ("CC BY 4.0", "CC BY 4.0", True),
        ("cc-by-sa-4.0", "CC BY-SA 4.0", True),
        ("CC-BY-NC-SA", "CC BY-NC-SA", False),
        ("Attribution-NonCommercial 4.0 International", "CC BY-NC 4.0", False),
        ("under CC BY-NC-SA\nAttribution-NonCommercial-ShareAlike 4.0 International", "CC BY-NC-SA 4.0", False),
        ("Attribution-NoDerivatives 4.0 International", "CC BY-ND 4.0", True),
        ("https://creativecommons.org/licenses/by/3.0/", "CC BY 3.0", True),
        ("Code License\nApache License\nVersion 2.0\nModel Weights License\nNVIDIA License\n3.3 may be used non-commercially",
         "Apache-2.0 + NVIDIA license", False),
        ("NVIDIA Source Code License for Something", "NVIDIA license", None),
        ("NVIDIA OneWay Noncommercial License", "NVIDIA license", False),
        ("MIT License with the Commons Clause", "MIT + non-commercial", False),
        (NON_COMMERCIAL, "non-commercial", False),
        ("For research use only.", "non-commercial", False),
        ("Ask me.", "unknown", None),
        ("", "unknown", None),
    ],
)  # fmt: skip
def test_a_license_is_told_from_its_words(text, name, commercial_use):
    assert recognized(text) == Terms(name, commercial_use)


@pytest.mark.parametrize(
    ("files", "metadata", "expected"),
    [
        ({}, {}, UNKNOWN),
        ({}, {"license": "MIT"}, Terms("MIT", True)),
        ({}, {"license": "See license.txt"}, UNKNOWN),
        ({}, {"license": "House rules 1.2"}, Terms("House rules 1.2", None)),
        ({}, {"license": 3, "copyright": ["x"]}, Terms("3", None)),
        ({}, {"copyright": "Me, CC BY-NC 4.0"}, Terms("CC BY-NC 4.0", False)),
        ({"LICENSE": "MIT License"}, {"license": "See license.txt"}, Terms("MIT", True)),
        ({"LICENSE": NON_COMMERCIAL}, {"license": "MIT"}, Terms("non-commercial", False)),
        ({"docs/License.txt": "Apache License, Version 2.0"}, {}, Terms("Apache-2.0", True)),
        ({"LICENSE": "MIT License", "docs/data_license.txt": "CC BY-NC-SA 4.0"}, {}, Terms("MIT (data: CC BY-NC-SA 4.0)", False)),
        ({"LICENSE": "MIT License", "docs/data_license.txt": "CC BY 4.0"}, {}, Terms("MIT", True)),
        ({"LICENSE": "MIT License", "docs/data_license.txt": "http://medicaldecathlon.com/"}, {}, Terms("MIT", None)),
        ({"LICENSE": "MIT License", "docs/data_license.txt": "CC BY 4.0, on request"}, {}, Terms("MIT", None)),
    ],
)
def test_a_bundle_s_terms_are_no_better_than_those_of_its_license_and_its_data(tmp_path, files, metadata, expected):
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    assert terms_of(tmp_path, metadata) == expected


def test_a_license_in_any_encoding_is_read(tmp_path):
    (tmp_path / "LICENSE").write_bytes("MIT License, © Jürgen".encode("latin-1"))
    assert terms_of(tmp_path, {}).name == "MIT"


def test_listing_cards_loads_nothing_that_a_fresh_slicer_may_lack():
    code = (
        "import sys; from medai.bundles import list_cards; assert list_cards();"
        "print(sorted({'torch', 'monai', 'yaml', 'typer', 'numpy.testing', 'matplotlib', 'psutil'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_listing_cards_reads_no_weights(tmp_path, monkeypatch):
    monkeypatch.setenv("MEDAI_HOME", str(tmp_path))
    weights = make_bundle(tmp_path / "models" / "mine") / "models" / "model.pt"
    weights.write_bytes(b"no checkpoint")
    (card,) = [card for card in list_cards() if card.name == "mine"]
    assert card.state == "installed"
    assert card.size_bytes == folder_size(tmp_path / "models" / "mine")
