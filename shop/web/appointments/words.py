"""What happened, in sentences: why a booking was refused, and what comes back of a cancelled one."""

from flask_babel import gettext as _

from shop.catalogue.models import Offer
from shop.orders.ways_back import Cancelled
from shop.web.appointments.room import span, times, weekday
from shop.web.frame.show import money


def refused_because(reason: str, offer: Offer) -> str:
    """Why an appointment was not booked; the reasons are those of `orders.card.appointment`."""
    if reason == "moved":
        return _now(offer)
    sentences = {
        "gone": _("Dieser Termin wird nicht mehr angeboten."),
        "cancelled": _("Dieser Termin fällt leider aus."),
        "late": _("Dieser Termin hat schon begonnen."),
        "full": _("Der letzte Platz ist gerade vergeben worden. Gebucht und abgebucht ist nichts."),
        "booked": _("Sie haben diesen Termin schon gebucht."),
        "no price": _("Diesen Termin können Sie nicht buchen, denn für Sie gibt es keinen Preis."),
        "owes": _("Auf Ihrer Wertkarte ist noch etwas offen. Bitte gleichen Sie das zuerst aus."),
        "no card": _("Damit lässt sich dieser Termin nicht bezahlen. Bitte laden Sie eine Wertkarte auf."),
        "no terms": _(
            "Zurzeit können wir nichts verkaufen, weil unsere Geschäftsbedingungen fehlen. "
            "Bitte melden Sie sich bei uns."
        ),
        "too little": _("Das Guthaben reicht nicht mehr. Gebucht und abgebucht ist nichts."),
    }
    changed = _("Seit Sie die Seite geöffnet haben, hat sich etwas geändert. Bitte prüfen Sie den Preis.")
    return str(sentences.get(reason, changed))


def _now(offer: Offer) -> str:
    """When and where it takes place, for somebody who was shown something else."""
    meets = span(offer.sessions)
    here = ", ".join(part for part in (weekday(meets[0].date()), times(meets), offer.place) if part)
    changed = _("Zeit, Ort oder Absagefrist haben sich geändert, seit Sie die Seite geöffnet haben.")
    again = _("Gebucht ist noch nichts. Passt Ihnen der Termin so? Dann bestellen Sie bitte noch einmal:")
    return f"{changed} {again} {here}."


def back_on_card(told: Cancelled, *, is_done: bool = False) -> str:
    """What comes back, or has come back, of a cancelled appointment; empty for one that cost nothing."""
    if not told.price:
        return ""
    if not told.back:
        late = _("Es wird nichts gutgeschrieben, denn die Frist ist vorbei.")
        return str(_("Gutgeschrieben wurde nichts, denn die Frist war vorbei.") if is_done else late)
    amount = money(told.back)
    if {part.way for part in told.parts} == {"card"}:
        done = _("%(amount)s sind wieder auf Ihrer Wertkarte.", amount=amount)
        return str(done if is_done else _("%(amount)s kommen auf Ihre Wertkarte zurück.", amount=amount))
    done = _("%(amount)s gehen zurück, und zwar dorthin, woher sie kamen.", amount=amount)
    return str(done)
