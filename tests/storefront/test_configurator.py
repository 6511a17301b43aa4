"""The configurator as a form: order of its fields, links that fill it, the preview, changing a line."""

import re

from tests.web.guest import CARD, Guest, words


def test_the_fields_stand_in_their_order(erna: Guest) -> None:
    text = words(erna.get("/gutscheine/standard"))
    places = [
        text.index(label)
        for label in ("Motiv", "Gutscheinwert", "Empfänger/-in", "Widmung", "Buchen", "Merken")
    ]
    assert places == sorted(places)


def test_a_link_fills_amount_and_motif(erna: Guest) -> None:
    page = erna.get("/gutscheine/standard?betrag=5000&motiv=danke").text
    assert re.search(r'value="5000"[^>]* checked', page)
    assert re.search(r'value="danke"[^>]* checked', page)
    assert "50\u00a0€" in preview(page)


def test_an_odd_link_fills_nothing(erna: Guest) -> None:
    page = erna.get("/gutscheine/standard?betrag=1&motiv=../../etc").text
    assert not re.search(r'name="amount"[^>]* checked', page)
    assert re.search(r'value="standard"[^>]* checked', page)


def test_the_preview_is_one_part_that_follows_the_form(erna: Guest) -> None:
    answer = erna.send_bare(
        "/gutscheine/standard/vorschau",
        {**CARD, "amount": "free", "wish": "37,50", "motif": "kochen", "recipient": "Jürgen"},
        headers={"HX-Request": "true"},
    )
    assert answer.status_code == 200
    assert answer.text.lstrip().startswith('<figure class="preview" id="preview"')
    assert "37,50\u00a0€" in answer.text
    assert "Für Jürgen" in answer.text
    assert "/motive/kochen.webp" in answer.text


def test_the_preview_shows_blanks_for_what_is_missing_or_wrong(erna: Guest) -> None:
    answer = erna.send_bare(
        "/gutscheine/standard/vorschau", {"amount": "free", "wish": "1e3"}, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 200
    assert "… €" in answer.text
    assert "Fehler" not in answer.text


def test_without_javascript_the_preview_comes_with_the_filled_form(erna: Guest) -> None:
    page = erna.send(
        "/gutscheine/standard/vorschau", {**CARD, "recipient": "Jürgen", "recipient_email": ""}
    ).text
    assert 'value="Jürgen"' in page
    assert "Für Jürgen" in preview(page)
    assert 'id="summary"' not in page


def test_a_preview_of_an_embedded_form_stays_in_its_frame(erna: Guest) -> None:
    answer = erna.send_bare("/gutscheine/standard/vorschau", {**CARD, "frame": "1"})
    assert "frame-ancestors https://stadt.example.org" in answer.headers["Content-Security-Policy"]
    assert '<header class="top">' not in answer.text


def test_errors_stand_between_hint_and_field_and_in_the_summary(erna: Guest) -> None:
    page = erna.design(quantity="99", dedication="Hallo").text
    field = page[page.index('<label for="quantity"') :]
    assert field.index('id="quantity-hint"') < field.index('id="quantity-error"') < field.index("<input")
    assert '<a href="#quantity">Bitte geben Sie eine Anzahl von 1 bis 20 ein.</a>' in page
    assert 'aria-describedby="quantity-hint quantity-error" aria-invalid="true"' in page


def test_remembering_puts_it_on_the_list_and_not_into_the_basket(erna: Guest) -> None:
    answer = erna.design(intent="merken")
    assert answer.headers["Location"] == "/merkliste/"
    assert "Kursgutschein" in words(erna.get("/merkliste/"))
    assert "Ihr Warenkorb ist noch leer." in words(erna.get("/warenkorb/"))


def test_a_line_is_changed_in_the_form_it_was_made_with(erna: Guest) -> None:
    line = erna.put_in(amount="free", wish="37,50", recipient="Jürgen")
    page = erna.get(f"/gutscheine/standard?zeile={line}").text
    assert 'value="37,50"' in page
    assert 'value="Jürgen"' in page
    erna.send(f"/gutscheine/standard?zeile={line}", {**CARD, "recipient": "Ada"})
    basket = words(erna.get("/warenkorb/"))
    assert "Für Ada" in basket
    assert "Jürgen" not in basket


def test_a_strangers_line_is_not_shown(shop: object, erna: Guest) -> None:
    line = erna.put_in(recipient="Jürgen")
    otto = Guest(shop)  # type: ignore[arg-type]
    assert "Jürgen" not in otto.get(f"/gutscheine/standard?zeile={line}").text


def preview(page: str) -> str:
    """The preview on a page."""
    return page[page.index('<figure class="preview"') : page.index("</figure>")]
