"""A browser that talks to real server processes, with the forms as they are."""

import re

import requests

from tests.booking.forms import people
from tests.redeem.desk import CLAIM, PERSON, Pair
from tests.web.guest import ERNA, hidden, words

BUSY = 503


class Browser:
    """One visitor of one server process. A server that is too busy is asked again, as its page says."""

    def __init__(self, home: str) -> None:
        self.home, self.session = home, requests.Session()
        self.statuses: list[int] = []

    def get(self, path: str) -> str:
        """A page."""
        return self._ask("GET", path).text

    def send(self, path: str, fields: dict[str, str], *, htmx: bool = False) -> requests.Response:
        """Send a form."""
        return self._ask("POST", path, data=fields, headers={"HX-Request": "true"} if htmx else {})

    def fill_basket(self, number: str = "K1") -> dict[str, str]:
        """Put a place into the basket; the checkout's form, filled."""
        token = hidden(self.get(f"/kurse/{number}/buchen"), "csrf_token")
        answer = self.send(f"/kurse/{number}/buchen", {**people(PERSON), "csrf_token": token})
        assert answer.status_code == 303, words(answer.text)
        page = self.get("/kasse/")
        return {**{name: hidden(page, name) for name in ("csrf_token", "form_key", "seen")}, **ERNA}

    def redeem(self, form: dict[str, str], pair: Pair) -> str:
        """Press `Einlösen`; the part of the page that comes back. The form now holds what was seen."""
        answer = self.send(CLAIM, {**form, "number": pair[0], "code": pair[1]}, htmx=True)
        form["seen"] = hidden(answer.text, "seen")
        return answer.text

    def balance(self, pair: Pair) -> tuple[int, int, int]:
        """What the balance page says is left, is kept for orders, and was spent, in cents."""
        token = hidden(self.get("/guthaben/"), "csrf_token")
        page = self.send("/guthaben/", {"csrf_token": token, "number": pair[0], "code": pair[1]}).text
        left = re.search(r'class="rest money">([^<]+)<', page)
        assert left, words(page)
        held = re.search(r"vorgemerkt: ([\d,]+) €|sind ([\d,]+) € gerade", words(page))
        spent = sum(map(_cents, re.findall(r"−([\d,]+)\s€", words(page))))
        return _cents(left[1]), _cents(held[1] or held[2]) if held else 0, spent

    def _ask(self, method: str, path: str, **how: object) -> requests.Response:
        for _ in range(5):
            answer = self.session.request(
                method, f"{self.home}{path}", timeout=120, allow_redirects=False, **how
            )
            self.statuses.append(answer.status_code)
            if answer.status_code != BUSY:
                break
        return answer


def _cents(text: str) -> int:
    whole, _, part = text.rstrip(" €\xa0").partition(",")
    return int(whole) * 100 + int(part or 0)
