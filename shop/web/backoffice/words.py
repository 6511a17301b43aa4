"""Why a change to prices, classes or contracts is refused, in words."""

from flask_babel import gettext as _
from flask_babel import ngettext

from shop.catalogue.prices import Reason, Refused, Uses


def worded(refused: Refused) -> str:
    """The sentence for a refusal."""
    if refused.reason == Reason.USED:
        return _("Das lässt sich nicht entfernen: %(uses)s.", uses=uses_in_words(refused.uses))
    return {
        Reason.UNNAMED: _("Bitte geben Sie eine deutsche Bezeichnung ein."),
        Reason.TAKEN: _("Diese Bezeichnung gibt es hier schon."),
        Reason.UNKNOWN: _("Das gibt es nicht mehr. Bitte wählen Sie noch einmal."),
        Reason.NOTHING_TICKED: _("Bitte kreuzen Sie mindestens eine Klasse an."),
        Reason.DEFAULT: _("Das ist der Standard. Machen Sie zuerst eine andere Klasse zum Standard."),
        Reason.NO_DEFAULT: _("Hier gibt es keinen Standard."),
        Reason.DAYS: _("Bitte prüfen Sie die Tage: Das Ende liegt vor dem Beginn."),
        Reason.OWNED: _("An einigen dieser Tage gilt das für diese Person schon."),
    }[refused.reason]


def uses_in_words(uses: Uses) -> str:
    """What uses a class or a kind, counted; offers by their numbers."""
    said = []
    if uses.rows:
        said.append(ngettext("%(num)d Preis benutzt es", "%(num)d Preise benutzen es", uses.rows))
    if uses.people:
        said.append(ngettext("%(num)d Person hat es", "%(num)d Personen haben es", uses.people))
    if uses.offers:
        count = ngettext("%(num)d Angebot gehört dazu", "%(num)d Angebote gehören dazu", len(uses.offers))
        more = ", …" if len(uses.offers) > 5 else ""
        said.append(f"{count} ({', '.join(uses.offers[:5])}{more})")
    return ", ".join(said)
