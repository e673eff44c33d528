"""What HTML is made of, without its words: how the tests see whether a value changed more than words."""

from html.parser import HTMLParser

_EMPTY = {"meta", "br", "hr", "img"}


class Structure(HTMLParser):
    """Elements with their attributes, and how they are nested; of addresses and names of pictures the values, too."""

    def __init__(self, html: str):
        super().__init__()
        self.seen: list[tuple] = []
        self.words: list[str] = []
        self._depth = 0
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attributes):
        kept = [(name, value if name in {"href", "src", "style"} else "…") for name, value in attributes]
        self.seen.append((self._depth, tag, tuple(kept)))
        self._depth += tag not in _EMPTY

    def handle_endtag(self, tag):
        self._depth -= tag not in _EMPTY
        self.seen.append((self._depth, f"/{tag}", ()))

    def handle_comment(self, data):
        self.seen.append((self._depth, "comment", ()))

    def handle_data(self, data):
        self.words.append(data)


def structure(html: str) -> list[tuple]:
    """The elements, in order, with depth and attributes."""
    return Structure(html).seen


def words(html: str) -> str:
    """What somebody reads."""
    return " ".join(" ".join(Structure(html).words).split())
