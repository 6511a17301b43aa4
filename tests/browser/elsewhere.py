"""Other websites, on ports and hosts of their own, that show a page of the shop in a frame."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


class _Page(BaseHTTPRequestHandler):
    """A page that frames the address after `?zeigt=`."""

    def do_GET(self) -> None:
        shown = parse_qs(urlsplit(self.path).query).get("zeigt", ["about:blank"])[0]
        body = (
            "<!doctype html><html lang=de><link rel=icon href=data:,><title>Stadt am See</title><h1>Unsere Stadt</h1>"
            f'<iframe title="Gutschein" width="1000" height="1600" src="{shown}"></iframe>'
        ).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        """Stay silent."""


@dataclass(frozen=True)
class Neighbour:
    """Another website."""

    url: str

    def showing(self, address: str) -> str:
        """The address of its page with that address in a frame."""
        return f"{self.url}/?zeigt={address}"


@contextmanager
def neighbour() -> Iterator[Neighbour]:
    """A website at 127.0.0.1, which is another site than the shop's localhost."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield Neighbour(f"http://127.0.0.1:{server.server_port}")
    finally:
        server.shutdown()
        server.server_close()
