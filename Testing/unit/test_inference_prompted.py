"""VISTA3D's automatic mode: unasked, without the bundle's own code, and with the labels that MONAI's parts give."""

from __future__ import annotations

import copy

import numpy as np
import pytest
import torch
from monai.apps.vista3d.transforms import VistaPostTransformd, VistaPreTransformd
from monai.data import MetaTensor
from monai.inferers import SlidingWindowInfererAdapt
from monai.networks.nets import UNet
from monai.transforms import (
    Compose,
    CropForegroundd,
    EnsureChannelFirstd,
    EnsureTyped,
    Invertd,
    LoadImaged,
    Orientationd,
    ScaleIntensityRanged,
    Spacingd,
)

from medai.bundles import Bundle
from medai.bundles.audit import Verdict, audit
from medai.errors import InputError
from medai.inference import Options, infer
from medai.inference import prompted as module
from medai.inference.cost import window_cost
from medai.inference.engine import _pipeline_for
from medai.inference.prompted import Prompted, numbered_in_slabs, prompted
from support.monai_runner import written
from support.prompted import AUTOMATIC, CANARY, NAMES, WINDOW, make_prompted_bundle, network, steps
from support.scans import blobs

CLASSES = {
    kind.__name__: kind
    for kind in (EnsureTyped, Spacingd, CropForegroundd, VistaPreTransformd, ScaleIntensityRanged, Orientationd)
}


@pytest.fixture(scope="module")
def bundle(tmp_path_factory) -> Bundle:
    return Bundle.open(make_prompted_bundle(tmp_path_factory.mktemp("bundles") / "vista"))


@pytest.fixture(scope="module")
def scan():
    return blobs()


def labels_by_monai(scan, folder, classes):
    """What MONAI's own classes make of the scan when they are asked for classes, as the zoo's evaluator asks."""

    def built(step):
        settings = {key: value for key, value in step.items() if key != "_target_"}
        return CLASSES[step["_target_"].rsplit(".", maxsplit=1)[-1]](**settings)

    first = [LoadImaged("image"), EnsureChannelFirstd("image")]
    preprocessing = Compose([*first, *(built(step) for step in steps())])
    data = preprocessing({"image": str(written(scan, folder / "scan.nii.gz"))})
    prompts = torch.tensor(classes)[:, None]
    inferer = SlidingWindowInfererAdapt(roi_size=WINDOW, sw_batch_size=2, with_coord=True)
    nothing = dict.fromkeys(("point_coords", "point_labels", "prev_mask", "labels", "label_set"))
    with torch.no_grad():
        scores = inferer(data["image"][None], network(), transpose=True, class_vector=prompts, prompt_class=prompts, **nothing)
    data.update(pred=MetaTensor(scores[0], meta=data["image"].meta), label_prompt=prompts)
    back = Invertd("pred", transform=preprocessing, orig_keys="image", nearest_interp=True)
    return back(VistaPostTransformd("pred")(data))["pred"].numpy()


def test_it_runs_unasked_without_its_own_code_and_gives_monais_labels(bundle, scan, tmp_path):
    before = {path: path.read_bytes() for path in bundle.root.rglob("*") if path.is_file()}
    verdict = audit(bundle)
    assert verdict.verdict is Verdict.SAFE
    assert verdict.files == ()
    assert len(verdict.repairs) == 1
    assert "class_prompts" in {reason.part for reason in verdict.reasons}
    found = infer([scan], bundle)
    expected = labels_by_monai(scan, tmp_path, AUTOMATIC)
    np.testing.assert_array_equal(found.labelmap.voxels, expected)
    assert len(np.unique(expected)) > 3
    assert set(np.unique(expected)) <= {0, *AUTOMATIC}
    assert found.plan.windows > 4
    assert found.labelmap.voxels.dtype == np.uint8
    assert not (bundle.root / "scripts" / CANARY).exists()
    assert {path: path.read_bytes() for path in bundle.root.rglob("*") if path.is_file()} == before


