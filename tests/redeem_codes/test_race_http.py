"""One code, twenty people, two server processes: one gets the place, nineteen are told the same (QUALITY I10)."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import requests

from tests.conftest import MakeApp
from tests.organisation_desk.conftest import office_of
from tests.organisations.cast import learner
from tests.processes import environment, servers
from tests.redeem_codes.visits import PAGE, places
from tests.web.guest import hidden, words

PEOPLE = 20


def test_twenty_people_redeem_one_code(make_app: MakeApp, any_uri: str, tmp_path: Path) -> None:
    office = office_of(make_app(any_uri))
    code = office.code("K2")

    def move_in() -> None:
        for turn in range(PEOPLE):
            learner(f"person.{turn}")

    office.inside(move_in)
    start = Barrier(PEOPLE)
    with servers(2, environment(any_uri, tmp_path / "instance")) as homes, ThreadPoolExecutor(PEOPLE) as pool:
        answers = list(
            pool.map(lambda turn: redeem(homes[turn % 2], f"person.{turn}", code, start), range(PEOPLE))
        )
    told = Counter(answers)
    assert told.pop("place") == 1
    assert list(told.values()) == [PEOPLE - 1], told
    assert "schon eingelöst" in next(iter(told))
    assert places(office) == 1


def redeem(home: str, username: str, code: str, start: Barrier) -> str:
    """What one person is told: a place, or the sentence at the code."""
    session = requests.Session()
    page = session.get(home + PAGE, timeout=60)
    typed = {
        "csrf_token": hidden(page.text, "csrf_token"),
        "code": code,
        "way": "existing",
        "username": username,
    }
    start.wait(60)
    while True:
        answer = session.post(home + PAGE, data=typed, timeout=60, allow_redirects=False)
        if answer.status_code != 503:  # a busy server is asked again, as its page says
            break
    if answer.status_code == 303:
        return "place"
    assert answer.status_code == 422, words(answer.text)
    return words(answer.text[answer.text.index('id="code-error"') :].partition("</p>")[0])
