"""What people and providers touch over HTTP."""

from flask import Flask

from shop.web import (
    account,
    appointments,
    backoffice,
    booking,
    cards,
    checkout,
    frame,
    hooks,
    organisation,
    pages,
    redeem,
    storefront,
)


def furnish(app: Flask) -> None:
    """Hang every web room into the shop."""
    frame.furnish(app)
    account.furnish(app)
    for room in (
        account,
        storefront,
        pages,
        appointments,
        booking,
        checkout,
        organisation,
        redeem,
        backoffice,
        cards,
        hooks,
    ):
        app.register_blueprint(room.bp)
