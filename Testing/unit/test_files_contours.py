"""RTSTRUCT contours as label maps: voxel centers inside, holes, several directions, and what is refused."""

import numpy as np
import pydicom
import pytest
import SimpleITK as sitk
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.path import Path as Outline

from medai.errors import InputError
from medai.files import read_contours, read_image
from medai.geometry import affine_from_lps
from medai.image import Image
from support.data import real_data
from support.dicompredictions import series
from support.rtstructs import in_patient, outline, write_rtstruct

SQUARE = [(1.5, 2.5), (6.5, 2.5), (6.5, 7.5), (1.5, 7.5)]
HOLE = [(3.5, 4.5), (3.5, 6.5), (4.5, 6.5), (4.5, 4.5)]


def grid_of(angles=(20.0, -35.0, 50.0), spacing=(0.8, 1.3, 4.0), shape=(12, 10, 7)):
    turned = sitk.Euler3DTransform()
    turned.SetRotation(*np.radians(angles).tolist())
    return Image(np.zeros((1, *shape), np.int16), affine_from_lps((12.0, -30.5, 99.0), spacing, turned.GetMatrix()), name="scan")


def square(shape, k, hole=False):
    voxels = np.zeros(shape, bool)
    voxels[2:7, 3:8, k] = True
    if hole:
        voxels[4, 5:7, k] = False
    return voxels


def away_from(points, start, end):
    """Distance of points (point, 2) from a piece of a line."""
    along = end - start
    share = np.clip((points - start) @ along / max(along @ along, 1e-12), 0, 1)
    return np.linalg.norm(points - start - share[:, None] * along, axis=1)


@pytest.mark.parametrize("modality", ["CT", "MR_T1", "PET"])
def test_real_contours_give_the_real_mask(modality):
    folder = real_data("dicom", "STS_008_CT_MR_PET_RTSTRUCT", modality)
    mask = read_image(real_data("sarcoma", "STS_008", f"{modality}_mask.nii.gz")).voxels[0] > 0
    scan = read_image(folder / "image")
    labelmap, names = read_contours(folder / "mask" / "RS.dcm", scan, source=folder / "image")
    assert names == (f"GTV_Mass_{modality}",)
    assert labelmap.on_same_grid(scan)
    found = labelmap.voxels[0] > 0
    assert 2 * (found & mask).sum() / (found.sum() + mask.sum()) >= 0.97
    assert np.array_equal(found, mask)


def test_voxels_with_their_centers_inside_belong_to_it(tmp_path):
    grid = grid_of()
    path = write_rtstruct(tmp_path / "rs.dcm", {"GTV": [in_patient(grid, outline(SQUARE, k)) for k in (2, 4)]})
    labelmap, names = read_contours(path, grid)
    assert (names, labelmap.voxels.dtype) == (("GTV",), np.uint8)
    assert np.array_equal(labelmap.voxels[0] == 1, square(grid.shape, 2) | square(grid.shape, 4))


@pytest.mark.parametrize("keyhole", [False, True])
def test_holes_and_keyholes_are_empty(tmp_path, keyhole):
    grid = grid_of()
    drawn = [[*SQUARE, SQUARE[0], *HOLE, HOLE[0], SQUARE[0]]] if keyhole else [SQUARE, HOLE]
    contours = [in_patient(grid, outline(corners, 3)) for corners in drawn]
    labelmap, _ = read_contours(write_rtstruct(tmp_path / "rs.dcm", {"GTV": contours}), grid)
    assert np.array_equal(labelmap.voxels[0] > 0, square(grid.shape, 3, hole=True))


def test_a_contour_that_is_there_twice_counts_once(tmp_path):
    grid = grid_of()
    contours = [in_patient(grid, outline(SQUARE, 3))] * 2
    labelmap, _ = read_contours(write_rtstruct(tmp_path / "rs.dcm", {"GTV": contours}), grid)
    assert np.array_equal(labelmap.voxels[0] > 0, square(grid.shape, 3))


def test_neighbors_that_share_a_line_through_centers_share_no_voxel(tmp_path):
    grid = grid_of()
    left, right = [(1, 1), (5, 1), (5, 6), (1, 6)], [(5, 1), (9, 1), (9, 6), (5, 6)]
    contours = {name: [in_patient(grid, outline(c, 1))] for name, c in (("left", left), ("right", right))}
    labelmap, _ = read_contours(write_rtstruct(tmp_path / "rs.dcm", contours), grid)
    assert len(labelmap.voxels) == 1
    assert [(labelmap.voxels == value).sum() for value in (1, 2)] == [20, 20]


