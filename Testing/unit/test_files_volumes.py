"""NRRD, MetaImage, PNG and JPEG."""

import numpy as np
import pytest
import SimpleITK as sitk
from PIL import Image as Pillow

from medai.errors import InputError
from medai.files import read_image, write_image
from medai.geometry import LPS_RAS
from medai.image import Image
from support.data import real_data
from support.scans import blobs, oblique_affine


def write_raw_nrrd(path, sizes, directions, kinds):
    """A NRRD file in RAS, by hand, of bytes that count up."""
    header = (
        f"NRRD0004\ntype: uchar\ndimension: {len(sizes)}\nspace: right-anterior-superior\n"
        f"sizes: {' '.join(map(str, sizes))}\nspace directions: {directions}\nkinds: {kinds}\n"
        "encoding: raw\nspace origin: (1,2,3)\n\n"
    )
    path.write_bytes(header.encode() + np.arange(np.prod(sizes)).astype(np.uint8).tobytes())
    return path


def test_a_real_nrrd_has_the_geometry_that_its_header_says():
    path = real_data("brain_tumour/pyradiomics_brain1/brain1_image.nrrd")
    fields = dict(line.split(": ", 1) for line in path.read_bytes().split(b"\n\n")[0].decode().splitlines() if ": " in line)
    *vectors, origin = (
        [float(part) for part in vector.strip("()").split(",")]
        for vector in (*fields["space directions"].split(), fields["space origin"])
    )
    assert fields["space"] == "left-posterior-superior"
    lps = np.eye(4)
    lps[:3, :3] = np.array(vectors).T
    lps[:3, 3] = origin
    image = read_image(path)
    assert np.allclose(image.affine, LPS_RAS @ lps, atol=1e-9)
    assert (image.voxels.dtype, image.orientation, image.name) == (np.int16, "LAS", "brain1_image")


@pytest.mark.parametrize("flips", [(1, 1, 1), (-1, 1, 1), (1, -1, -1)])
@pytest.mark.parametrize("ending", [".nrrd", ".mha"])
def test_any_geometry_survives_without_losing_a_digit(tmp_path, ending, flips):
    image = blobs((7, 6, 5), affine=oblique_affine(flips=flips))
    again = read_image(write_image(tmp_path / f"a{ending}", image))
    assert np.allclose(again.affine, image.affine, atol=1e-9)
    assert np.array_equal(again.voxels, image.voxels)
    assert again.voxels.dtype == np.float32


@pytest.mark.parametrize("ending", [".nrrd", ".mha"])
@pytest.mark.parametrize("kind", [np.uint8, np.int8, np.int16, np.uint16, np.int32, np.int64])
def test_channels_and_types_survive(tmp_path, ending, kind):
    voxels = np.arange(360).reshape(3, 6, 5, 4).astype(kind)
    again = read_image(write_image(tmp_path / f"a{ending}", Image(voxels, oblique_affine())))
    assert np.array_equal(again.voxels, voxels)
    assert again.voxels.dtype == kind


def test_a_nrrd_in_ras_with_a_sheared_grid_is_placed_right(tmp_path):
    path = write_raw_nrrd(tmp_path / "a.nrrd", (4, 5, 6), "(1,0,0) (0.5,2,0) (0,0,-3)", "domain domain domain")
    assert np.allclose(read_image(path).affine, [[1, 0.5, 0, 1], [0, 2, 0, 2], [0, 0, -3, 3], [0, 0, 0, 1]])


def test_frames_of_a_nrrd_list_can_be_chosen_and_its_colors_are_channels(tmp_path):
    directions = "none (1,0,0) (0,2,0) (0,0,3)"
    frames = write_raw_nrrd(tmp_path / "frames.nrrd", (2, 3, 4, 5), directions, "list domain domain domain")
    assert read_image(frames).voxels[0, 1, 0, 0] == 2
    assert read_image(frames, frame=1).voxels[0, 1, 0, 0] == 3
    assert read_image(frames).channels == 1
    with pytest.raises(InputError, match="--frame 0 to 1"):
        read_image(frames, frame=2)
    colors = write_raw_nrrd(tmp_path / "colors.nrrd", (3, 3, 4, 5), directions, "RGB-color domain domain domain")
    assert read_image(colors).voxels[:, 1, 0, 0].tolist() == [3, 4, 5]


def test_a_frame_of_a_4d_metaimage_can_be_chosen(tmp_path):
    frames = [sitk.GetImageFromArray(np.full((3, 4, 5), n, np.int16)) for n in range(3)]
    for frame in frames:
        frame.SetSpacing((1, 2, 3))
    sitk.WriteImage(sitk.JoinSeries(frames), str(tmp_path / "time.mha"))
    image = read_image(tmp_path / "time.mha", frame=2)
    assert (image.shape, image.spacing) == ((5, 4, 3), (1, 2, 3))
    assert np.unique(image.voxels).tolist() == [2]


def test_a_detached_header_finds_its_voxels(tmp_path):
    voxels = np.arange(60, dtype=np.int16).reshape(3, 4, 5)
    for ending in (".nhdr", ".mhd"):
        sitk.WriteImage(sitk.GetImageFromArray(voxels), str(tmp_path / f"a{ending}"))
        assert np.array_equal(read_image(tmp_path / f"a{ending}").voxels[0], voxels.transpose(2, 1, 0))


def test_a_flat_metaimage_gets_a_third_axis():
    image = read_image(real_data("ultrasound/BkCurvilinearScanConvertedData.igs.mha"))
    assert image.voxels.shape == (1, 600, 400, 1)
    assert image.voxels.dtype == np.uint8


@pytest.mark.parametrize(("name", "channels"), [("00000001_000.png", 1), ("tb0005.png", 3)])
def test_a_real_film_is_read_upright(name, channels):
    path = real_data("xray", name)
    image = read_image(path)
    rows = np.asarray(Pillow.open(path)).reshape(512, 512, channels)
    assert image.voxels.shape == (channels, 512, 512, 1)
    assert np.array_equal(image.voxels[:, 100, 300, 0], rows[300, 100])
    assert (image.orientation, image.name) == ("LPS", name.removesuffix(".png"))


@pytest.mark.parametrize(
    ("mode", "channels", "kind"), [("1", 1, "u1"), ("LA", 1, "u1"), ("P", 3, "u1"), ("RGBA", 3, "u1"), ("I;16", 1, "u2")]
)
def test_every_kind_of_png_becomes_gray_or_rgb(tmp_path, mode, channels, kind):
    Pillow.new(mode, (6, 4)).save(tmp_path / "a.png")
    image = read_image(tmp_path / "a.png")
    assert image.voxels.shape == (channels, 6, 4, 1)
    assert image.voxels.dtype == np.dtype(kind)


def test_a_jpeg_from_a_turned_camera_is_turned_back(tmp_path):
    picture = Pillow.new("RGB", (60, 40), "white")
    exif = Pillow.Exif()
    exif[0x0112] = 6
    picture.save(tmp_path / "a.jpg", exif=exif)
    assert read_image(tmp_path / "a.jpg").shape == (40, 60, 1)


def test_an_unknown_extension_to_write_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"\.nii\.gz, \.nii, \.nrrd or \.mha"):
        write_image(tmp_path / "a.tif", blobs((4, 4, 4)))
    assert list(tmp_path.iterdir()) == []
