"""What staff type: a price with its ticks, a question, classes of a person, days."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, SelectField, SelectMultipleField, StringField
from wtforms.validators import ValidationError

from shop.catalogue.appointments import of_number
from shop.catalogue.models import Offer, PriceClass
from shop.catalogue.prices import Reason, Refused, reading
from shop.catalogue.prices.rows import unticked
from shop.core.matrix import DIMENSIONS, Case
from shop.core.money import Cents, euros
from shop.people import accounts
from shop.people.models import User
from shop.web.backoffice.words import worded
from shop.web.frame.fields import TextLine

TITLE = 60  # characters of a class's or a kind's name


class Day(DateField):
    """A local date as browsers send it, refused in words; empty is None."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read an ISO date, or one as people type it where the browser has no calendar."""
        self.data = None
        text = valuelist[0].strip() if valuelist else ""
        if not text:
            return
        for form in ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y"):
            with suppress(ValueError):
                self.data = datetime.strptime(text, form).date()
                return
        raise ValueError(_("Bitte geben Sie einen Tag wie 31.12.2029 ein."))

    def _value(self) -> str:
        if self.data:
            return str(self.data.isoformat())
        return str(self.raw_data[0]) if self.raw_data else ""


def _ticks() -> SelectMultipleField:
    """Keys that are ticked; whether there are such keys is for the room below to say."""
    return SelectMultipleField(choices=[], validate_choice=False)


class RowForm(FlaskForm):
    """A price: ticks in each dimension, or all of it; what must be owned; how much."""

    user = _ticks()
    appointment = _ticks()
    resource = _ticks()
    member = _ticks()
    every = _ticks()
    requires = SelectField(_l("Nur mit"), choices=[], validate_choice=False)
    price = TextLine(_l("Preis"), limit=20)

    def validate_price(self, field: TextLine) -> None:
        """Read the price, or say how one is written."""
        try:
            self.cents: Cents = euros(field.data or "")
        except ValueError:
            raise ValidationError(_("Bitte geben Sie einen Preis wie 25 oder 12,50 ein.")) from None

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """Ticks as well, so that all that is missing is said at once."""
        is_whole = bool(super().validate(extra_validators))
        there = reading.classes()
        bare = unticked(self.ticked(there), there)
        for dimension in bare:
            self.blame(Refused(Reason.NOTHING_TICKED, dimension=dimension))
        return is_whole and not bare

    def ticked(self, classes: Mapping[str, Iterable[PriceClass]]) -> dict[str, list[str]]:
        """The keys that are ticked in each dimension; "alle" ticks those that there are now."""
        every = self.every.data or []
        return {
            each: [one.key for one in classes[each]] if each in every else list(self[each].data or [])
            for each in DIMENSIONS
        }

    def blame(self, refused: Refused) -> None:
        """Put a refusal where it belongs."""
        field = self[refused.dimension] if refused.dimension else self.requires
        field.errors = [worded(refused)]


class AskForm(FlaskForm):
    """Who asks for what on which day; an address can carry it, so it has no token and changes nothing.

    A person counts and not the classes that were chosen by hand, an appointment and not class and day.
    """

    class Meta:
        csrf = False

    person = TextLine(_l("Person"), limit=254)
    user = StringField()
    member = StringField()
    owned = _ticks()
    termin = TextLine(_l("Termin"), limit=20)
    appointment = StringField()
    resource = StringField()
    day = Day(_l("Tag"))
    who: User | None = None
    offer: Offer | None = None

    def validate_person(self, field: TextLine) -> None:
        """Find the account."""
        self.who = accounts.by_identity(field.data) if field.data else None
        if field.data and self.who is None:
            raise ValidationError(_("Dieses Konto gibt es nicht."))

    def validate_termin(self, field: TextLine) -> None:
        """Find the appointment, published or not."""
        self.offer = of_number(field.data) if field.data else None
        if field.data and self.offer is None:
            raise ValidationError(_("Diesen Termin gibt es nicht."))

    def validate_day(self, field: Day) -> None:
        """Some day, unless the appointment has one."""
        if field.data is None and not self.termin.data:
            raise ValidationError(_("Bitte geben Sie den Tag des Termins ein."))

    def show(self, case: Case, day: date) -> None:
        """Let what can be chosen by hand say what counted, where a person or an appointment decided it."""
        if self.who is not None:
            self.user.data, self.member.data = case.classes["user"], case.classes["member"]
            self.owned.data = list(case.owned)
        if self.offer is not None:
            self.appointment.data, self.resource.data = case.classes["appointment"], case.classes["resource"]
            self.day.data = day


class GiveForm(FlaskForm):
    """A base card or contract from one day through another."""

    kind = SelectField(_l("Karte oder Vertrag"), choices=[], validate_choice=False)
    valid_from = Day(_l("Gilt ab"))
    valid_until = Day(_l("Gilt bis"))

    def validate_valid_from(self, field: Day) -> None:
        """It begins on some day."""
        if field.data is None:
            raise ValidationError(_("Bitte geben Sie den ersten Tag ein."))


class EndForm(FlaskForm):
    """The last day of a base card or contract."""

    last_day = Day(_l("Letzter Tag"))

    def validate_last_day(self, field: Day) -> None:
        """It ends on some day."""
        if field.data is None:
            raise ValidationError(_("Bitte geben Sie den letzten Tag ein."))


class TitleForm(FlaskForm):
    """What something is called in both languages; `like` names the class whose prices a new one has."""

    de = TextLine(_l("Bezeichnung"), limit=TITLE)
    en = TextLine(_l("Englisch"), limit=TITLE)
    like = StringField()

    @property
    def title(self) -> dict[str, str]:
        """The texts by language; English only where it was typed."""
        return {"de": self.de.data or "", **({"en": self.en.data} if self.en.data else {})}
