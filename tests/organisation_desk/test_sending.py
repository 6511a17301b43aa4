"""Many codes at once from a pasted or uploaded list: checked first, shown, then sent (DOMAIN C6)."""

from io import BytesIO

import pytest
from werkzeug.test import TestResponse

from tests.organisation_desk.office import Clerk, Office, signed_in
from tests.web.guest import hidden, words


def checked(
    anna: Clerk, office: Office, text: str = "", *, offer: str = "K2", file: bytes | None = None
) -> TestResponse:
    fields: dict[str, object] = {"offer": offer, "addresses": text}
    if file is not None:
        fields["file"] = (BytesIO(file), "liste.csv")
    return anna.post(f"{office.home}verschicken", f"{office.home}verschicken/pruefen", fields)


def send(anna: Clerk, office: Office, preview: TestResponse, text: str, offer: str = "K2") -> TestResponse:
    fields = {name: hidden(preview, name) for name in ("csrf_token", "seen")}
    return anna.send_bare(f"{office.home}verschicken", {**fields, "offer": offer, "addresses": text})


def people(count: int) -> str:
    return "\n".join(f"Person {turn} <p{turn}@example.org>" for turn in range(count))


def test_forty_codes_from_a_pasted_list_take_a_preview_and_a_button(any_office: Office) -> None:
    office, anna = any_office, signed_in(any_office.app)
    office.order({"K2": 45})
    preview = checked(anna, office, people(40))
    assert preview.status_code == 200
    assert "40 Mails sind bereit" in words(preview)
    assert "noch 5 Codes offen" in words(preview)
    assert "p39@example.org" in preview.text
    assert office.letters("course_code_sent") == []
    answer = send(anna, office, preview, people(40))
    assert answer.status_code == 303
    assert "40 Codes sind unterwegs" in words(anna.get(answer.headers["Location"]))
    assert sorted(office.letters("course_code_sent")) == sorted(f"p{turn}@example.org" for turn in range(40))


def test_sent_twice_is_sent_once(office: Office, anna: Clerk) -> None:
    office.order({"K2": 3})
    preview = checked(anna, office, people(2))
    send(anna, office, preview, people(2))
    again = send(anna, office, preview, people(2))
    assert again.status_code == 422
    assert len(office.letters("course_code_sent")) == 2


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (people(5), "Die Liste hat 5 Adressen, offen sind für diesen Kurs 3 Codes."),
        ("a@example.org\na@example.org", "Zeile 2: a@example.org steht schon weiter oben."),
        ("a@example.org\nnix", "Zeile 2: „nix“ ist keine E-Mail-Adresse."),
        ("", "mindestens eine E-Mail-Adresse"),
    ],
)
def test_a_list_that_cannot_be_sent_is_told_line_by_line_and_kept(
    office: Office, anna: Clerk, text: str, says: str
) -> None:
    office.order({"K2": 3})
    page = checked(anna, office, text)
    assert page.status_code == 422
    assert says in words(page)
    assert f">{text.replace('<', '&lt;').replace('>', '&gt;')}</textarea>" in page.text
    assert office.letters("course_code_sent") == []


def test_the_codes_that_are_missing_can_be_ordered_from_there(office: Office, anna: Clerk) -> None:
    office.order({"K2": 3})
    page = checked(anna, office, people(5))
    assert "bestellen?kurs=K2&amp;anzahl=2" in page.text
    assert 'name="n-K2" value="2"' in anna.get(f"{office.home}bestellen?kurs=K2&anzahl=2").text


def test_a_file_comes_on_top_of_what_was_pasted(office: Office, anna: Clerk) -> None:
    office.order({"K2": 3})
    table = "E-Mail;Name\r\nb@example.org;Jürgen Müßig\r\n".encode("utf-8-sig")
    preview = checked(anna, office, "a@example.org", file=table)
    assert preview.status_code == 200
    assert "2 Mails sind bereit" in words(preview)
    assert "Jürgen Müßig" in words(preview)


def test_what_spreadsheets_call_csv_is_read_and_said(office: Office, anna: Clerk) -> None:
    office.order({"K2": 3})
    preview = checked(anna, office, file="b@example.org;Jürgen Müßig\r\n".encode("cp1252"))
    assert "Jürgen Müßig" in words(preview)
    assert "nicht als UTF-8" in words(preview)


@pytest.mark.parametrize(
    "file",
    [
        b"PK\x03\x04rest of a workbook",
        b"%PDF-1.7 a@example.org",
        b"a@example.org\0\x01",
        b"\x81\x8d a@example.org",
        b"\xff\xfea",
    ],
)
def test_a_file_that_is_no_text_is_refused_in_words_and_the_list_stays(
    office: Office, anna: Clerk, file: bytes
) -> None:
    office.order({"K2": 3})
    page = checked(anna, office, "a@example.org", file=file)
    assert page.status_code == 422
    assert 'id="file-error"' in page.text
    assert ">a@example.org</textarea>" in page.text


@pytest.mark.parametrize("size", [201 * 1024, 10 * 1024 * 1024])
def test_a_file_that_is_too_large_is_refused_in_words(office: Office, anna: Clerk, size: int) -> None:
    office.order({"K2": 3})
    page = checked(anna, office, file=b"a@example.org\n" * (size // 14))
    assert page.status_code in (413, 422)
    assert "zu groß" in words(page)
    assert "<h1>Codes verschicken</h1>" in page.text


def test_a_preview_that_is_old_is_shown_again_before_anything_is_sent(office: Office, anna: Clerk) -> None:
    numbers = office.order({"K2": 3})
    preview = checked(anna, office, people(2))
    page = f"{office.home}codes/{min(numbers)}"
    anna.post(page, f"{page}/verschicken", {"email": "heidi@example.org", "name": ""})
    answer = send(anna, office, preview, people(2))
    assert answer.status_code == 422
    assert "noch einmal" in words(answer)
    assert office.letters("course_code_sent") == ["heidi@example.org"]
    assert send(anna, office, answer, people(2)).status_code == 303


def test_back_to_the_list_keeps_it(office: Office, anna: Clerk) -> None:
    office.order({"K2": 3})
    preview = checked(anna, office, people(2))
    fields = {"csrf_token": hidden(preview, "csrf_token"), "offer": "K2", "addresses": people(2)}
    page = anna.send_bare(f"{office.home}verschicken/aendern", fields)
    assert "p1@example.org" in page.text


def test_without_open_codes_there_is_nothing_to_send(office: Office, anna: Clerk) -> None:
    assert "Es ist kein Code offen" in words(anna.get(f"{office.home}verschicken"))
