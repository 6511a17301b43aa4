"""A certificate: its owner's to download, anybody's to check, nobody's to guess (DOMAIN C7, QUALITY A1, A2)."""

from datetime import timedelta

from shop import clock
from shop.core import codes
from shop.db import transaction
from shop.orders.certify import complete
from tests.account.cast import log_in
from tests.organisation_desk.office import Office
from tests.organisations.cast import PASSWORD
from tests.redeem_codes.visits import Holder
from tests.web.guest import words


def certified(office: Office, holder: Holder) -> str:
    """Jonas has been in course K1 and completed it; the number of his certificate."""
    assert holder.redeem(office.code()).status_code == 303

    def done() -> str:
        with clock.shifted_by(timedelta(days=40)), transaction():
            return complete("K1")[0].number

    return office.inside(done)


def test_its_owner_downloads_it_and_nobody_else(office: Office, holder: Holder) -> None:
    number = certified(office, holder)
    path = f"/konto/zertifikat/{number}.pdf"
    assert holder.get(path).status_code == 302
    log_in(holder, "jonas", PASSWORD)
    assert path in holder.get("/konto/kurse").text
    assert holder.get(path).data[:5] == b"%PDF-"
    stranger = Holder(office.app)
    log_in(stranger, "anna", PASSWORD)
    assert stranger.get(path).status_code == 404


def test_anybody_checks_it_by_its_number(office: Office, holder: Holder) -> None:
    number = certified(office, holder)
    typed = holder.send("/zertifikat/", {"number": f" {number[:5].lower()} {number[5:]}"})
    assert typed.headers["Location"] == f"/zertifikat/{number}"
    page = words(holder.get(typed.headers["Location"]))
    assert "Dieses Zertifikat ist echt" in page
    assert "Jonas Öztürk" in page
    assert "Kurs K1" in page
    assert "jonas@example.org" not in page
    assert "Seedorf" not in page


def test_a_number_that_is_none_is_told(office: Office, holder: Holder) -> None:
    wrong = holder.send("/zertifikat/", {"number": "Z123"})
    assert wrong.status_code == 422
    assert "kennen wir nicht" in words(wrong)
    assert holder.get("/zertifikat/K4C18CCA0R").status_code == 404


def test_guessing_numbers_gets_slow(office: Office, holder: Holder) -> None:
    statuses = [holder.get(f"/zertifikat/{codes.new_certificate_number()}").status_code for _ in range(12)]
    assert statuses[:10] == [404] * 10
    assert statuses[-1] == 429
