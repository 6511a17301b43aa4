"""Commands for the stand-in from another process: `POST /_control` with JSON, `GET` for what it knows.

`{"do": "fail", "how": "500", "when": "after", "seconds": 0, "times": 1}`
`{"do": "outcome", "session": "cs_…", "outcome": "paid"}`
`{"do": "deliver", "event": "evt_… or a type", "times": 20, "parallel": true, "offset": -301, …}`
`{"do": "webhook", "urls": ["http://127.0.0.1:8000"], "held": false}`
`{"do": "refunds_fail", "on": true}`, `{"do": "forget_keys"}`, `{"do": "tell"}`
"""

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from werkzeug import Request, Response

from tests.stripe_standin.errors import ApiError

if TYPE_CHECKING:
    from tests.stripe_standin.server import Standin

Facts = dict[str, Any]


def answer(standin: "Standin", request: Request) -> Response:
    """Obey a command, or say what the stand-in knows."""
    if request.method == "GET":
        return _json(_known(standin))
    facts = json.loads(request.get_data())
    command = _COMMANDS.get(facts.pop("do", ""))
    if command is None:
        return _json({"error": f"no such command; there are {', '.join(_COMMANDS)}"}, 400)
    try:
        return _json(command(standin, facts))
    except (ApiError, KeyError, TypeError) as refused:
        return _json({"error": str(refused)}, 400)


def _json(facts: Any, status: int = 200) -> Response:
    return Response(json.dumps(facts), status, content_type="application/json")


def _known(standin: "Standin") -> Facts:
    return {
        "sessions": standin.account.sessions,
        "events": list(standin.account.events.values()),
        "refunds": standin.account.refunds,
        "requests": [asdict(asked) for asked in standin.api.asked],
        "deliveries": [asdict(delivery) for delivery in standin.webhooks.told],
    }


def _fail(standin: "Standin", facts: Facts) -> Facts:
    standin.fail(facts.pop("how"), facts.pop("when", "before"), **facts)
    return {}


def _outcome(standin: "Standin", facts: Facts) -> Facts:
    return {"events": standin.do(facts["session"], facts["outcome"])}


def _deliver(standin: "Standin", facts: Facts) -> Facts:
    wanted = facts.pop("event")
    event = standin.account.events.get(wanted) or standin.event(wanted)
    return {"statuses": standin.webhooks.deliver(event, **facts)}


def _webhook(standin: "Standin", facts: Facts) -> Facts:
    if "urls" in facts:
        standin.tell_to(*facts["urls"])
    standin.webhooks.held = facts.get("held", standin.webhooks.held)
    standin.webhooks.secret = facts.get("secret", standin.webhooks.secret)
    return {}


def _refunds_fail(standin: "Standin", facts: Facts) -> Facts:
    standin.account.refunds_fail = facts["on"]
    return {}


def _forget_keys(standin: "Standin", facts: Facts) -> Facts:
    standin.api.keys.forget()
    return {}


def _tell(standin: "Standin", facts: Facts) -> Facts:
    return {"statuses": standin.tell_untold()}


_COMMANDS: dict[str, Callable[["Standin", Facts], Facts]] = {
    "fail": _fail,
    "outcome": _outcome,
    "deliver": _deliver,
    "webhook": _webhook,
    "refunds_fail": _refunds_fail,
    "forget_keys": _forget_keys,
    "tell": _tell,
}
