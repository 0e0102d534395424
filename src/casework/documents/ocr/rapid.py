"""The engine rapidocr: PaddleOCR's small models under onnxruntime, one thread, nothing downloaded.

Its detector gives a slanted box a line; the recogniser gives the letters of a line with the columns
in which it saw them, from which the boxes of words are made. Directions are found by the shape of
the boxes and by the classifier on a sample of lines, so that upright pages, the usual case, do not
pay for it. Knows nothing of pages.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from casework.types.document import Box
from casework.types.ocr import OcrPicture, OcrResult, OcrWord, Turn

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]
    Quads = NDArray[np.float32]
    """Boxes of lines: their corners from the top left on, clockwise in reading direction."""

_LONGEST_PX: Final = 2400
_DETECTED_PX: Final = 1600  # lines are found at this size, and read at full size: saves memory
_SHORTEST_PX: Final = 32
_LEAST_LINE: Final = 0.5
"""How sure a line must be on the whole; below that it is texture that looked like letters."""
_TALL: Final = 1.5  # height over width from which a box is a line on its side
_SIDEWAYS_SHARE: Final = 0.6  # of the lengths of all lines, for the page to lie on its side
_SAMPLED: Final = 10  # lines that are asked whether they stand on their head
_SURE: Final = 0.8  # share of the sample that settles it without reading any
_BOTH_WAYS: Final = 5  # lines read both ways where the sample is divided
_FLAT: Final = 3.0  # width over height from which a line tells the slope of the page
_GAP_COLUMNS: Final = 5
"""Columns without a letter, in one word, after which the next one begins: the recogniser often
leaves out the blank where a wide gap is. A column is a sixth of the height of the line."""
_BATCH: Final = 1  # lines of unlike lengths padded to one cost more than they save


def open_engine(languages: str) -> RapidEngine:
    """The engine. Its one model reads Latin, Chinese and Japanese: `languages` change nothing."""
    del languages
    return RapidEngine()


class RapidEngine:
    """An `OcrEngine`; loads its models when it is made (about a second)."""

    def __init__(self) -> None:
        import rapidocr

        models = Path(rapidocr.__file__).parent / "models"
        names = {"Det": "*det*.onnx", "Cls": "*cls*.onnx", "Rec": "*rec*.onnx"}
        found = {
            f"{part}.model_path": str(next(iter(sorted(models.glob(name)))))
            for part, name in names.items()
        }
        settings: dict[str, object] = {
            "Global.log_level": "critical",
            "Global.max_side_len": _LONGEST_PX,
            "Global.return_word_box": True,
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            "Det.limit_type": "max",
            "Det.limit_side_len": _DETECTED_PX,
            "Rec.rec_batch_num": _BATCH,
            **found,
        }
        self._engine: Any = rapidocr.RapidOCR(params=settings)

    def read(self, picture: OcrPicture) -> OcrResult:
        """The words in this picture."""
        import numpy as np

        shape = (picture.height_px, picture.width_px, 3)
        colours = np.frombuffer(picture.rgb, np.uint8).reshape(shape)
        pixels = np.ascontiguousarray(colours[:, :, ::-1])  # its models were trained on BGR
        if min(shape[:2]) < _SHORTEST_PX:
            return OcrResult(())
        quads = self._lines(pixels)
        if quads is None:
            return OcrResult(())
        turned: Turn = 0
        if picture.may_turn:
            turned = self._turn(pixels, quads)
            pixels, quads = _turned(pixels, quads, turned)
        quads = self._upright(pixels, quads)
        read = self._engine.recognize_txt([_cut(pixels, quad) for quad in quads])
        words: list[OcrWord] = []
        for quad, text, sure, info in zip(
            quads, read.txts, read.scores, read.word_results, strict=True
        ):
            if sure >= _LEAST_LINE and info is not None:
                words += _words(quad, text, info)
        return OcrResult(tuple(words), turned, _slope(quads))

    def _lines(self, pixels: Pixels) -> Quads | None:
        """The boxes of the lines of the page, None when there is none."""
        import numpy as np

        found = self._engine(pixels, use_det=True, use_cls=False, use_rec=False)
        boxes = getattr(found, "boxes", None)
        if boxes is None or not len(boxes):
            return None
        return np.asarray(boxes, np.float32)

    def _turn(self, pixels: Pixels, quads: Quads) -> Turn:
        """How far the page must be turned clockwise to stand upright."""
        import numpy as np

        across, down = _sides(quads)
        longest = np.maximum(across, down)
        clear = longest > _TALL * np.minimum(across, down)
        tall = float(longest[clear & (down > across)].sum())
        quarter: Turn = 90 if tall > _SIDEWAYS_SHARE * float(longest[clear].sum() or 1) else 0
        pixels, quads = _turned(pixels, quads, quarter)
        across, down = _sides(quads)
        order = np.argsort(-across * (across > _TALL * down), kind="stable")[:_SAMPLED]
        if self._on_its_head([_cut(pixels, quads[at]) for at in order]):
            return 270 if quarter else 180
        return quarter

    def _on_its_head(self, lines: Sequence[Pixels]) -> bool:
        """Whether most of these lines stand on their head."""
        import numpy as np

        votes = self._heads(lines)
        share = sum(votes) / max(len(votes), 1)
        if share < 1 - _SURE:
            return False
        sample = lines[:_BOTH_WAYS]
        turned = [np.ascontiguousarray(line[::-1, ::-1]) for line in sample]
        upright = self._engine.recognize_txt(list(sample)).scores
        return float(np.mean(self._engine.recognize_txt(turned).scores)) > float(np.mean(upright))

    def _heads(self, lines: Sequence[Pixels]) -> list[bool]:
        """Of each line, whether the classifier takes it to stand on its head."""
        _, found = self._engine.cls_and_rotate(list(lines))
        return [label == "180" for label, _ in found.cls_res]

    def _upright(self, pixels: Pixels, quads: Quads) -> Quads:
        """The boxes with the corners of lines that run down or up the page (a note in the margin)
        in their own reading direction."""
        import numpy as np

        across, down = _sides(quads)
        tall = np.flatnonzero(down >= _TALL * across)
        if not len(tall):
            return quads
        quads = quads.copy()
        quads[tall] = np.roll(quads[tall], -1, axis=1)
        for at, head in zip(
            tall, self._heads([_cut(pixels, quads[at]) for at in tall]), strict=True
        ):
            if head:
                quads[at] = np.roll(quads[at], -2, axis=0)
        return quads


def _sides(quads: Quads) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Width and height of each box, along its own sides."""
    import numpy as np

    across = np.linalg.norm(quads[:, 1] - quads[:, 0], axis=1)
    down = np.linalg.norm(quads[:, 3] - quads[:, 0], axis=1)
    return across, down


