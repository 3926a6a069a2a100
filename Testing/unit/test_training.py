"""Training: tissue tables, synthetic scans, the loop that can be killed at any moment, and the bundle that comes out."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from medai.bundles import Bundle, find_model
from medai.errors import InputError
from medai.inference import infer
from medai.training import Recipe, TrainingClass, read_recipe
from medai.training.labelmaps import class_weights, load_label_maps
from medai.training.random_source import RandomSource
from medai.training.recipe import SynthesisOptions, TrainingOptions
from medai.training.synthesis import Synthesizer, gaussian_blur, scale_to_percentile
from medai.training.tissues import HEMISPHERES, TissueTable
from medai.training.train import train
from medai.training.trainer import Trainer
from support.bundles import make_bundle
from support.data import real_data
from support.scans import blobs

CPU = torch.device("cpu")
CLASSES = ([2, 41], [3, 42])
SMALL = SynthesisOptions(spacing=3.0, size=(32, 32, 32), translation=5.0)


def head() -> np.ndarray:
    """A label map (i, j, k) in RAS: two halves of white matter within cortex, within a skull."""
    i, j, k = np.meshgrid(*(np.arange(64) - 31.5,) * 3, indexing="ij")
    radius = np.sqrt(i**2 + j**2 + k**2)
    labels = np.zeros((64, 64, 64), np.int16)
    labels[radius < 28] = 502
    labels[radius < 24] = np.where(i < 0, 3, 42)[radius < 24]
    labels[radius < 16] = np.where(i < 0, 2, 41)[radius < 16]
    return labels


def write_label_map(path: Path, labels: np.ndarray, flip_i: bool = False) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    image = sitk.GetImageFromArray((labels[::-1] if flip_i else labels).transpose(2, 1, 0))
    image.SetDirection((1 if flip_i else -1, 0, 0, 0, -1, 0, 0, 0, 1))
    sitk.WriteImage(image, path)


@pytest.fixture
def data(tmp_path) -> Path:
    write_label_map(tmp_path / "data" / "maps" / "one.nii.gz", head())
    write_label_map(tmp_path / "data" / "maps" / "two.nii.gz", head(), flip_i=True)
    return tmp_path / "data"


def loaded(data: Path) -> tuple[list[torch.Tensor], TissueTable]:
    return load_label_maps(sorted(data.glob("maps/*.nii.gz")), CLASSES)


def test_label_maps_are_brought_to_ras_whatever_their_storage(data):
    (one, two), table = loaded(data)
    assert torch.equal(one, two)
    assert table.ids == (0, 2, 3, 41, 42, 502)
    left = table.ids.index(2)
    assert (one == left).nonzero()[:, 0].float().mean() < (one == table.ids.index(41)).nonzero()[:, 0].float().mean()


def test_label_maps_that_are_missing_or_coarse_are_told(tmp_path):
    with pytest.raises(InputError, match="No label maps"):
        load_label_maps([], CLASSES)
    image = sitk.GetImageFromArray(head())
    image.SetSpacing((2, 2, 2))
    sitk.WriteImage(image, tmp_path / "coarse.nii.gz")
    with pytest.raises(InputError, match="1 mm"):
        load_label_maps([tmp_path / "coarse.nii.gz"], CLASSES)


@given(st.sets(st.sampled_from([*HEMISPHERES, *HEMISPHERES.values(), 0, 14, 16, 24, 502, 530])))
def test_mirroring_twice_gives_the_same_row_and_sides_share_their_intensity(ids):
    table = TissueTable.build(sorted(ids), ())
    for row in range(len(table.ids)):
        assert table.mirror_row[table.mirror_row[row]] == row
        assert table.group[table.mirror_row[row]] == table.group[row]


def test_a_label_in_two_classes_is_refused():
    with pytest.raises(ValueError, match="two classes"):
        TissueTable.build([2], [[2], [2]])


def test_rare_classes_weigh_more(data):
    maps, table = loaded(data)
    weights = class_weights(maps, table, 3)
    assert weights.shape == (3,)
    assert weights[1] > weights[2] > 0


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**31))
def test_synthetic_scans_are_scaled_finite_and_reproducible(seed):
    maps, table = _maps_in_memory()
    synthesizer = Synthesizer(maps, table, SMALL)
    image, target = synthesizer.draw(RandomSource(seed, CPU))
    again, same = synthesizer.draw(RandomSource(seed, CPU))
    assert image.shape == target.shape == (1, 32, 32, 32)
    assert image.dtype == torch.float32
    assert target.dtype == torch.uint8
    assert image.isfinite().all()
    assert image.min() == 0
    assert image.max() <= 1
    assert target.max() <= 2
    assert torch.equal(image, again)
    assert torch.equal(target, same)


def test_left_stays_left_however_the_head_is_mirrored():
    table = TissueTable.build([0, 2, 3, 41, 42, 502], ([2, 3], [41, 42]))
    maps = [_maps_in_memory()[0][0]]
    still = SynthesisOptions(spacing=3.0, size=(32, 32, 32), translation=0, rotation=0, strip_chance=0, field_of_view_chance=0)
    synthesizer = Synthesizer(maps, table, still)
    for seed in range(8):
        target = synthesizer.draw(RandomSource(seed, CPU))[1][0]
        left, right = ((target == value).nonzero()[:, 0].float().mean() for value in (1, 2))
        assert left < right, "class 1 is on the left, which is where i is small"


def test_blur_keeps_the_mean_and_a_percentile_scale_reaches_zero_and_one():
    image = torch.rand(20, 20, 20)
    assert float(gaussian_blur(image, (1.0, 2.0, 0.0)).mean()) == pytest.approx(float(image.mean()), abs=0.02)
    assert gaussian_blur(image, (1.0, 2.0, 0.5)).std() < image.std() / 2
    scaled = scale_to_percentile(image * 300 - 20)
    assert (scaled.min(), scaled.max()) == (0, 1)


def _maps_in_memory() -> tuple[list[torch.Tensor], TissueTable]:
    ids = (0, 2, 3, 41, 42, 502)
    rows = np.zeros(503, np.uint8)
    rows[list(ids)] = np.arange(len(ids))
    return [torch.from_numpy(rows[head()])], TissueTable.build(ids, CLASSES)


def trainer(steps: int) -> Trainer:
    maps, table = _maps_in_memory()
    synthesizer = Synthesizer(maps, table, SMALL)
    torch.manual_seed(1)
    from monai.networks.nets import UNet

    network = UNet(3, 1, 3, channels=(8, 16), strides=(2,))
    options = TrainingOptions(steps=steps, learning_rate=0.01, warm_up=2, average=0.8)
    return Trainer(network, lambda n: synthesizer.draw(RandomSource(n, CPU)), class_weights(maps, table, 3), options, CPU)


def test_the_loss_falls():
    losses = [float(loss) for _, loss in trainer(60).run()]
    assert np.mean(losses[-10:]) < 0.75 * np.mean(losses[:5])


def test_a_training_killed_in_the_middle_continues_as_if_unbroken(tmp_path):
    unbroken = trainer(8)
    whole = [float(loss) for _, loss in unbroken.run()]
    first = trainer(8)
    run = first.run()
    for _ in range(3):
        next(run)
    first.save(tmp_path / "checkpoint.pt")
    next(run)  # lost with the kill
    second = trainer(8)
    second.resume(tmp_path / "checkpoint.pt")
    rest = [float(loss) for _, loss in second.run()]
    assert rest == pytest.approx(whole[3:], abs=1e-6)
    for name, value in unbroken.average.state_dict().items():
        torch.testing.assert_close(second.average.state_dict()[name], value, atol=1e-6, rtol=0)


def test_a_damaged_checkpoint_is_told(tmp_path):
    first = trainer(2)
    first.save(tmp_path / "checkpoint.pt")
    whole = (tmp_path / "checkpoint.pt").read_bytes()
    for content in (whole[: len(whole) // 2], b"", b"text"):
        (tmp_path / "checkpoint.pt").write_bytes(content)
        with pytest.raises(InputError, match=r"damaged|cut short|empty"):
            trainer(2).resume(tmp_path / "checkpoint.pt")


def test_a_checkpoint_of_another_recipe_is_not_continued(tmp_path):
    first = trainer(2)
    first.identity = "another"
    first.save(tmp_path / "checkpoint.pt")
    with pytest.raises(InputError, match="another recipe"):
        trainer(2).resume(tmp_path / "checkpoint.pt")


def test_averages_follow_the_statistics_of_batch_norms():
    from monai.networks.nets import UNet

    one = trainer(3)
    network = UNet(3, 1, 3, channels=(8, 16), strides=(2,), norm="batch")
    two = Trainer(network, one.draw, torch.ones(3), one.options, CPU)
    list(two.run())
    for name, value in two.network.named_buffers():
        assert torch.equal(value, two.average.get_buffer(name))


@pytest.mark.parametrize("labels", [np.zeros((8, 8, 8), np.int16), np.full((8, 8, 8), -3, np.int16)])
def test_label_maps_without_usable_numbers_are_told(tmp_path, labels):
    write_label_map(tmp_path / "odd.nii.gz", labels)
    with pytest.raises(InputError, match="label map"):
        load_label_maps([tmp_path / "odd.nii.gz"], CLASSES)


def test_a_recipe_trains_a_bundle_that_runs(data, tmp_path):
    bundle = Bundle.open(make_bundle(tmp_path / "tiny"))
    classes = tuple(TrainingClass(name, tuple(labels)) for name, labels in zip(("a", "b"), CLASSES, strict=True))
    recipe = Recipe("maps/*.nii.gz", classes, SMALL, TrainingOptions(steps=4, checkpoint_every=2))
    seen = []
    written = train(bundle, recipe, data, tmp_path / "out", CPU, seen.append)
    assert seen[-1].step == 4
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["checkpoint.pt", "tiny"]
    trained = Bundle.open(written)
    assert trained.content_hash != bundle.content_hash
    assert infer([blobs()], trained).labelmap.voxels.shape == blobs().voxels.shape
    stored = torch.load(written / "models" / "model.pt", weights_only=True)["model"]
    assert {v.dtype for v in stored.values() if v.is_floating_point()} == {torch.float16}


def test_a_recipe_with_another_number_of_classes_than_the_network_is_refused(data, tmp_path):
    bundle = Bundle.open(make_bundle(tmp_path / "tiny"))
    recipe = Recipe("maps/*.nii.gz", (TrainingClass("all", (2, 3, 41, 42)),), SMALL, TrainingOptions(steps=1))
    with pytest.raises(InputError, match="classes"):
        train(bundle, recipe, data, tmp_path / "out", CPU, lambda _: None)
    assert not (tmp_path / "out").exists()


def test_the_recipe_of_the_built_in_model_fits_its_metadata():
    bundle = find_model("brain-mr")
    recipe = read_recipe(bundle.root / "recipe.yaml")
    assert [c.name for c in recipe.classes] == list(bundle.label_names.values())
    window = json.loads((bundle.root / "configs" / "inference.json").read_text())["inferer"]["roi_size"]
    assert all(size <= side <= 1.15 * size for size, side in zip(recipe.synthesis.size, window, strict=True))


@pytest.mark.parametrize("text", ["", "[]", "classes: 3", "label_maps: a\nclasses: []\ntraining: {speed: 9}", "a: ["])
def test_unusable_recipes_are_told(tmp_path, text):
    (tmp_path / "recipe.yaml").write_text(text)
    with pytest.raises(InputError, match="recipe"):
        read_recipe(tmp_path / "recipe.yaml")


def test_the_built_in_recipe_starts_from_the_real_label_maps():
    recipe = read_recipe(find_model("brain-mr").root / "recipe.yaml")
    paths = sorted(real_data().glob(recipe.label_maps))[:2]
    maps, table = load_label_maps(paths, [c.labels for c in recipe.classes])
    synthesizer = Synthesizer(maps, table, recipe.synthesis)
    image, target = synthesizer.draw(RandomSource(1, CPU))
    assert image.shape == (1, *recipe.synthesis.size)
    assert len(target.unique()) > 12
