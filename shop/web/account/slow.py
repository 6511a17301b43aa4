"""The answer to a source that has guessed wrong too often, or asked for too many letters (QUALITY A1)."""

from flask import Response

from shop.web.frame.show import show


def slower(seconds: int) -> Response:
    """Ask to wait; `seconds` until the source may try again."""
    response = show("security/slower.html", status=429, minutes=-(-seconds // 60))
    response.headers["Retry-After"] = str(seconds)
    return response
