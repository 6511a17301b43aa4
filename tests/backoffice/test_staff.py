"""Who gets into the back office, and who does not (QUALITY A2, A8)."""

from urllib.parse import urlsplit

import pytest
from flask import Flask

from tests.account.cast import log_in
from tests.backoffice.desk import MATRIX, last_row, person_id
from tests.web.guest import Guest, everything, words


def doors(shop: Flask) -> list[tuple[str, str]]:
    """Every address of the back office, with what it asks about: method and path."""
    known = {
        "row_id": last_row(shop).id,
        "contract_id": "00000000-0000-0000-0000-000000000007",
        "user_id": person_id(shop, "erna"),
        "dimension": "user",
    }
    found = []
    with shop.test_request_context():
        adapter = shop.url_map.bind("localhost")
        for rule in shop.url_map.iter_rules():
            if rule.endpoint.startswith("backoffice."):
                key = "werkstattabo" if "vertraege" in rule.rule else "jugendlich"
                values = {name: known.get(name, key) for name in rule.arguments}
                method = "POST" if "POST" in (rule.methods or ()) else "GET"
                found.append((method, adapter.build(rule.endpoint, values, method=method)))
    assert len(found) > 15
    return found


def knock(guest: Guest, method: str, path: str) -> int:
    answer = guest.get(path) if method == "GET" else guest.send(path)
    return answer.status_code


def unchanged(shop: Flask) -> dict[str, list[str]]:
    return {name: rows for name, rows in everything(shop).items() if name not in ("users", "wrong_codes")}


def test_a_visitor_is_asked_to_log_in_and_comes_back(shop: Flask) -> None:
    before, guest = unchanged(shop), Guest(shop)
    for method, path in doors(shop):
        answer = guest.get(path) if method == "GET" else guest.send(path)
        assert answer.status_code in (302, 303), path
        assert urlsplit(answer.headers["Location"]).path == "/konto/anmelden", path
    assert unchanged(shop) == before
    page = guest.get(MATRIX)
    assert log_in(guest, "paula", next="/verwaltung/preise/").headers["Location"].endswith(MATRIX)
    assert "next=" in page.headers["Location"]


def test_for_everybody_else_there_is_no_back_office(shop: Flask) -> None:
    guest = Guest(shop)
    log_in(guest, "erna")
    before = unchanged(shop)
    for method, path in doors(shop):
        assert knock(guest, method, path) == 404, path
    assert unchanged(shop) == before
    assert "Verwaltung" not in words(guest.get("/konto/"))


def test_staff_get_in_and_find_the_way(paula: Guest, shop: Flask) -> None:
    assert 'href="/verwaltung/"' in paula.get("/konto/").text
    assert paula.get("/verwaltung/").headers["Location"] == MATRIX
    for method, path in doors(shop):
        if method == "GET" and path != "/verwaltung/":
            answer = paula.get(path)
            assert answer.status_code == 200, path
            assert "no-store" in answer.headers["Cache-Control"], path


def test_without_a_token_nothing_is_taken_from_staff(paula: Guest, shop: Flask) -> None:
    before = unchanged(shop)
    for method, path in doors(shop):
        if method == "POST":
            answer = paula.send_bare(path, {"de": "Neu", "price": "1", "last_day": "2026-12-01"})
            assert answer.status_code == 400, path
    assert unchanged(shop) == before


def test_staff_are_made_and_unmade_by_command(shop: Flask) -> None:
    def command(*words: str) -> str:
        with shop.app_context():
            given = shop.test_cli_runner().invoke(args=["shop", "user", *words])
        assert given.exit_code == 0, given.output
        return str(given.output)

    guest = Guest(shop)
    log_in(guest, "erna")
    for _ in range(2):
        assert command("make-staff", "erna@example.org") == "erna@example.org is staff.\n"
    assert guest.get(MATRIX).status_code == 200
    assert "staff" in command("list", "--query", "erna")
    assert command("no-staff", "erna") == "erna is not staff.\n"
    assert guest.get(MATRIX).status_code == 404, "the open session is no way in"
    assert guest.get("/konto/").status_code == 200


def test_no_account_is_staff_from_the_start(shop: Flask) -> None:
    with shop.app_context():
        given = shop.test_cli_runner().invoke(args=["shop", "user", "make-staff", "nobody"])
    assert (given.exit_code, "There is no account nobody." in given.output) == (1, True)


@pytest.mark.parametrize("path", [MATRIX, "/verwaltung/personen/", "/verwaltung/preise/klassen"])
def test_the_pages_speak_both_languages(paula: Guest, path: str) -> None:
    assert paula.get(f"{path}?sprache=en").status_code == 200
