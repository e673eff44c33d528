"""Pictures that somebody uploaded: PNG alone, taken apart and put together again from the parts that are the picture.

Text, times, positions, animations and whatever a program hides behind the end are left out, sizes are bounded before
anything is unpacked, and a file that is also something else (a web page, a script) does not come through.
"""

import struct
import zlib
from collections.abc import Iterator

LARGEST = 64 * 1024  # bytes of the file; a tenant's row is read with every request
WIDEST = 1024  # pixels, either way
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_KEPT = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"}
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_DEPTHS = {0: {1, 2, 4, 8, 16}, 2: {8, 16}, 3: {1, 2, 4, 8}, 4: {8, 16}, 6: {8, 16}}


class PictureRefused(ValueError):
    """Not a picture that is taken; `reason`: too_large, too_wide, not_a_picture."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


def cleaned(raw: bytes) -> bytes:
    """The picture and nothing else; raises PictureRefused."""
    if len(raw) > LARGEST:
        raise PictureRefused("too_large")
    chunks = [(kind, body) for kind, body in _chunks(raw) if kind in _KEPT]
    if not chunks or chunks[0][0] != b"IHDR" or chunks[-1][0] != b"IEND":
        raise PictureRefused("not_a_picture")
    _check_pixels(chunks)
    return _SIGNATURE + b"".join(_chunk(kind, body) for kind, body in chunks)


def _chunks(raw: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Every part up to the end mark, its checksum right."""
    if not raw.startswith(_SIGNATURE):
        raise PictureRefused("not_a_picture")
    at = len(_SIGNATURE)
    while at + 12 <= len(raw):
        length, kind = struct.unpack(">I4s", raw[at : at + 8])
        body, checksum = raw[at + 8 : at + 8 + length], raw[at + 8 + length : at + 12 + length]
        if len(checksum) != 4 or struct.unpack(">I", checksum)[0] != zlib.crc32(kind + body):
            break
        yield kind, body
        if kind == b"IEND":
            return
        at += 12 + length
    raise PictureRefused("not_a_picture")


def _check_pixels(chunks: list[tuple[bytes, bytes]]) -> None:
    """That the packed rows are as many bytes as the header says, never unpacking more than that."""
    heads = [body for kind, body in chunks if kind == b"IHDR"]
    if len(heads) != 1 or len(heads[0]) != 13:
        raise PictureRefused("not_a_picture")
    width, height, depth, colours, packing, filters, interlaced = struct.unpack(">IIBBBBB", heads[0])
    if not (0 < width <= WIDEST and 0 < height <= WIDEST):
        raise PictureRefused("too_wide")
    if depth not in _DEPTHS.get(colours, ()) or packing or filters or interlaced:
        raise PictureRefused("not_a_picture")
    wanted = height * (1 + (width * _CHANNELS[colours] * depth + 7) // 8)
    unpacking = zlib.decompressobj()
    try:
        rows = unpacking.decompress(b"".join(body for kind, body in chunks if kind == b"IDAT"), wanted + 1)
    except zlib.error as problem:
        raise PictureRefused("not_a_picture") from problem
    if len(rows) != wanted or not unpacking.eof or unpacking.unused_data:
        raise PictureRefused("not_a_picture")


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
