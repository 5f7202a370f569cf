"""A photograph or scan made into an upright, cropped, evenly lit page, with numpy and Pillow only.

Each step must earn its place: it is measured on the development documents, and a step that cannot find what it looks for
(no page edge, no skew) leaves the picture as it was.
"""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from services.documents.domain.page import Box

Grey = NDArray[np.float32]

_SMALL = 480  # longest side of the picture the page is looked for in
_PAGE_SHARE = (0.25, 0.97)  # a page takes this part of the picture, or it was not found
_BORDER_SHARE = 0.25  # of the picture's edge may be light: a sheet may reach over one side
_FILLED = 0.85
_INK_STEP = 18  # grey levels darker than the surroundings
_SKEW_STEPS = np.arange(-4.0, 4.01, 0.25)
_SKEW_WORTH = 0.3  # degrees


def flatten(image: Image.Image) -> Image.Image:
    """On white: transparent paper is not black."""
    if image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info:
        layer = image.convert("RGBA")
        paper = Image.new("RGBA", layer.size, (255, 255, 255, 255))
        return Image.alpha_composite(paper, layer).convert("RGB")
    return image.convert("RGB")


def normalise(image: Image.Image) -> Image.Image:
    """The page alone, flat and upright as far as it can be seen."""
    corners = page_corners(image)
    if corners is not None:
        image = _rectify(image, corners)
    angle = skew_angle(image)
    if abs(angle) >= _SKEW_WORTH:
        image = image.rotate(
            angle, resample=Image.Resampling.BICUBIC, expand=False, fillcolor=_paper(image)
        )
    return image


def page_corners(image: Image.Image) -> NDArray[np.float64] | None:
    """Corners of a light sheet on a darker table (top left, top right, bottom right, bottom left), or None."""
    scale = _SMALL / max(image.size)
    small = image.convert("L").resize(
        (max(1, round(image.width * scale)), max(1, round(image.height * scale))),
        Image.Resampling.BOX,
    )
    grey = np.asarray(small.filter(ImageFilter.MedianFilter(7)), dtype=np.float32)
    light = grey > _otsu(grey)
    border = np.concatenate([light[0], light[-1], light[:, 0], light[:, -1]])
    share = float(light.mean())
    if border.mean() > _BORDER_SHARE or not _PAGE_SHARE[0] < share < _PAGE_SHARE[1]:
        return None
    ys, xs = np.nonzero(light)
    points = np.column_stack([xs, ys]).astype(np.float64)
    total, differ = points.sum(axis=1), points[:, 0] - points[:, 1]
    quad = np.array(
        [
            points[total.argmin()],
            points[differ.argmax()],
            points[total.argmax()],
            points[differ.argmin()],
        ]
    )
    area = 0.5 * abs(
        np.dot(quad[:, 0], np.roll(quad[:, 1], -1)) - np.dot(quad[:, 1], np.roll(quad[:, 0], -1))
    )
    # a sheet fills its own corners; a blob, a hand or a lamp does not
    if area == 0 or len(points) / area < _FILLED or area / grey.size < _PAGE_SHARE[0]:
        return None
    corners: NDArray[np.float64] = quad / scale
    return corners


def _otsu(grey: Grey) -> float:
    counts, edges = np.histogram(grey, bins=64, range=(0, 256))
    centres = (edges[:-1] + edges[1:]) / 2
    below, above = np.cumsum(counts), np.cumsum(counts[::-1])[::-1]
    mass = counts * centres
    low = np.cumsum(mass) / np.maximum(below, 1)
    high = (np.cumsum(mass[::-1]) / np.maximum(np.cumsum(counts[::-1]), 1))[::-1]
    between = below[:-1] * above[1:] * (low[:-1] - high[1:]) ** 2
    return float(centres[int(between.argmax())])


def _rectify(image: Image.Image, quad: NDArray[np.float64]) -> Image.Image:
    def side(a: int, b: int) -> float:
        return float(np.hypot(*(quad[a] - quad[b])))

    width = round(max(side(0, 1), side(3, 2)))
    height = round(max(side(0, 3), side(1, 2)))
    target = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float64)
    rows, known = [], []
    for (u, v), (x, y) in zip(target, quad, strict=True):
        rows += [[u, v, 1, 0, 0, 0, -u * x, -v * x], [0, 0, 0, u, v, 1, -u * y, -v * y]]
        known += [x, y]
    coefficients = np.linalg.solve(np.array(rows), np.array(known))
    return image.transform(
        (width, height),
        Image.Transform.PERSPECTIVE,
        tuple(float(c) for c in coefficients),
        resample=Image.Resampling.BICUBIC,
    )


