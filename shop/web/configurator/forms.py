"""What a buyer says about a voucher, field by field, with an answer in words to everything odd (G2, G4)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_wtf import FlaskForm
from markupsafe import Markup
from wtforms import Field, StringField, TextAreaField
from wtforms.validators import Email, ValidationError

from shop import clock
from shop.core.money import Cents
from shop.core.pricing import FREE, AmountRefused, AmountRule, decide
from shop.core.text import TooLong, tidy
from shop.paper.fonts import unprintable
from shop.vouchers.models import Motif, VoucherProduct
from shop.web.configurator.products import rule_of
from shop.web.frame.show import money

LONGEST_NAME = 100
LONGEST_DEDICATION = 500  # QUALITY A4
MOST_PIECES = 20
A_YEAR = timedelta(days=365)


class VoucherForm(FlaskForm):
    """One voucher as typed. After `validate()`, `facts()` and `pieces` are what the basket keeps."""

    motif = StringField()
    amount = StringField()
    wish = StringField()
    recipient = StringField()
    dedication = TextAreaField()
    delivery = StringField(default="buyer")
    recipient_email = StringField()
    deliver_on = StringField()
    quantity = StringField(default="1")

    def __init__(
        self,
        product: VoucherProduct,
        motifs: Sequence[Motif],
        data: Mapping[str, Any] | None = None,
        *,
        to_keep: bool = True,
    ) -> None:
        """Read what was sent; `to_keep` asks for a token, which a form only to look at does not need."""
        self.product, self.motifs, self.rule = product, motifs, rule_of(product)
        self.cents: Cents = 0
        self.pieces = 1
        super().__init__(data=data, meta={} if to_keep else {"csrf": False})

    @property
    def is_stale(self) -> bool:
        """Whether the form came without a valid token: too late, or from a frame in another website."""
        return bool(self.csrf_token.errors) if "csrf_token" in self else False

    @property
    def days(self) -> Markup:
        """The first and last day that may be chosen, as attributes of the date field."""
        first = clock.today()
        return Markup(' min="{}" max="{}"').format(first.isoformat(), (first + A_YEAR).isoformat())

    def choice(self) -> str:
        """The amount that was chosen; a typed amount without a choice means that amount."""
        return self.amount.data or (FREE if (self.wish.data or "").strip() else "")

    def validate_motif(self, field: Field) -> None:
        """One of the product's motifs; none where it has none."""
        slugs = {motif.slug for motif in self.motifs}
        if slugs and not field.data:
            raise ValidationError(_("Bitte wählen Sie ein Motiv."))
        if (field.data or "") not in (slugs or {""}):
            raise ValidationError(_("Dieses Motiv gibt es hier nicht. Bitte wählen Sie eines der gezeigten."))

    def validate_amount(self, field: Field) -> None:
        """Decide the price; what is wrong with a free amount is said at its own field."""
        if self.choice() != FREE or not self.rule.is_free:
            self._decide()

    def validate_wish(self, field: Field) -> None:
        """Decide a free amount; a text beside a chosen tier has no say."""
        if self.choice() == FREE and self.rule.is_free:
            self._decide()

    def validate_recipient(self, field: Field) -> None:
        """A name of one line that can be printed."""
        field.data = _printable(field.data, LONGEST_NAME) if self.product.asks_recipient else ""

    def validate_dedication(self, field: Field) -> None:
        """A text that can be printed, at most 500 characters."""
        is_asked = self.product.asks_dedication
        field.data = _printable(field.data, LONGEST_DEDICATION, lines=True) if is_asked else ""

    def validate_delivery(self, field: Field) -> None:
        """To the buyer, or to the recipient too."""
        if (field.data or "buyer") not in ("buyer", "recipient"):
            raise ValidationError(_("Bitte wählen Sie, an wen der Gutschein gehen soll."))

    def validate_recipient_email(self, field: Field) -> None:
        """An address that a mail can really be sent to, when one is to be sent there."""
        if not self._to_recipient():
            return
        field.data = (field.data or "").strip()
        if not field.data:
            raise ValidationError(_("Bitte geben Sie die E-Mail-Adresse der beschenkten Person ein."))
        wording = _(
            "Das ist keine E-Mail-Adresse, an die wir schreiben können. Ein Beispiel: name@example.org"
        )
        Email(message=wording, allow_smtputf8=False)(self, field)

    def validate_deliver_on(self, field: Field) -> None:
        """Empty for at once, or a local day from today within a year."""
        if not self._to_recipient() or not (field.data or "").strip():
            return
        day, today = _day(field.data.strip()), clock.today()
        if day is None:
            raise ValidationError(_("Bitte schreiben Sie den Tag so: 24.12.2026"))
        if not today <= day <= today + A_YEAR:
            raise ValidationError(_("Bitte wählen Sie einen Tag von heute an innerhalb eines Jahres."))
        field.data = day.isoformat()

    def validate_quantity(self, field: Field) -> None:
        """How many alike, from 1 to 20."""
        text = (field.data or "1").strip()
        self.pieces = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0
        if not 1 <= self.pieces <= MOST_PIECES:
            raise ValidationError(_("Bitte geben Sie eine Anzahl von 1 bis %(most)s ein.", most=MOST_PIECES))

    def facts(self) -> dict[str, Any]:
        """A valid form as the basket keeps it."""
        to_recipient = self._to_recipient()
        return {
            "product": self.product.slug,
            "cents": self.cents,
            "motif": self.motif.data or None,
            "recipient": self.recipient.data,
            "dedication": self.dedication.data,
            "delivery": "recipient" if to_recipient else "buyer",
            "recipient_email": self.recipient_email.data if to_recipient else "",
            "deliver_on": (self.deliver_on.data or None) if to_recipient else None,
        }

    def _to_recipient(self) -> bool:
        return bool(self.delivery.data == "recipient")

    def _decide(self) -> None:
        try:
            self.cents = decide(self.rule, self.choice(), self.wish.data or "")
        except AmountRefused as refused:
            raise ValidationError(worded(refused.reason, self.rule, self.choice())) from None


def worded(reason: str, rule: AmountRule, choice: str) -> str:
    """Why an amount was refused, and what to do."""
    if reason == "missing" and choice != FREE:
        return _("Bitte wählen Sie einen Gutscheinwert.")
    if reason == "no_tier":
        return _("Diesen Wert gibt es hier nicht. Bitte wählen Sie einen der angebotenen Werte.")
    span = {"low": money(rule.low or 0), "high": money(rule.high or 0)}
    if reason == "unreadable":
        return _(
            "Bitte schreiben Sie den Betrag in Ziffern, zum Beispiel 40 oder 37,50. Möglich sind %(low)s bis %(high)s.",
            **span,
        )
    return _("Bitte geben Sie einen Betrag zwischen %(low)s und %(high)s ein.", **span)


def _printable(text: str | None, limit: int, *, lines: bool = False) -> str:
    try:
        kept = tidy(text or "", limit=limit, lines=lines)
    except TooLong:
        raise ValidationError(
            _("Das ist zu lang für den Gutschein: höchstens %(limit)s Zeichen.", limit=limit)
        ) from None
    if odd := unprintable(kept):
        raise ValidationError(
            _("Diese Zeichen können wir nicht drucken: %(odd)s. Bitte lassen Sie sie weg.", odd=" ".join(odd))
        )
    return kept


def _day(text: str) -> date | None:
    """A day as browsers send it (2026-12-24) or as people write it (24.12.2026)."""
    for shape in ("%Y-%m-%d", "%d.%m.%Y"):
        try:
            return datetime.strptime(text, shape).date()
        except ValueError:
            continue
    return None
