"""The documentation's pictures show what is in the scene, say where they come from, and leave the scene as it was."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("slicer", exc_type=ImportError)
pytest.importorskip("PySide6.QtWidgets", exc_type=ImportError)
from pictures import views
from support.mrml import node_ids

RED, GREEN = (1.0, 0.0, 0.0), (0.0, 1.0, 0.0)


@pytest.fixture
def drawing():
    if reason := views.why_not():
        pytest.skip(reason)


def add_scan(scene):
    """A gray scan with a red block at the left and a green one at the right of the patient, in surfaces too."""
    import slicer

    scene.AddNode(slicer.vtkMRMLInteractionNode())  # a singleton, which the application always has
    volume = scene.AddNewNodeByClass("vtkMRMLScalarVolumeNode", "scan")
    voxels = np.full((24, 24, 24), 60, np.int16)
    voxels[0], voxels[-1] = 0, 100
    slicer.util.updateVolumeFromArray(volume, voxels)
    volume.SetIJKToRASDirections(-1, 0, 0, 0, -1, 0, 0, 0, 1)
    volume.CreateDefaultDisplayNodes()
    segmentation = scene.AddNewNodeByClass("vtkMRMLSegmentationNode", "blocks")
    segmentation.CreateDefaultDisplayNodes()
    segmentation.SetReferenceImageGeometryParameterFromVolumeNode(volume)
    for name, color, columns in (("left", RED, slice(15, 20)), ("right", GREEN, slice(4, 9))):
        block = np.zeros((24, 24, 24), np.uint8)
        block[8:16, 8:16, columns] = 1
        identifier = segmentation.GetSegmentation().AddEmptySegment(name, name, color)
        slicer.util.updateSegmentBinaryLabelmapFromArray(block, segmentation, identifier, volume)
    segmentation.CreateClosedSurfaceRepresentation()
    return volume, segmentation


def columns_of(pixels, channel: int) -> np.ndarray:
    """Columns of the picture with pixels in which this color outweighs the others."""
    others = np.delete(pixels.astype(int), channel, axis=2).max(axis=2)
    return np.flatnonzero((pixels[..., channel] > others + 50).any(axis=0))


def test_a_slice_shows_the_segments_over_the_scan_and_the_patients_left_at_the_right(app, scene, drawing):
    volume, _segmentation = add_scan(scene)
    before = node_ids(scene)
    view = views.SliceView(scene, "Red", volume, np.array([-11.5, -11.5, 11.5]), (200, 160))
    pixels = view.pixels()
    assert view.letters() == {"left": "R", "right": "L", "top": "A", "bottom": "P"}
    assert view.position() == ("S: 11.5 mm", pytest.approx(0.5, abs=0.03))
    view.close()
    assert pixels.shape == (160, 200, 3)
    red, green = columns_of(pixels, 0), columns_of(pixels, 1)
    assert len(red) > 10
    assert len(green) > 10
    assert green.max() < red.min()
    assert pixels[80, 100].min() > 30  # the scan between them
    assert node_ids(scene) == before


def test_the_3d_view_shows_the_surfaces_on_slicers_background(app, scene, drawing):
    add_scan(scene)
    before = node_ids(scene)
    view = views.ThreeDView(scene, (200, 160))
    pixels = view.pixels()
    view.close()
    assert len(columns_of(pixels, 0)) > 10
    assert len(columns_of(pixels, 1)) > 10
    top, bottom = pixels[0, 0].astype(int), pixels[-1, 0].astype(int)
    assert (bottom > top).all()
    assert top[2] > top[0]
    assert node_ids(scene) == before


def test_a_picture_of_the_application_has_the_panel_the_views_and_the_caption(app, drawing, tmp_path):
    import qt
    import slicer

    from pictures import application, draw_application

    volume, segmentation = add_scan(slicer.mrmlScene)
    before = node_ids(slicer.mrmlScene)
    panel = qt.QWidget()
    layout = qt.QVBoxLayout(panel)
    layout.addWidget(qt.QPushButton("Apply"))
    path = draw_application(panel, slicer.mrmlScene, volume, segmentation, tmp_path / "picture.png")
    image = qt.QImage(str(path))
    assert image.height() == application.HEIGHT + application.CAPTION_HEIGHT
    assert image.width() > 2.5 * application.PANEL_WIDTH
    caption = [image.pixelColor(column, image.height() - 12).lightness() for column in range(image.width())]
    assert min(caption) < 100
    assert max(caption) > 200
    assert node_ids(slicer.mrmlScene) == before


def test_without_a_gl_library_it_says_which_to_install_instead_of_crashing(scene, monkeypatch):
    monkeypatch.setattr(views, "_loads", lambda _library: False)
    monkeypatch.setattr(views.sys, "platform", "linux")
    assert "apt-get install libegl1" in views.why_not()
    with pytest.raises(RuntimeError, match="no GL library"):
        views.ThreeDView(scene, (20, 20))


def test_osmesa_draws_where_there_is_no_egl(monkeypatch):
    monkeypatch.setattr(views, "_loads", lambda library: "OSMesa" in library)
    monkeypatch.setattr(views.sys, "platform", "linux")
    monkeypatch.setenv("VTK_DEFAULT_OPENGL_WINDOW", "")
    assert views.why_not() == ""
    assert views.os.environ["VTK_DEFAULT_OPENGL_WINDOW"] == "vtkOSOpenGLRenderWindow"