def skew_angle(image: Image.Image) -> float:
    """Degrees to turn (counter-clockwise) so that text lines lie flat: the angle whose row sums differ most."""
    scale = min(1.0, 900 / max(image.size))
    small = image.convert("L").resize(
        (max(1, round(image.width * scale)), max(1, round(image.height * scale))),
        Image.Resampling.BOX,
    )
    grey = np.asarray(small, dtype=np.float32)
    blurred = np.asarray(small.filter(ImageFilter.BoxBlur(12)), dtype=np.float32)
    ink = Image.fromarray(((blurred - grey) > _INK_STEP).astype(np.uint8) * 255)

    def sharpness(angle: float) -> float:
        turned = np.asarray(ink.rotate(angle, resample=Image.Resampling.NEAREST), dtype=np.float32)
        rows = turned[:, turned.shape[1] // 12 : -turned.shape[1] // 12 or None].sum(axis=1)
        return float(np.square(np.diff(rows)).sum())

    scores = [sharpness(float(angle)) for angle in _SKEW_STEPS]
    best = int(np.argmax(scores))
    flat = scores[len(_SKEW_STEPS) // 2]
    return float(_SKEW_STEPS[best]) if scores[best] > flat * 1.05 else 0.0


def _paper(image: Image.Image) -> tuple[int, int, int]:
    red, green, blue = image.resize((1, 1), Image.Resampling.BOX).convert("RGB").getpixel((0, 0))  # type: ignore[misc]  # an RGB pixel is a triple
    return int(red), int(green), int(blue)


def even_light(image: Image.Image) -> Image.Image:
    """Grey page with its shadows divided out: each point against the paper around it."""
    grey = image.convert("L")
    small = grey.resize((max(1, grey.width // 8), max(1, grey.height // 8)), Image.Resampling.BOX)
    paper = small.filter(ImageFilter.MaxFilter(9)).filter(ImageFilter.GaussianBlur(8))
    light = np.asarray(paper.resize(grey.size, Image.Resampling.BICUBIC), dtype=np.float32)
    flat = np.asarray(grey, dtype=np.float32) / np.maximum(light, 1) * 255
    return Image.fromarray(np.clip(flat, 0, 255).astype(np.uint8))


def without_rules(image: Image.Image) -> Image.Image:
    """The page without the long straight lines of its tables, which hide the words in small cells from the recogniser."""
    grey = np.asarray(image.convert("L")).copy()
    dark = grey < np.asarray(image.convert("L").filter(ImageFilter.BoxBlur(15))) - 12
    longest = max(110, image.width // 10)
    for mask in (_runs(dark, longest), _runs(dark.T, longest).T):
        grey[mask] = 255
    return Image.fromarray(grey)


def _runs(dark: NDArray[np.bool_], longest: int) -> NDArray[np.bool_]:
    """Where `dark` holds over at least `longest` points in a row."""
    width = dark.shape[1]
    sums = np.cumsum(np.pad(dark, ((0, 0), (1, 0))), axis=1, dtype=np.int32)
    full = (sums[:, longest:] - sums[:, :-longest]) >= longest
    out = np.zeros_like(dark)
    marks = np.zeros((dark.shape[0], width + 1), dtype=np.int32)
    starts = full[:, : width - longest + 1]
    marks[:, : starts.shape[1]] += starts
    marks[:, longest : longest + starts.shape[1]] -= starts
    out[np.cumsum(marks, axis=1)[:, :width] > 0] = True
    thick = out.copy()
    thick[1:] |= out[:-1]
    thick[:-1] |= out[1:]
    return thick


def for_reading(page: Image.Image) -> Image.Image:
    """What the recogniser is given: lit evenly, without table rules."""
    return without_rules(even_light(page))


_DARK = 140  # of 255, on an evenly lit page: letters, not grain


def ink(page: Image.Image) -> int:
    """Dark points of an evenly lit page."""
    letters = page.convert("L").filter(ImageFilter.MedianFilter(3))
    return int(np.count_nonzero(np.asarray(letters) < _DARK))


def blanked(page: Image.Image, boxes: Iterable[Box]) -> Image.Image:
    """The page with these places painted white."""
    rest = page.copy()
    for box in boxes:
        rest.paste(255, (int(box.left), int(box.top), int(box.right) + 1, int(box.bottom) + 1))
    return rest
