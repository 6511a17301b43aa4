"""What people and providers touch over HTTP."""

from flask import Flask

from shop.web import frame, hooks


def furnish(app: Flask) -> None:
    """Hang every web room into the shop."""
    frame.furnish(app)
    for room in (hooks,):
        app.register_blueprint(room.bp)