def _turned(pixels: Pixels, quads: Quads, turn: Turn) -> tuple[Pixels, Quads]:
    """The page and its boxes turned clockwise; the first corner is the upper left one again."""
    import numpy as np

    if not turn:
        return pixels, quads
    high, wide = pixels.shape[:2]
    x, y = quads[:, :, 0], quads[:, :, 1]
    places = {90: (high - y, x), 180: (wide - x, high - y), 270: (y, wide - x)}[turn]
    moved = np.stack(places, axis=2)
    moved = np.roll(moved, turn // 90, axis=1)
    return np.ascontiguousarray(np.rot90(pixels, -turn // 90)), moved


def _cut(pixels: Pixels, quad: NDArray[np.float32]) -> Pixels:
    """The line in this box, straightened."""
    import cv2
    import numpy as np

    across, down = _sides(quad[None])
    wide, high = max(int(across[0]), 1), max(int(down[0]), 1)
    corners = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32)
    matrix = cv2.getPerspectiveTransform(np.ascontiguousarray(quad), corners)
    cut: Any = cv2.warpPerspective(
        pixels, matrix, (wide, high), borderMode=cv2.BORDER_REPLICATE, flags=cv2.INTER_CUBIC
    )
    line: Pixels = cut
    return line


def _words(quad: NDArray[np.float32], text: str, info: Any) -> list[OcrWord]:
    """The words of a line. `info` has a column for every letter that is not a blank."""
    columns = [column for word in info.word_cols for column in word]
    sure = [each for each, letter in zip(info.confs, text, strict=False) if not letter.isspace()]
    letters = [letter for letter in text if not letter.isspace()]
    count = float(info.line_txt_len)
    if not (len(columns) == len(letters) == len(sure)) or count <= 0:
        return []  # cannot be: the library says that they agree
    starts = {0}
    at = 0
    for word in text.split():
        starts.add(at)
        at += len(word)
    starts |= {
        index for index in range(1, at) if columns[index] - columns[index - 1] > _GAP_COLUMNS
    }
    bounds = [*sorted(starts), at]
    pitch = _pitch(columns)
    found: list[OcrWord] = []
    for start, end in pairwise(bounds):
        left = (columns[start] + 0.5 - pitch / 2) / count
        right = (columns[end - 1] + 0.5 + pitch / 2) / count
        if start > 0:
            left = max(left, (columns[start - 1] + columns[start] + 1) / 2 / count)
        if end < at:
            right = min(right, (columns[end - 1] + columns[end] + 1) / 2 / count)
        box = _part(quad, max(left, 0.0), min(max(right, left), 1.0))
        mean = sum(sure[start:end]) / (end - start)
        found.append(OcrWord(*box, "".join(letters[start:end]), min(max(mean, 0.0), 1.0)))
    return found


def _pitch(columns: Sequence[int]) -> float:
    """The usual distance of neighbouring letters, in columns."""
    steps = sorted(after - before for before, after in pairwise(columns))
    return float(steps[len(steps) // 2]) if steps else 2.0


def _part(quad: NDArray[np.float32], left: float, right: float) -> Box:
    """The upright box around the part of a slanted one between two shares of its width."""
    import numpy as np

    top, bottom = quad[1] - quad[0], quad[2] - quad[3]
    corners = np.stack(
        [
            quad[0] + top * left,
            quad[0] + top * right,
            quad[3] + bottom * left,
            quad[3] + bottom * right,
        ]
    )
    low, high = corners.min(axis=0), corners.max(axis=0)
    return Box(float(low[0]), float(low[1]), float(high[0]), float(high[1]))


def _slope(quads: Quads) -> float:
    """The middle slope of the wide lines, each counting by its width."""
    import numpy as np

    across, down = _sides(quads)
    flat = np.flatnonzero(across > _FLAT * down)
    if not len(flat):
        return 0.0
    edge = quads[flat, 1] - quads[flat, 0]
    level = edge[:, 0] > np.abs(edge[:, 1])
    if not level.any():
        return 0.0
    edge = edge[level]
    slopes = edge[:, 1] / edge[:, 0]
    order = np.argsort(slopes)
    weight = np.cumsum(edge[order, 0])
    return float(slopes[order][np.searchsorted(weight, weight[-1] / 2)])
