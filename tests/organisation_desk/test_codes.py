"""The list of codes and what is done with one: find, send, remind, swap, revoke, take home (DOMAIN C6)."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook

from shop import clock
from shop.db import transaction
from shop.orders.enrol.redeem import redeem_existing
from shop.people.accounts import by_username
from tests.organisation_desk.office import Clerk, Office, numbers_on, signed_in
from tests.web.guest import words


def redeemed(office: Office, number: str, username: str = "jonas") -> None:
    code = office.codes()[number]
    office.inside(lambda: redeem_existing(username, code, ["here"]))


def today(office: Office) -> date:
    return office.inside(clock.today)


def send(anna: Clerk, office: Office, number: str, email: str = "heidi@example.org") -> None:
    page = f"{office.home}codes/{number}"
    answer = anna.post(page, f"{page}/verschicken", {"email": email, "name": "Heidi Koch"})
    assert answer.status_code == 303, words(answer)


def test_one_glance_tells_where_the_codes_stand(office: Office, anna: Clerk) -> None:
    numbers = office.order({"K1": 5})
    send(anna, office, numbers[1])
    redeemed(office, numbers[0])
    page = words(anna.get(office.home))
    for part in ("3 offen", "1 verschickt", "1 eingelöst", "Jonas Öztürk", "zahlbar bis"):
        assert part in page


def test_a_desk_without_codes_says_what_to_do(office: Office, anna: Clerk) -> None:
    assert "Noch haben Sie keine Codes" in words(anna.get(office.home))
    assert "Noch haben Sie keine Codes" in words(anna.get(f"{office.home}codes/"))
    assert "Noch gibt es keine Rechnung" in words(anna.get(f"{office.home}bestellungen/"))


def test_filters_and_search_find_codes(office: Office, anna: Clerk) -> None:
    numbers = office.order({"K1": 3, "K2": 2})
    send(anna, office, numbers[1])
    redeemed(office, numbers[0])

    def found(query: str) -> set[str]:
        return set(numbers_on(anna.get(f"{office.home}codes/?{query}")))

    assert found("stand=eingeloest") == {numbers[0]}
    assert found("stand=verschickt") == {numbers[1]}
    assert found("stand=offen&kurs=K2") == set(numbers[3:])
    assert found("q=heidi%40example.org") == {numbers[1]}
    assert found("q=öztürk") == {numbers[0]}
    assert found(f"q={numbers[4][:5]}-{numbers[4][5:].lower()}") == {numbers[4]}
    assert found("q=niemand") == set()


def test_what_runs_out_soon_and_what_has_run_out_can_be_found(office: Office, anna: Clerk) -> None:
    soon, over, _later = office.order({"K2": 3})
    office.change(soon, valid_until=today(office) + timedelta(days=10))
    office.change(over, valid_until=today(office) - timedelta(days=1))
    assert numbers_on(anna.get(f"{office.home}codes/?stand=bald")) == [soon]
    assert numbers_on(anna.get(f"{office.home}codes/?stand=abgelaufen")) == [over]


def test_many_codes_come_on_pages(office: Office, anna: Clerk) -> None:
    numbers = office.order({"K2": 120})
    seen: list[str] = []
    for page in (1, 2, 3):
        seen += numbers_on(anna.get(f"{office.home}codes/?seite={page}"))
    assert sorted(seen) == sorted(numbers)
    assert "Seite 3 von 3" in words(anna.get(f"{office.home}codes/?seite=3"))


def test_a_code_is_sent_as_a_ready_link(any_office: Office) -> None:
    office, anna = any_office, signed_in(any_office.app)
    number = office.order({"K1": 1})[0]
    send(anna, office, number)
    assert office.state(number) == ("open", 0, "heidi@example.org")
    assert office.letters("course_code_sent") == ["heidi@example.org"]
    assert "verschickt" in words(anna.get(f"{office.home}codes/{number}"))


def test_an_address_that_is_none_is_told_and_kept(office: Office, anna: Clerk) -> None:
    number = office.order({"K1": 1})[0]
    page = f"{office.home}codes/{number}"
    answer = anna.post(page, f"{page}/verschicken", {"email": "heidi@", "name": "Heidi"})
    assert answer.status_code == 422
    assert 'value="heidi@"' in answer.text
    assert 'value="Heidi"' in answer.text
    assert office.letters("course_code_sent") == []


def test_who_has_not_redeemed_is_reminded_with_one_button(office: Office, anna: Clerk) -> None:
    first, second, third = office.order({"K2": 3})
    for number in (first, second):
        send(anna, office, number, f"{number.lower()}@example.org")
    listed = f"{office.home}codes/"
    answer = anna.post(listed, f"{listed}auswahl", {"nummer": [first, second, third], "tun": "erinnern"})
    assert answer.status_code == 303
    assert len(office.letters("course_code_reminder")) == 2
    nobody = anna.post(listed, f"{listed}auswahl", {"nummer": [third], "tun": "erinnern"})
    assert nobody.status_code == 422
    none = anna.post(listed, f"{listed}auswahl", {"tun": "erinnern"})
    assert none.status_code == 422
    assert "kreuzen Sie" in words(none)


def test_unused_codes_are_swapped_for_a_course_of_the_same_price(any_office: Office) -> None:
    office, anna = any_office, signed_in(any_office.app)
    numbers = office.order({"K1": 2})
    before = office.codes()
    listed = f"{office.home}codes/"
    choice = anna.post(listed, f"{listed}auswahl", {"nummer": numbers, "tun": "tauschen"})
    assert "Kurs K3" in words(choice)
    assert "Kurs K2" not in words(choice)  # it costs less
    without = anna.post(listed, f"{listed}tauschen", {"nummer": numbers})
    assert without.status_code == 422
    answer = anna.post(listed, f"{listed}tauschen", {"nummer": numbers, "offer": "K3"})
    assert answer.status_code == 303
    assert numbers_on(anna.get(f"{listed}?kurs=K3")) == sorted(numbers)
    assert not set(before.values()) & set(office.codes().values())
    refused = anna.post(listed, f"{listed}tauschen", {"nummer": numbers, "offer": "K2"})
    assert refused.status_code == 422


def test_a_redeemed_code_is_revoked_and_its_place_is_the_organisations_again(any_office: Office) -> None:
    office, anna = any_office, signed_in(any_office.app)
    number = office.order({"K1": 1})[0]
    redeemed(office, number)
    before = office.codes()[number]
    page = f"{office.home}codes/{number}"
    assert before not in anna.get(page).text  # the code is somebody's now
    answer = anna.post(page, f"{page}/zurueckziehen")
    assert answer.status_code == 303
    assert office.state(number) == ("open", 1, "")
    assert office.letters("enrolment_ended") == ["jonas@example.org"]
    assert office.codes()[number] in anna.get(answer.headers["Location"]).text
    assert office.codes()[number] != before


def test_the_story_of_a_code_tells_who_did_what(office: Office, anna: Clerk) -> None:
    number = office.order({"K1": 1})[0]
    send(anna, office, number)
    redeemed(office, number)
    page = words(anna.get(f"{office.home}codes/{number}"))
    assert (
        page.index("eingelöst von Jonas Öztürk")
        < page.index("verschickt von Anna Öztürk")
        < page.index("bestellt von")
    )


def test_names_that_look_like_formulas_stay_text_in_files(office: Office, anna: Clerk) -> None:
    numbers = office.order({"K1": 1})
    with office.app.app_context(), transaction():
        by_username("jonas").first_name = '=HYPERLINK("https://example.org")'
    redeemed(office, numbers[0])
    rows = anna.get(f"{office.home}codes/liste.csv").get_data(as_text=True)
    assert "'=HYPERLINK" in rows.replace('"', "")
    book = load_workbook(BytesIO(anna.get(f"{office.home}codes/liste.xlsx").data))
    cells = [cell for row in book.active.iter_rows() for cell in row]
    assert any(str(cell.value).startswith("=HYPERLINK") for cell in cells)
    assert {cell.data_type for cell in cells} <= {"s", "n"}


def test_files_hold_what_the_filters_show(office: Office, anna: Clerk) -> None:
    numbers = office.order({"K1": 2, "K2": 3})
    rows = anna.get(f"{office.home}codes/liste.csv?kurs=K2").get_data(as_text=True).splitlines()
    assert len(rows) == 4
    assert all(office.codes()[number] in "".join(rows) for number in numbers[2:])


@pytest.mark.parametrize("number", ["K4C18CCA0R", "unsinn", "G4C18CCA0R", "K" * 300])
def test_a_code_that_does_not_exist_is_not_found(office: Office, anna: Clerk, number: str) -> None:
    assert anna.get(f"{office.home}codes/{number}").status_code == 404
