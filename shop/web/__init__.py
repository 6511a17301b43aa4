"""What people and providers touch over HTTP."""

from flask import Flask

from shop.web import booking, checkout, frame, hooks, pages, storefront


def furnish(app: Flask) -> None:
    """Hang every web room into the shop."""
    frame.furnish(app)
    for room in (storefront, pages, booking, checkout, hooks):
        app.register_blueprint(room.bp)
