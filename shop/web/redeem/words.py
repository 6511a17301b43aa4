"""What to say when a code gives no place: one neutral sentence, or the exact one (DOMAIN C5, R7)."""

from flask_babel import gettext as _

from shop.course_vouchers.find import Refusal
from shop.orders.enrol.redeem import Refused, Unfit
from shop.web.frame.show import day


def neutral(way: str | None) -> str:
    """The same for every reason: an unknown user, a wrong code, a used one."""
    if way == "existing":
        return _(
            "Benutzername und Code passen nicht zusammen. Bitte vergleichen Sie beide Zeichen für Zeichen."
        )
    return _("Diesen Code kennen wir nicht. Bitte vergleichen Sie ihn Zeichen für Zeichen mit Ihrer Mail.")


def slower(seconds: int) -> str:
    """Too many wrong codes from here."""
    return _(
        "Von hier kamen zu viele falsche Eingaben. Bitte versuchen Sie es in %(minutes)s Minuten noch einmal.",
        minutes=-(-seconds // 60),
    )


def exact(refused: Refused) -> str:
    """Everything typed was right, so the holder is told exactly why."""
    return {
        Refusal.CANCELLED: _("Dieser Code gilt nicht mehr: Die Bestellung wurde zurückgenommen."),
        Refusal.REDEEMED: _("Dieser Code ist schon eingelöst."),
        Refusal.UNPAID: _(
            "Dieser Code gilt noch nicht: Die Organisation hat die Rechnung noch nicht bezahlt."
        ),
        Refusal.OVERDUE: _("Dieser Code ist gesperrt, weil die Rechnung der Organisation überfällig ist."),
        Refusal.EXPIRED: _("Dieser Code war bis zum %(day)s einlösbar.", day=day(refused.valid_until)),
        Unfit.ALREADY: _("Sie haben in diesem Kurs schon einen Platz. Geben Sie den Code jemand anderem."),
        Unfit.CANCELLED: _(
            "Dieser Kurs fällt aus. Der Code bleibt gültig; die Organisation kann ihn tauschen."
        ),
        Unfit.LATE: _(
            "Die Anmeldung zu diesem Kurs ist geschlossen. Die Organisation kann den Code tauschen."
        ),
        Unfit.FULL: _(
            "Dieser Kurs ist ausgebucht. Der Code bleibt gültig; die Organisation kann ihn tauschen."
        ),
    }[refused.reason]
