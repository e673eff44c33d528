"""All of Django's test clients answer through one chain of middleware, as all requests of a web process do.

Each client would make its own, and read the folders of static files for it: twelve milliseconds, more than most
pages take.
"""

from django.test.client import ClientHandler

_MADE = ("_view_middleware", "_template_response_middleware", "_exception_middleware", "_middleware_chain")


def install() -> None:
    """Make the chain when the first client asks, and lend it to all others."""
    first = ClientHandler()
    make = ClientHandler.load_middleware

    def lend(handler: ClientHandler, is_async: bool = False) -> None:
        if first._middleware_chain is None:
            make(first, is_async)
        for name in _MADE:
            setattr(handler, name, getattr(first, name))

    ClientHandler.load_middleware = lend
