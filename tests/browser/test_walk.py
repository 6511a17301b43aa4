"""Every page of a walk through the shop: accessible, quiet, and never wider than the screen."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import axe
from tests.browser.conftest import Visits
from tests.browser.look import shoot, too_wide
from tests.browser.running import Prepared, Running
from tests.browser.steps import (
    button,
    choose,
    fill_buyer,
    put_in_place,
    put_in_voucher,
    redeem,
    settled,
)

Opener = Callable[[Page, Prepared], object]

PHONE = {"width": 320, "height": 640}
DESK = {"width": 1280, "height": 900}


@pytest.fixture(scope="module")
def walker(browser: Browser, shop: Running, prepared: Prepared) -> Iterator[Page]:
    """Somebody with a voucher and two places in the basket, and something to remember."""
    with Visits(browser, shop) as visits:
        page = visits.open()
        page.goto("/gutscheine/standard")
        button(page, "merken").click()
        page.goto(prepared.courses["few"])
        page.locator('form[action$="/merken"] button').click()
        put_in_voucher(
            page, motif="sprachen", recipient="Jürgen Ångström-Łukasz", dedication="Alles Gute " * 30
        )
        put_in_place(page, prepared.courses["free"])
        put_in_place(page, prepared.courses["package"], "Grażyna Donaudampfschifffahrtsgesellschaft")
        yield page


def at(path: str) -> Opener:
    """A page with an address of its own."""
    return lambda page, prepared: page.goto(path)


def of(room: str, name: str, rest: str = "") -> Opener:
    """A page of what was prepared."""
    return lambda page, prepared: page.goto(getattr(prepared, room)[name] + rest)


def wrong_card(page: Page, prepared: Prepared) -> None:
    page.goto("/gutscheine/standard")
    page.locator("#wish").fill("1e3")
    page.locator("#dedication").fill("Hallo 🎉 שלום")
    choose(page, "delivery", "recipient")
    page.locator("#recipient_email").fill("jürgen@@x")
    page.locator("#deliver_on").fill("2020-01-01")
    button(page, "buchen").click()
    page.locator("#summary").wait_for()


def wrong_person(page: Page, prepared: Prepared) -> None:
    page.goto(f"{prepared.courses['free']}/buchen")
    page.locator('button[value="weitere"]').click()
    page.locator('[name="p2-first_name"]').wait_for()
    page.locator('[name="p2-email"]').fill("erna@")
    page.locator('.doing button[value="buchen"]').click()
    page.locator("#summary").wait_for()


def pressed(path: str, selector: str) -> Opener:
    """A form sent empty."""

    def press(page: Page, prepared: Prepared) -> None:
        page.goto(path)
        page.locator(selector).click()
        page.locator("#summary").wait_for()

    return press


def wait_wrongly(page: Page, prepared: Prepared) -> None:
    page.goto(f"{prepared.courses['full']}/warteliste")
    page.locator(".doing button").click()
    page.locator("#summary").wait_for()


def wrong_code(page: Page, prepared: Prepared) -> None:
    page.goto("/kasse/")
    redeem(page, "G0000-00000", "0000-0000-0000-0000")
    page.locator("#number-error").wait_for()


def letter(page: Page, prepared: Prepared) -> None:
    page.goto("/vorfuehrung/post/")
    page.locator("ul.letters a").last.click()
    page.locator("pre.letter").wait_for()


def refused(page: Page, prepared: Prepared) -> None:
    page.goto("/warenkorb/")
    page.evaluate("document.querySelector('.quantity option').value = '99'")
    page.locator(".quantity select").first.select_option("99")
    page.locator(".quantity button").first.click()
    page.locator(".fault").wait_for()


def without_token(page: Page, prepared: Prepared) -> None:
    page.goto("/warenkorb/")
    page.evaluate("document.querySelector('.quantity [name=csrf_token]').value = 'x'")
    page.locator(".quantity button").first.click()
    page.locator(".fault").wait_for()


WALK: dict[str, Opener] = {
    "start": at("/"),
    "vouchers": at("/gutscheine/"),
    "configurator": at("/gutscheine/standard?betrag=5000&motiv=geburtstag"),
    "configurator of tiers": at("/gutscheine/kochkurs"),
    "configurator of any amount": at("/gutscheine/wunschbetrag"),
    "configurator without picture": at("/gutscheine/ohne-motiv"),
    "configurator with errors": wrong_card,
    "embedded": at("/einbetten/standard"),
    "editorial page with configurator": at("/seiten/gutscheine-verschenken"),
    "editorial page": at("/seiten/ueber-uns"),
    "imprint": at("/seiten/impressum"),
    "terms": at("/seiten/agb"),
    "accessibility": at("/seiten/barrierefreiheit"),
    "courses": at("/kurse/"),
    "courses, none found": at("/kurse/?q=xyzzy"),
    "course": of("courses", "free"),
    "course with few seats": of("courses", "few"),
    "course that is full": of("courses", "full"),
    "course that is closed": of("courses", "late"),
    "course called off": of("courses", "called off"),
    "course without vouchers": of("courses", "excluded"),
    "package": of("courses", "package"),
    "booking form": of("courses", "free", "/buchen"),
    "booking form with errors": wrong_person,
    "booking form, full": of("courses", "full", "/buchen"),
    "waiting list": of("courses", "full", "/warteliste"),
    "waiting list with errors": wait_wrongly,
    "waiting list, joined": of("courses", "full", "/warteliste/eingetragen"),
    "waiting list, asked": of("waiting", "asked"),
    "waiting list, waits": of("waiting", "waits"),
    "basket": at("/warenkorb/"),
    "remember list": at("/merkliste/"),
    "checkout": at("/kasse/"),
    "checkout with errors": pressed("/kasse/", "button.order"),
    "checkout, wrong code": wrong_code,
    "till": of("orders", "till open"),
    "till, delayed": of("orders", "till waiting"),
    "till, paid": of("orders", "till paid"),
    "till, declined": of("orders", "till failed"),
    "order, open": of("orders", "open"),
    "order, checking": of("orders", "checking"),
    "order, disturbed": of("orders", "disturbed"),
    "order, waiting": of("orders", "waiting"),
    "order, transfer": of("orders", "transfer"),
    "order, failed": of("orders", "failed"),
    "order, lost": of("orders", "lost"),
    "order, paid": of("orders", "paid"),
    "order, booked": of("orders", "booked"),
    "order, held": of("orders", "held"),
    "booking to cancel": of("orders", "to cancel"),
    "booking cancelled": of("orders", "cancelled"),
    "balance": at("/guthaben/"),
    "balance with errors": pressed("/guthaben/", "form.asks button"),
    "withdrawal": at("/vertrag-widerrufen/"),
    "withdrawal with errors": pressed("/vertrag-widerrufen/", ".doing button"),
    "withdrawn": at("/vertrag-widerrufen/erhalten"),
    "letter box": at("/vorfuehrung/post/"),
    "letter": letter,
    "not found": at("/gibt-es-nicht"),
    "refused": refused,
    "expired": without_token,
}


@pytest.mark.parametrize("name", WALK)
def test_the_page_is_accessible_and_fits(walker: Page, prepared: Prepared, name: str) -> None:
    walker.set_viewport_size(PHONE)
    WALK[name](walker, prepared)
    settled(walker)
    check(walker, name)


def test_a_checkout_with_vouchers_is_accessible_and_fits(walker: Page, prepared: Prepared) -> None:
    walker.set_viewport_size(PHONE)
    walker.goto("/kasse/")
    fill_buyer(walker)
    for number, code in (*prepared.small[:2], prepared.large[0]):
        redeem(walker, number, code)
        walker.locator(".steps", has_text=number[5:]).wait_for()
    check(walker, "checkout with vouchers")


def check(page: Page, name: str) -> None:
    """All rules on the phone in light and on the desk in dark; what colours change, in the other two."""
    found = []
    for size, scheme, rules in (
        (PHONE, "light", ()),
        (PHONE, "dark", axe.COLOURS),
        (DESK, "dark", ()),
        (DESK, "light", axe.COLOURS),
    ):
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme)
        found += [
            f"{size['width']} {scheme}: {each}" for each in [*axe.findings(page, rules), *too_wide(page)]
        ]
        shoot(page, f"{name}-{size['width']}-{scheme}")
    page.emulate_media(color_scheme="light")
    assert found == []


@pytest.mark.parametrize("name", ["start", "configurator", "course", "checkout", "order, booked", "balance"])
def test_the_page_is_accessible_and_fits_in_english(walker: Page, prepared: Prepared, name: str) -> None:
    walker.set_viewport_size(PHONE)
    walker.goto("/guthaben/?sprache=en")
    WALK[name](walker, prepared)
    assert walker.locator("html").get_attribute("lang") == "en"
    found = [*axe.findings(walker), *too_wide(walker)]
    shoot(walker, f"english {name}")
    walker.goto("/guthaben/?sprache=de")
    assert found == []
