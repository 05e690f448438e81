"""Portraits: any JPEG or PNG becomes a small JPEG of our own making, with nothing of the original's metadata (A48)."""

import io
from collections.abc import Callable

from PIL import Image, ImageOps

from contracts.catalog.v1.errors import InvalidPhoto

PIXELS_AT_MOST = 40_000_000  # of the original: told by its header, before anything is unpacked
SIDE = 400


class Portraits:
    """`in_thread` runs the unpacking where it holds nobody up."""

    def __init__(self, in_thread: Callable[..., bytes]) -> None:
        self._in_thread = in_thread

    def portrait(self, image: bytes) -> bytes:
        """At most 400 x 400, upright, RGB. Raises InvalidPhoto."""
        return self._in_thread(_portrait, image)


def _portrait(image: bytes) -> bytes:
    try:
        with Image.open(io.BytesIO(image), formats=("JPEG", "PNG")) as original:
            width, height = original.size
            if width * height > PIXELS_AT_MOST:
                raise InvalidPhoto(f"A photo has at most {PIXELS_AT_MOST} pixels.", field="photo.content")
            original.draft("RGB", (2 * SIDE, 2 * SIDE))
            upright = ImageOps.exif_transpose(original)
            upright.thumbnail((SIDE, SIDE))
            return _as_jpeg(upright)
    except InvalidPhoto:
        raise
    except Exception as fault:  # a hostile file makes the decoder raise almost anything
        raise InvalidPhoto("The photo is not a JPEG or PNG image.", field="photo.content") from fault


def _as_jpeg(image: Image.Image) -> bytes:
    """On white where the original is see-through; pixels are copied to a new image, so nothing else comes along."""
    see_through = image.convert("RGBA")
    clean = Image.new("RGB", image.size, "white")
    clean.paste(see_through, mask=see_through.getchannel("A"))
    out = io.BytesIO()
    clean.save(out, "JPEG", quality=85, optimize=True)
    return out.getvalue()