def test_labels_that_are_asked_for_are_its_only_prompts(bundle, scan, tmp_path):
    for names, classes in ((("Brain", "liver"), (1, 22)), (("spleen",), (3,))):
        found = infer([scan], bundle, Options(labels=names))
        expected = labels_by_monai(scan, tmp_path, classes)
        np.testing.assert_array_equal(found.labelmap.voxels, expected)
        assert (expected > 0).any()
    few = _pipeline_for(bundle, Options(labels=("spleen",)))
    whole = _pipeline_for(bundle, Options())
    assert (few.network.classes, whole.network.classes) == ((3,), AUTOMATIC)
    assert few.network.network is whole.network.network


def test_its_labels_are_those_that_it_looks_for(bundle):
    assert bundle.label_names == {value: name for value, name in NAMES.items() if value in AUTOMATIC}
    with pytest.raises(InputError, match="has no label 'lung tumor'"):
        infer([blobs()], bundle, Options(labels=("lung tumor",)))


@pytest.mark.parametrize("everything", [["liver"], [True], [0, 1], [1, 133], [3, 3], {"1": 1}, 5, "$list(range(200))", "all"])
def test_classes_that_the_network_cannot_be_asked_for_are_refused_in_a_sentence(tmp_path, everything):
    odd = Bundle.open(make_prompted_bundle(tmp_path / "odd", everything))
    with pytest.raises(InputError, match=r"class_prompts are no list of different classes from 1 to 132; get the bundle again\."):
        infer([blobs()], odd)


def test_without_classes_of_its_own_the_bundles_inferer_stays_and_is_asked_about(tmp_path):
    assert audit(Bundle.open(make_prompted_bundle(tmp_path / "none", []))).verdict is Verdict.NEEDS_TRUST


def test_classes_may_be_computed(tmp_path, scan):
    counted = Bundle.open(make_prompted_bundle(tmp_path / "counted", "$list(range(1, 4)) + [22]"))
    assert audit(counted).verdict is Verdict.SAFE
    found = infer([scan], counted).labelmap.voxels
    np.testing.assert_array_equal(found, labels_by_monai(scan, tmp_path, (1, 2, 3, 22)))


def test_cost_counts_every_class_and_leaves_the_network_as_it_is():
    made = network()
    few, many = Prompted(made, [1, 3]), Prompted(made, list(range(1, 41)))
    costs = [window_cost(each, (1, 1, *WINDOW)) for each in (few, many)]
    assert [cost.output_channels for cost in costs] == [2, 40]
    assert costs[1].activation_bytes > max(costs[0].activation_bytes, 40 * 4 * 32**3)
    assert costs[1].operations > costs[0].operations > 0
    assert {parameter.device.type for parameter in few.parameters()} == {"cpu"}
    assert set(few.state_dict()) == {f"network.{name}" for name in made.state_dict()}


def test_fewer_prompts_share_the_weights_and_keep_their_order():
    made = Prompted(network(), [22, 1, 3]).eval()
    fewer = made.asked_for([3, 22])
    assert fewer.classes == (22, 3)
    assert not fewer.training
    assert fewer.network is made.network
    windows = torch.rand(2, 1, *WINDOW)
    with torch.no_grad():
        torch.testing.assert_close(fewer(windows), made(windows)[:, [0, 2]], rtol=1e-4, atol=1e-4)
    with pytest.raises(InputError, match="label 4"):
        made.asked_for([4])


def test_other_networks_are_not_asked():
    other = UNet(3, 1, 2, (4, 8), (2,))
    assert prompted(other, [1]) is other


@pytest.mark.parametrize("count", [1, 3])
def test_numbers_of_classes_do_not_depend_on_how_much_is_decided_at_once(monkeypatch, count):
    monkeypatch.setattr(module, "_SLAB", 40)
    scores = MetaTensor(torch.randn(count, 7, 6, 5), affine=torch.diag(torch.tensor([2.0, 3, 4, 1])).double())
    before = scores.clone()
    data = {"pred": scores, "label_prompt": torch.tensor([9, 4, 30][:count])}
    step = VistaPostTransformd("pred")
    done = numbered_in_slabs([step, "next"], data, "pred")
    expected = step({**copy.deepcopy(data)})["pred"]
    assert done.steps == 1
    assert torch.equal(done.result, expected)
    assert torch.equal(done.result.affine, scores.affine)
    assert torch.equal(scores, before)
    assert set(done.result.unique().tolist()) == {0, *data["label_prompt"].tolist()}
    assert numbered_in_slabs([], data, "pred") is numbered_in_slabs([step], {**data, "points": 1}, "pred") is None
