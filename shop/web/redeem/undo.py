"""Undoing a redemption by the link in its owner's letter: asked once more, then done (DOMAIN C5)."""

from flask import Response, abort, redirect, url_for
from werkzeug.wrappers import Response as Redirect

from shop.orders.enrol import undo as undoing
from shop.orders.enrol.undo import TooLate
from shop.web.frame.show import show
from shop.web.redeem.room import bp


@bp.get("/voucher-einloesen/zuruecknehmen/<token>")
def undo(token: str) -> Response:
    """What the link is about, and whether it still can be undone. Opening it changes nothing."""
    try:
        about = undoing.about(token)
    except undoing.NoSuchLink:
        abort(404)
    return _page(about)


@bp.post("/voucher-einloesen/zuruecknehmen/<token>")
def undo_now(token: str) -> Response | Redirect:
    """Give the place back; twice is quiet."""
    try:
        undoing.undo(token)
    except undoing.NoSuchLink:
        abort(404)
    except undoing.Refused:
        return _page(undoing.about(token), status=422)
    return redirect(url_for("redeem.undo", token=token), 303)


def _page(about: undoing.Undoable, status: int = 200) -> Response:
    if about.booking.state == "cancelled":
        state = "done"
    elif about.refusal is TooLate.ENDED:
        state = "gone"
    else:
        state = "late" if about.refusal else "ask"
    return show("redeem/undo.html", status=status, state=state, offer=about.offer)
