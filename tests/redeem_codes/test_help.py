"""Help: filled in after a redemption that failed, or by itself; it goes to the centre, with a copy (DOMAIN C8)."""

import re

from flask import Flask

from shop.clerk.letters import LETTERS
from shop.db import db
from shop.outbox.models import Message
from tests.account.cast import queued
from tests.organisation_desk.office import Office
from tests.redeem_codes.visits import Holder
from tests.web.guest import hidden, words

QUESTION = {
    "schritt": "senden",
    "email": "heidi@example.org",
    "organisation": "Gemeinde Seedorf",
    "course": "Kurs K1",
    "username": "heidi",
    "error": "Dieser Code ist schon eingelöst.",
    "message": "Bitte helfen Sie.",
}


def letters(app: Flask) -> dict[str, str]:
    """What each waiting letter of this kind says, by its recipient."""
    with app.test_request_context():
        rows = db.session.scalars(db.select(Message).where(Message.kind.like("support%"))).all()
        found = {row.recipient: LETTERS[row.kind](row).text for row in rows}
        db.session.rollback()
    return found


def test_a_failed_redemption_leads_to_a_form_that_is_filled_in(office: Office, holder: Holder) -> None:
    number = office.order({"K1": 1})[0]
    office.change(number, frozen="overdue")
    code = office.codes()[number]
    page = holder.redeem(code)
    form = page.text[page.text.index('<form id="hilfe"') :]
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form.partition("</form>")[0]))
    filled = holder.send_bare("/hilfe/", fields)
    assert filled.status_code == 200
    assert hidden(filled, "organisation") == "Gemeinde Seedorf"
    assert hidden(filled, "course") == "Kurs K1 (K1)"
    assert hidden(filled, "username") == "jonas"
    assert "überfällig" in hidden(filled, "error")
    assert hidden(filled, "code") == code


def test_a_stranger_learns_no_organisation_from_it(office: Office, holder: Holder) -> None:
    number = office.order({"K1": 1})[0]
    page = holder.redeem(office.codes()[number], "niemand")
    assert "Seedorf" not in page.text


def test_the_question_goes_to_the_centre_with_a_copy(office: Office, holder: Holder) -> None:
    code = office.code()
    answer = holder.send("/hilfe/", {**QUESTION, "code": code})
    assert answer.status_code == 303
    found = letters(office.app)
    assert set(found) == {"gutscheine@example.org", "heidi@example.org"}
    for text in found.values():
        for part in (*list(QUESTION.values())[1:], code):
            assert part in text


def test_the_code_is_not_in_the_database(office: Office, holder: Holder) -> None:
    code = office.code()
    holder.send("/hilfe/", {**QUESTION, "code": code})
    with office.app.app_context():
        rows = db.session.scalars(db.select(Message).where(Message.kind.like("support%"))).all()
        assert len(rows) == 2
        assert not any(code[-19:] in str(row.facts) for row in rows)
        db.session.rollback()


def test_only_an_address_is_needed_and_what_is_wrong_is_told(office: Office, holder: Holder) -> None:
    page = holder.send("/hilfe/", {**QUESTION, "email": "heidi@"})
    assert page.status_code == 422
    assert "Bitte helfen Sie." in page.text
    assert holder.send("/hilfe/", {"schritt": "senden", "email": "heidi@example.org"}).status_code == 303


def test_the_form_cannot_be_used_to_mail_strangers(office: Office, holder: Holder) -> None:
    statuses = [holder.send("/hilfe/", QUESTION).status_code for _ in range(12)]
    assert statuses[-1] == 429
    assert len([kind for kind, _ in queued(office.app) if kind == "support_copy"]) <= 10


def test_markup_and_line_ends_stay_text(office: Office, holder: Holder) -> None:
    bad = {**QUESTION, "organisation": "<b>x</b>\r\nBcc: y@example.org", "username": "{{ 7*7 }}"}
    assert holder.send("/hilfe/", bad).status_code == 303
    text = letters(office.app)["gutscheine@example.org"]
    assert "<b>x</b> Bcc: y@example.org" in text
    assert "{{ 7*7 }}" in text
    assert words(holder.get("/hilfe/gesendet"))