def test_structures_that_overlap_have_layers_and_names_choose_them(tmp_path):
    grid = grid_of()
    inner = [(2.5, 3.5), (5.5, 3.5), (5.5, 6.5)]
    apart = [(8.5, 0.5), (11.5, 0.5), (11.5, 4.5), (8.5, 4.5)]
    contours = {name: [in_patient(grid, outline(c, 2))] for name, c in (("Body", SQUARE), ("GTV", inner), ("Node", apart))}
    path = write_rtstruct(tmp_path / "rs.dcm", contours)
    labelmap, names = read_contours(path, grid)
    assert names == ("Body", "GTV", "Node")
    assert [set(np.unique(layer)) for layer in labelmap.voxels] == [{0, 1, 3}, {0, 2}]
    chosen, names = read_contours(path, grid, ["node", "Body"])
    assert names == ("Node", "Body")
    assert np.array_equal(chosen.voxels[0] == 1, (labelmap.voxels == 3).any(axis=0))
    with pytest.raises(InputError, match="no structure 'CTV'; choose one of: Body, GTV, Node"):
        read_contours(path, grid, ["CTV"])


@pytest.mark.parametrize("axis", [0, 1])
def test_contours_across_the_first_axes_of_the_grid(tmp_path, axis):
    grid = grid_of()
    points = np.insert(np.array([(0.5, 1.5), (4.5, 1.5), (4.5, 5.5), (0.5, 5.5)]), axis, 6, axis=1)
    labelmap, _ = read_contours(write_rtstruct(tmp_path / "rs.dcm", {"GTV": [in_patient(grid, points)]}), grid)
    expected = np.zeros(grid.shape, bool)
    expected[{0: (6, slice(1, 5), slice(2, 6)), 1: (slice(1, 5), 6, slice(2, 6))}[axis]] = True
    assert np.array_equal(labelmap.voxels[0] > 0, expected)


@settings(max_examples=40, deadline=None)
@given(
    corners=st.lists(st.tuples(st.integers(-20, 140), st.integers(-20, 120)), min_size=3, max_size=12),
    angles=st.tuples(*[st.floats(-180, 180)] * 3),
    slice_number=st.integers(0, 6),
)
def test_any_polygon_agrees_with_another_library(tmp_path_factory, corners, angles, slice_number):
    grid = grid_of(angles)
    points = np.array(corners) / 10
    path = tmp_path_factory.mktemp("rt") / "rs.dcm"
    write_rtstruct(path, {"GTV": [in_patient(grid, outline(points, slice_number))]})
    centers = np.stack(np.mgrid[:12, :10], axis=-1).reshape(-1, 2)
    crossings, clear = np.zeros(len(centers), int), np.ones(len(centers), bool)
    for start, end in zip(points, np.roll(points, -1, axis=0), strict=True):
        crosses = (start[1] <= centers[:, 1]) != (end[1] <= centers[:, 1])
        with np.errstate(all="ignore"):
            at = start[0] + (centers[:, 1] - start[1]) / (end[1] - start[1]) * (end[0] - start[0])
        crossings += crosses & (at > centers[:, 0])
        clear &= away_from(centers, start, end) > 0.01
    expected = (crossings % 2 == 1).reshape(12, 10)
    try:
        found = read_contours(path, grid)[0].voxels[0, :, :, slice_number] > 0
    except InputError as refusal:
        assert "no closed contours within" in str(refusal)
        found = np.zeros((12, 10), bool)
    assert np.array_equal(found.ravel()[clear], expected.ravel()[clear])


def test_a_convex_outline_agrees_with_matplotlib(tmp_path):
    grid = grid_of(shape=(60, 50, 3))
    turn = np.linspace(0, 2 * np.pi, 100, endpoint=False)
    points = np.column_stack([30.2 + 21.3 * np.cos(turn), 24.7 + 17.9 * np.sin(turn)])
    labelmap, _ = read_contours(write_rtstruct(tmp_path / "rs.dcm", {"GTV": [in_patient(grid, outline(points, 1))]}), grid)
    inside = Outline(points).contains_points(np.stack(np.mgrid[:60, :50], axis=-1).reshape(-1, 2)).reshape(60, 50)
    assert np.array_equal(labelmap.voxels[0, :, :, 1] > 0, inside)


