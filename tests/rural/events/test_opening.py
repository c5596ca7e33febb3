"""Opening events of earlier versions are read as those of today."""

import numpy as np

from ecsim.rural.events import CropForm, CropsBaselined


def test_crops_of_the_first_version_have_a_form_by_their_shelf_life_and_processing_by_the_raw_kilogram() -> None:
    """Five and 45 days were fresh, 46 dried; 8 yuan a kilogram of carcass at 0.65 is 5.20 yuan of the live bird."""
    first = {
        "crop": np.arange(3, dtype=np.int32),
        "conversion": np.array([1_000_000, 650_000, 220_000], np.int32),
        "shelf_days": np.array([5, 45, 46], np.int32),
        "processing_fen": np.array([0, 800, 300]),
    }
    second = CropsBaselined.upcasts[1](first)
    assert second["form"].tolist() == [CropForm.FRESH, CropForm.FRESH, CropForm.DRIED]
    assert second["processing_fen"].tolist() == [0, 520, 66]
    assert (second["base_g"].tolist(), second["feed_fen"].tolist()) == ([0, 0, 0], [0, 0, 0])
    assert first["processing_fen"].tolist() == [0, 800, 300]
