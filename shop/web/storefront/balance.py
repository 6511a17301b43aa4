"""The balance page: what is on a voucher, for whoever holds number and code (DOMAIN G11)."""

from flask import Response, request

from shop.orders import balance as statements
from shop.orders.throttle import Throttled
from shop.web.frame import visitor
from shop.web.frame.guesses import come_back, neutral, slower
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
        return show(PAGE, status=422, form=form, statement=None, notes=[neutral()])
    except Throttled as slowed:
        note = slower(slowed.seconds)
        response = show(PAGE, status=429, form=form, statement=None, notes=[note])
        return come_back(response, slowed.seconds)
    return show(PAGE, form=form, statement=found)