def test_what_lies_outside_of_the_scan_is_cut_off(tmp_path):
    grid = grid_of()
    far = [(-1e6, -1e6), (5.5, -1e6), (5.5, 1e6), (-1e6, 1e6)]
    contours = [in_patient(grid, outline(far, 3)), in_patient(grid, outline(SQUARE, 40))]
    labelmap, _ = read_contours(write_rtstruct(tmp_path / "rs.dcm", {"GTV": contours}), grid)
    expected = np.zeros(grid.shape, bool)
    expected[:6, :, 3] = True
    assert np.array_equal(labelmap.voxels[0] > 0, expected)
    path = write_rtstruct(tmp_path / "far.dcm", {"GTV": contours[1:]})
    with pytest.raises(InputError, match="no closed contours within scan; choose the scan that they were drawn on"):
        read_contours(path, grid)


def test_contours_beside_the_slices_are_refused(tmp_path):
    grid = grid_of()
    between = write_rtstruct(tmp_path / "a.dcm", {"GTV": [in_patient(grid, outline(SQUARE, 3.4))]})
    with pytest.raises(InputError, match="The contours of GTV lie between slices of scan; give the scan that they were drawn on"):
        read_contours(between, grid)
    across = write_rtstruct(tmp_path / "b.dcm", {"GTV": [in_patient(grid, [(1, 1, 1), (8, 2, 4), (4, 8, 2)])]})
    with pytest.raises(InputError, match="The contours of GTV do not lie in slices of scan"):
        read_contours(across, grid)


def test_another_frame_of_reference_is_refused(tmp_path):
    source, scan = series(tmp_path / "scan")
    contours = {"GTV": [in_patient(scan, outline([(0, 0), (4, 0), (4, 4)], 2))]}
    assert read_contours(write_rtstruct(tmp_path / "a.dcm", contours), scan, source=source)[1] == ("GTV",)
    path = write_rtstruct(tmp_path / "b.dcm", contours, frame_of_reference="1.2.99")
    with pytest.raises(InputError, match=r"GTV in .* is in another frame of reference than .*; register them first"):
        read_contours(path, scan, source=source)
    assert read_contours(path, scan)[1] == ("GTV",)


def test_points_and_lines_are_passed_over_unless_asked_for(tmp_path):
    grid = grid_of()
    contours = {"GTV": [in_patient(grid, outline(SQUARE, 2))], "Marker": [in_patient(grid, [(3, 3, 3)])], "Nothing": []}
    path = write_rtstruct(tmp_path / "rs.dcm", contours)
    assert read_contours(path, grid)[1] == ("GTV",)
    for name in ("Marker", "Nothing"):
        with pytest.raises(InputError, match=f"no closed contours of {name}, only points or lines"):
            read_contours(path, grid, [name])
    with pytest.raises(InputError, match="no closed contours within"):
        read_contours(write_rtstruct(tmp_path / "open.dcm", contours, kind="OPEN_PLANAR"), grid)


def test_structures_of_one_name_are_told_apart_by_their_numbers(tmp_path):
    grid = grid_of()
    contours = {"a": [in_patient(grid, outline(SQUARE, 1))], "b": [in_patient(grid, outline(SQUARE, 2))]}
    assert read_contours(write_rtstruct(tmp_path / "rs.dcm", contours, names=["GTV", "GTV"]), grid)[1] == ("GTV (1)", "GTV (2)")


def test_files_that_hold_no_contours_are_refused(tmp_path, monkeypatch):
    grid = grid_of()
    source, _ = series(tmp_path / "scan")
    for path, words in (
        (tmp_path / "missing.dcm", "is not there; name an RTSTRUCT file"),
        (next(source.iterdir()), "it is no RTSTRUCT"),
        (source, "name an RTSTRUCT file"),
    ):
        with pytest.raises(InputError, match=words):
            read_contours(path, grid)
    (tmp_path / "text.dcm").write_text("contours")
    with pytest.raises(InputError, match="is not a DICOM file"):
        read_contours(tmp_path / "text.dcm", grid)
    path = write_rtstruct(tmp_path / "rs.dcm", {"GTV": [in_patient(grid, outline(SQUARE, 1))]})
    dataset = pydicom.dcmread(path)
    dataset.ROIContourSequence[0].ContourSequence[0].ContourData = ["1", "2", "3", "4"]
    dataset.save_as(tmp_path / "cut.dcm")
    with pytest.raises(InputError, match="contour of GTV whose coordinates are not three numbers a point"):
        read_contours(tmp_path / "cut.dcm", grid)
    monkeypatch.setattr("medai.files.contours.structures._MOST_POINTS", 3)
    with pytest.raises(InputError, match="has 4 points, more than 3; export fewer structures"):
        read_contours(path, grid)
