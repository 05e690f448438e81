"""Whatever is uploaded becomes a small clean JPEG or is refused."""

import io
import zlib

import pytest
from PIL import Image

from catalog.adapters.pictures import Portraits
from contracts.catalog.v1.errors import InvalidPhoto

portrait = Portraits(lambda work, image: work(image)).portrait


def drawn(form: str, mode: str = "RGB", size: tuple[int, int] = (800, 600), **options: object) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, "red").save(out, form, **options)
    return out.getvalue()


def opened(jpeg: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(jpeg))
    image.load()
    return image


@pytest.mark.parametrize(("form", "mode"), [("JPEG", "RGB"), ("JPEG", "CMYK"), ("PNG", "RGBA"), ("PNG", "P"), ("PNG", "L")])
def test_a_photo_is_made_small_and_keeps_its_shape(form, mode):
    image = opened(portrait(drawn(form, mode)))

    assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (400, 300))


def test_a_small_photo_is_not_blown_up():
    assert opened(portrait(drawn("PNG", size=(1, 1)))).size == (1, 1)


def test_metadata_is_removed_and_the_photo_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    exif[0x010F] = "a camera"
    exif.get_ifd(0x8825)[1] = "N"

    jpeg = portrait(drawn("JPEG", exif=exif, comment=b"who and where"))

    image = opened(jpeg)
    assert image.size == (300, 400)
    assert not image.getexif()
    assert b"camera" not in jpeg
    assert b"who and where" not in jpeg


def a_bomb() -> bytes:
    """A PNG of a few hundred bytes whose header promises 40,000 x 40,000 pixels."""
    picture = drawn("PNG", size=(2, 2))
    header = b"IHDR" + (40_000).to_bytes(4) * 2 + picture[24:29]
    return picture[:12] + header + zlib.crc32(header).to_bytes(4) + picture[33:]


@pytest.mark.parametrize(
    "file",
    [
        b"",
        b"not an image",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        drawn("GIF", "P"),
        drawn("WEBP"),
        drawn("JPEG")[:200],
        drawn("PNG")[:60],
        drawn("PNG", "1", size=(7000, 7000)),
        a_bomb(),
    ],
    ids=["empty", "text", "svg", "gif", "webp", "half a jpeg", "half a png", "too many pixels", "bomb"],
)
def test_anything_else_is_refused(file):
    with pytest.raises(InvalidPhoto) as refusal:
        portrait(file)

    assert refusal.value.details["field"] == "photo.content"
