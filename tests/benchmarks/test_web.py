"""The small client reads every form of answer that our servers give, and knows when it is whole."""

import pytest
from benchmarks.rig.web import is_whole, parse

COUNTED = b"HTTP/1.1 202 Accepted\r\nContent-Length: 5\r\nSet-Cookie: a=1; Path=/\r\n\r\nhello"
CHUNKED = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n"
EMPTY = b"HTTP/1.1 204 No Content\r\n\r\n"


@pytest.mark.parametrize("answer", [COUNTED, CHUNKED])
def test_an_answer_is_whole_at_its_last_byte_and_not_before(answer):
    assert is_whole(answer)
    assert not any(is_whole(answer[:end]) for end in range(len(answer)))


def test_it_is_read():
    assert (parse(COUNTED).status, parse(COUNTED).body, parse(COUNTED).cookies) == (202, b"hello", {"a": "1"})
    assert parse(CHUNKED).body == b"hello"
    assert is_whole(EMPTY) and parse(EMPTY).status == 204
