"""Who takes part, person by person, with an answer in words to everything odd (DOMAIN R2)."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, Form, StringField
from wtforms.validators import Optional, ValidationError

from shop.bookings import rules
from shop.catalogue.models import Offer
from shop.core.money import Cents
from shop.web.frame.fields import Filled, TextLine, email_rule

MOST_PEOPLE = 8
NAMES = ("first_name", "last_name", "email", "reduction")


class PersonForm(Form):
    """One participant; `reduction` is a key of the offer's, or empty."""

    first_name = TextLine(_l("Vorname"), [Filled(_l("Bitte geben Sie den Vornamen ein."))], limit=100)
    last_name = TextLine(_l("Nachname"), [Filled(_l("Bitte geben Sie den Nachnamen ein."))], limit=100)
    email = TextLine(_l("E-Mail"), [Optional(), email_rule()], limit=254)
    reduction = StringField(_l("Preis"))

    def __init__(self, offer: Offer, place: int, formdata: Any = None, **kwargs: Any) -> None:
        self.offer, self.place = offer, place
        super().__init__(formdata, prefix=f"p{place}-", **kwargs)

    @property
    def cents(self) -> Cents:
        """What this person's place costs as chosen; the full price where there is no such reduction."""
        cents = rules.price(self.offer, self.reduction.data or "")
        return int(self.offer.price_cents or 0) if cents is None else cents

    def validate_reduction(self, field: Field) -> None:
        """None, or one that the course has."""
        if rules.price(self.offer, field.data or "") is None:
            raise ValidationError(_("Diesen Preis gibt es hier nicht. Bitte wählen Sie einen der gezeigten."))

    def facts(self, waiting: str | None) -> dict[str, Any]:
        """A valid person as the basket keeps them."""
        typed = {name: getattr(self, name).data or "" for name in NAMES}
        return {"offer": self.offer.number, **typed, "waiting": waiting}


class BookingForm(FlaskForm):
    """One to eight people for one course. Their fields are called `p1-first_name` and so on."""

    def __init__(self, offer: Offer, people: Sequence[Mapping[str, Any]] | None = None) -> None:
        super().__init__()
        self.offer = offer
        if people is None and self.is_submitted():
            self.people = [
                PersonForm(offer, place, request.form) for place in range(1, _count(request.form) + 1)
            ]
        else:
            self._fill(people or [{}])

    def _fill(self, people: Sequence[Mapping[str, Any]]) -> None:
        self.people = [PersonForm(self.offer, place, data=each) for place, each in enumerate(people, start=1)]

    def add(self) -> None:
        """One more person, up to eight."""
        if len(self.people) < MOST_PEOPLE:
            self._fill([*(person.data for person in self.people), {}])

    def drop(self, place: str) -> None:
        """One person less; the last one stays."""
        rest = [person.data for person in self.people if str(person.place) != place]
        self._fill(rest or [self.people[0].data])

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether the token and every person are right; each error is said at its field."""
        # All of them are asked, so that everything wrong is said at once.
        return all([super().validate(extra_validators), *(person.validate() for person in self.people)])

    @property
    def errors(self) -> dict[str, Any]:
        """What is wrong, by the full names of the fields; of several people it says whose."""
        wrong = [(person.place, field) for person in self.people for field in person if field.errors]
        if len(self.people) == 1:
            people = {field.name: field.errors for _place, field in wrong}
        else:
            people = {field.name: [_whose(place, field.errors[0])] for place, field in wrong}
        return {**super().errors, **people}

    @property
    def is_stale(self) -> bool:
        """Whether the form came without a valid token."""
        return bool(self.csrf_token.errors) if "csrf_token" in self else False

    @property
    def total(self) -> Cents:
        """What all places cost together, as chosen."""
        return sum(person.cents for person in self.people)


def _whose(place: int, message: str) -> str:
    return str(_("%(place)s. Person: %(message)s", place=place, message=message))


def _count(typed: Mapping[str, str]) -> int:
    """How many people a sent form is about; a made-up number is one."""
    text = typed.get("people", "")
    return int(text) if text in map(str, range(1, MOST_PEOPLE + 1)) else 1


class WaitingForm(FlaskForm):
    """Who would like a place, and how they hear of one."""

    first_name = TextLine(_l("Vorname"), [Filled(_l("Bitte geben Sie den Vornamen ein."))], limit=100)
    last_name = TextLine(_l("Nachname"), [Filled(_l("Bitte geben Sie den Nachnamen ein."))], limit=100)
    email = TextLine(
        _l("E-Mail"), [Filled(_l("Bitte geben Sie Ihre E-Mail-Adresse ein.")), email_rule()], limit=254
    )
