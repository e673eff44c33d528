"""Uploaded pictures: what is kept of them, and what is none."""

import struct
import zlib

import pytest

from keyturn.lib import png


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def picture(width=2, height=2, *, rows=None, extra=b"", interlaced=0, behind=b""):
    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, interlaced)
    packed = zlib.compress(rows if rows is not None else (b"\0" + b"\x10\x20\x30\xff" * width) * height)
    chunks = chunk(b"IHDR", head), extra, chunk(b"IDAT", packed + behind), chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def test_a_picture_comes_through_as_it_is():
    assert png.cleaned(picture()) == picture()


def test_what_is_not_the_picture_is_left_out():
    script = chunk(b"tEXt", b"Comment\0<script>alert(1)</script>")
    assert png.cleaned(picture(extra=script) + b"<html>behind the end</html>") == picture()


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "not_a_picture"),
        (b"<svg onload=alert(1)>", "not_a_picture"),
        (b"GIF89a", "not_a_picture"),
        (picture()[:-1], "not_a_picture"),
        (picture(interlaced=1), "not_a_picture"),
        (picture(1025, 1, rows=b""), "too_wide"),
        (picture(0, 1, rows=b""), "too_wide"),
        (picture(1000, 1000, rows=b"\0" * 100), "not_a_picture"),
        (picture(2, 2, rows=b"\0" * 10_000_000), "not_a_picture"),
        (picture() + b"x" * png.LARGEST, "too_large"),
        (picture(behind=b"<script>alert(1)</script>"), "not_a_picture"),
        (picture(extra=chunk(b"IHDR", b"x" * 13)), "not_a_picture"),
    ],
)
def test_what_is_no_picture_is_refused(raw, reason):
    with pytest.raises(png.PictureRefused) as refused:
        png.cleaned(raw)
    assert refused.value.reason == reason


def test_a_bomb_is_not_unpacked():
    """A few kilobytes that would become a gigabyte; what is unpacked is never more than the header promises."""
    bomb = picture(4, 4, rows=b"\0" * 50_000_000)
    assert len(bomb) < png.LARGEST
    with pytest.raises(png.PictureRefused):
        png.cleaned(bomb)
