"""One press books, and one press cancels."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField
from wtforms.validators import UUID

AGAIN = _l("Bitte bestätigen Sie noch einmal; es ist noch nichts geschehen.")


class BookForm(FlaskForm):
    """Which card pays; `form_key` makes a double click one booking, `seen` marks what was shown."""

    card = StringField()
    form_key = HiddenField(validators=[UUID(AGAIN)])
    seen = HiddenField()


class WaitForm(FlaskForm):
    """Nothing but a token: who waits is signed in."""


class CancelForm(FlaskForm):
    """`seen` marks what was said to come back."""

    seen = HiddenField()
