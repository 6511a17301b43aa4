"""The balance page: what is on a voucher, for whoever holds number and code (DOMAIN G11)."""

from flask import request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from shop.orders import balance as statements
from shop.orders.throttle import Throttled
from shop.web.frame import visitor
from shop.web.frame.show import show
from shop.web.storefront.forms import BalanceForm
from shop.web.storefront.views import bp

PAGE = "storefront/balance.html"


@bp.route("/guthaben/", methods=["GET", "POST"])
def balance() -> Response:
    """Ask for number and code, then show the statement, or one neutral sentence (R7).

    A source that guesses is slowed (QUALITY A1). Nothing of either is ever in the address (S6).
    """
    if request.method == "GET":
        return show(PAGE, form=BalanceForm(formdata=None), statement=None)
    form = BalanceForm()
    if not form.validate():
        return show(PAGE, status=422, form=form, statement=None)
    try:
        found = statements.look(form.number.data, form.code.data, visitor.sources())
    except statements.Unknown:
        return show(PAGE, status=422, form=form, statement=None, notes=[_neutral()])
    except Throttled as slowed:
        return _slowed(form, slowed.seconds)
    return show(PAGE, form=form, statement=found)


def _neutral() -> str:
    return _(
        "Nummer und Code passen nicht zusammen. Bitte vergleichen Sie beide Zeichen für Zeichen mit dem Gutschein."
    )


def _slowed(form: BalanceForm, seconds: int) -> Response:
    minutes = -(-seconds // 60)
    note = _(
        "Von hier kamen zu viele falsche Eingaben. Bitte versuchen Sie es in %(minutes)s Minuten noch einmal.",
        minutes=minutes,
    )
    response = show(PAGE, status=429, form=form, statement=None, notes=[note])
    response.headers["Retry-After"] = str(seconds)
    return response
