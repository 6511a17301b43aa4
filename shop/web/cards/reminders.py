"""Which reminders about a card its owner wants by mail (issue 5)."""

from flask import redirect, request, url_for
from werkzeug.wrappers import Response as Redirect

from shop.cards.prefer import choose_reminders
from shop.db import transaction
from shop.web.cards.room import bp, card_of
from shop.web.frame.guard import signed_in


@bp.post("/konto/wertkarte/<number>/erinnerungen")
@signed_in
def choose(number: str) -> Redirect:
    """Keep what is ticked, and nothing else."""
    card, form = card_of(number), request.form
    with transaction():
        choose_reminders(card.number, low="reminds_low" in form, expiry="reminds_expiry" in form)
    return redirect(url_for("cards.home", karte=number, gemerkt=1, _anchor="erinnerungen"), 303)
