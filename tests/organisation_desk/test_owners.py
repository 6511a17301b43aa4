"""No administrator sees another organisation, and nobody sees one without logging in (DOMAIN C6, QUALITY A2)."""

from flask import Flask

from tests.organisation_desk.office import Clerk, Office
from tests.web.guest import Guest, words


def pages(office: Office) -> list[str]:
    number, order = office.order({"K1": 1})[0], ""
    with office.app.app_context():
        from shop.db import db
        from shop.orders.models import Order

        order = db.session.scalars(db.select(Order.number)).one()
        db.session.rollback()
    return [
        *("", "codes/", f"codes/{number}", "codes/liste.csv", "codes/liste.xlsx", "bestellen", "verschicken"),
        *("bestellungen/", f"bestellungen/{order}", f"bestellungen/{order}/codes.csv", "zugaenge/"),
        f"bestellungen/{order}/RE-2026-00001.pdf",
    ]


def deeds(app: Flask) -> list[str]:
    return [
        rule.rule.removeprefix("/organisation/<uuid:organisation_id>/")
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("organisation.") and "POST" in (rule.methods or ())
    ]


def test_a_strangers_organisation_does_not_exist(office: Office, anna: Clerk, bernd: Clerk) -> None:
    for page in pages(office):
        assert (
            anna.get(office.home + page).status_code == (404 if page.endswith("00001.pdf") else 200) or page
        )
        assert bernd.get(office.home + page).status_code == 404, page


def test_nor_can_a_stranger_do_anything_there(office: Office, bernd: Clerk) -> None:
    number = office.order({"K1": 1})[0]
    for deed in deeds(office.app):
        path = deed.replace("<number>", number).replace("<int:user_id>", "1")
        answer = bernd.send(
            office.home + path, {"email": "x@example.org", "nummer": number, "tun": "erinnern"}
        )
        assert answer.status_code == 404, deed
    assert office.state(number) == ("open", 0, "")


def test_without_logging_in_every_page_asks_to(office: Office) -> None:
    guest = Guest(office.app)
    for page in pages(office):
        answer = guest.get(office.home + page)
        assert answer.status_code == 302, page
        assert "/konto/anmelden" in answer.headers["Location"]


def test_the_door_leads_to_the_only_organisation(office: Office, anna: Clerk) -> None:
    assert anna.get("/organisation/").headers["Location"] == office.home
    assert anna.get("/organisation/?kurs=K1").headers["Location"] == f"{office.home}bestellen?kurs=K1"


def test_a_fellow_is_invited_and_the_last_one_stays(office: Office, anna: Clerk) -> None:
    page = f"{office.home}zugaenge/"
    assert anna.post(page, page, {"email": "heidi@"}).status_code == 422
    assert anna.post(page, page, {"email": "anna@example.org"}).status_code == 422
    assert anna.post(page, page, {"email": "heidi@example.org"}).status_code == 303
    assert office.letters("organisation_invited") == ["heidi@example.org"]
    assert "heidi@example.org" in words(anna.get(page))
    with office.app.app_context():
        from shop.db import db
        from shop.people.accounts import by_username

        me = by_username("anna").id
        db.session.rollback()
    last = anna.post(page, f"{page}{me}/beenden")
    assert last.status_code == 422
    assert "Jemand muss" in words(last)
    assert anna.get(office.home).status_code == 200
