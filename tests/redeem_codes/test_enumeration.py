"""Strangers learn nothing: unknown user, wrong code, used code look alike, and guessing gets slow (C5, S5, A1)."""

import re
from datetime import timedelta

from werkzeug.test import TestResponse

from shop import clock
from shop.core import codes
from shop.course_vouchers.find import code_key
from tests.organisation_desk.office import Office
from tests.redeem_codes.visits import PAGE, Holder, places
from tests.web.guest import words


def look(answer: TestResponse, *typed: str) -> tuple[int, str]:
    """Status and body, without what each visitor has typed and the tokens of the forms."""
    text = re.sub(r'name="csrf_token"[^>]*value="[^"]*"', "", answer.text)
    for each in typed:
        text = text.replace(each, "…")
    return answer.status_code, text


def wrong(office: Office, number: str) -> str:
    """A code with a right shape that is not this number's."""
    with office.app.app_context():
        return codes.shown_course_code(number, codes.derive_code(code_key(), number, 99))


def test_before_proof_every_failure_is_one_answer(office: Office) -> None:
    used, expired, frozen, revoked, good = office.order({"K2": 5})
    texts = office.codes()
    assert Holder(office.app).redeem(texts[used]).status_code == 303
    office.change(expired, valid_until=office.inside(clock.today) - timedelta(days=1))
    office.change(frozen, frozen="overdue")
    office.change(revoked, serial=1)
    tried = [
        ("jonas", wrong(office, good)),
        ("jonas", wrong(office, codes.new_number("K"))),
        ("jonas", texts[good][:-1] + ("A" if texts[good][-1] != "A" else "B")),
        ("jonas", texts[revoked]),
        ("niemand", texts[used]),
        ("niemand", texts[expired]),
        ("niemand", texts[frozen]),
        ("niemand", texts[good]),
        ("niemand", wrong(office, good)),
    ]
    seen = set()
    for turn, (user, text) in enumerate(tried):
        holder = Holder(office.app, address=f"198.51.100.{turn}")
        seen.add(look(holder.redeem(text, user), text, user))
    assert len(seen) == 1
    assert seen.pop()[0] == 422
    assert places(office) == 1


def test_who_guesses_is_slowed_and_nobody_else(office: Office, holder: Holder) -> None:
    number = office.order({"K2": 1})[0]
    for _ in range(10):
        assert holder.redeem(wrong(office, number)).status_code == 422
    slowed = holder.redeem(office.codes()[number])
    assert slowed.status_code == 429
    assert int(slowed.headers["Retry-After"]) > 0
    assert "Minuten" in words(slowed)
    elsewhere = Holder(office.app, address="203.0.113.9")
    assert elsewhere.redeem(office.codes()[number]).status_code == 303


def test_a_typing_error_while_looking_is_no_guess(office: Office, holder: Holder) -> None:
    number = office.order({"K2": 1})[0]
    token = holder.token_on()
    for _ in range(12):
        part = holder.send_bare(
            f"{PAGE}kurs", {"csrf_token": token, "code": "K4C18"}, headers={"HX-Request": "true"}
        )
        assert part.status_code == 422
    assert holder.redeem(office.codes()[number]).status_code == 303


def test_no_code_stands_in_an_address_and_no_answer_is_kept(office: Office, holder: Holder) -> None:
    number = office.order({"K2": 1})[0]
    text = office.codes()[number]
    answer = holder.redeem(text)
    assert text not in answer.headers["Location"]
    assert text[-19:] not in holder.get(answer.headers["Location"]).text
    for path in (PAGE, answer.headers["Location"], "/hilfe/", "/zertifikat/"):
        assert holder.get(path).headers["Cache-Control"] == "no-store", path
