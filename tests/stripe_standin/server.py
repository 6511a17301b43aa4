"""The stand-in as a server: the API, the pages, the controls, in a thread or in its own process."""

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal

from werkzeug import Request, Response
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.utils import redirect

from tests.stripe_standin import control, returns
from tests.stripe_standin.account import Account
from tests.stripe_standin.api import Api
from tests.stripe_standin.errors import ApiError
from tests.stripe_standin.faults import Fault, How, When
from tests.stripe_standin.objects import Object
from tests.stripe_standin.pages import pay_page
from tests.stripe_standin.webhooks import Send, Webhooks

Outcome = Literal["paid", "delayed", "declined", "expire", "arrives", "fails", "disputed"]


class _Quiet(WSGIRequestHandler):
    """No line for every request."""

    def log(self, type: str, message: str, *args: Any) -> None:
        """Say nothing."""


class Standin:
    """A Stripe account with its API, its pages and its webhook. Use it as a context manager."""

    def __init__(self, *, port: int = 0, api_key: str = "sk_test_standin", secret: str = "whsec_standin"):
        self.api_key = api_key
        self.account = Account()
        self.api = Api(self.account, api_key)
        self.webhooks = Webhooks(secret)
        self._server: BaseWSGIServer = make_server(
            "127.0.0.1", port, self._answer, threaded=True, request_handler=_Quiet
        )
        self._server.daemon_threads = True  # type: ignore[attr-defined]
        self._telling: list[threading.Thread] = []
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> "Standin":
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.wait()
        self.api.closing.set()
        self._server.shutdown()
        self._server.server_close()

    def serve(self) -> None:
        """Serve until the process ends."""
        self._server.serve_forever()

    def settings(self) -> dict[str, object]:
        """What a shop needs to be set to, to talk to this account."""
        return {
            "STRIPE_SECRET_KEY": self.api_key,
            "STRIPE_WEBHOOK_SECRET": self.webhooks.secret,
            "STRIPE_API_BASE": self.url,
        }

    def tell_to(self, *urls: str) -> None:
        """Send webhooks to a shop at these base URLs (several server processes take turns)."""
        self.webhooks.urls = [f"{url.rstrip('/')}/stripe/webhook" for url in urls]

    def send_by(self, send: Send) -> None:
        """Send webhooks by a function, such as a test client's post, instead of over HTTP."""
        self.webhooks.send = send

    def fail(self, how: How, when: When = "before", *, seconds: float = 0.0, times: int = 1) -> None:
        """Let the next requests to the API meet a fault."""
        self.api.faults.add(Fault(how, when, seconds, times))

    def do(self, session_id: str, outcome: Outcome) -> list[Object]:
        """Let something happen to a session, as its page's button does; returns the events it made.

        They are told at once, unless `webhooks.held` is set.
        """
        before = set(self.account.events)
        self._outcomes()[outcome](session_id)
        made = [event for event_id, event in self.account.events.items() if event_id not in before]
        self.tell_untold()
        return made

    def event(self, kind: str) -> Object:
        """The newest event of a kind."""
        return [event for event in self.account.events.values() if event["type"] == kind][-1]

    def fail_refund(self, refund_id: str) -> None:
        """Let a refund that was made fail after all."""
        returns.fail_refund(self.account, refund_id)
        self.tell_untold()

    def tell_untold(self) -> list[int]:
        """Tell the events that have not been told, unless they are held."""
        if self.webhooks.held:
            return []
        with self.account.lock:
            untold, self.account.untold = self.account.untold, []
        return self.webhooks.deliver_all([self.account.events[event_id] for event_id in untold])

    def wait(self, seconds: float = 10.0) -> None:
        """Wait until what API calls have caused is told."""
        until = time.monotonic() + seconds
        for thread in self._telling:
            thread.join(max(0.0, until - time.monotonic()))
        self._telling.clear()

    def _outcomes(self) -> Mapping[str, Callable[[str], Object]]:
        account = self.account
        return {
            "paid": account.pay,
            "delayed": lambda which: account.pay(which, later=True),
            "declined": account.decline,
            "expire": account.expire,
            "arrives": lambda which: account.money(which, arrives=True),
            "fails": lambda which: account.money(which, arrives=False),
            "disputed": lambda which: returns.dispute(account, which),
        }

    def _answer(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        request = Request(environ)
        if request.path.startswith("/v1/"):
            response = self.api.answer(request)
            if self.account.untold:  # told from a thread: the shop may be waiting for this very answer
                self._telling.append(threading.Thread(target=self.tell_untold, daemon=True))
                self._telling[-1].start()
        elif request.path.startswith("/pay/"):
            response = self._page(request, request.path.removeprefix("/pay/"))
        elif request.path == "/_control":
            response = control.answer(self, request)
        else:
            response = Response("nothing here\n", 404)
        return response(environ, start)

    def _page(self, request: Request, session_id: str) -> Response:
        try:
            session = self.account.session(session_id)
            if request.method == "POST":
                return self._pressed(request.form.get("outcome", ""), session)
        except ApiError as refused:
            return Response(f"{refused.message}\n", refused.status)
        return Response(pay_page(session, self.account.items[session_id]), mimetype="text/html")

    def _pressed(self, outcome: str, session: Object) -> Response:
        if outcome == "cancel":
            return redirect(session["cancel_url"], 303)  # leaving is no news: the session stays open
        if outcome not in self._outcomes():
            return Response("no such button\n", 400)
        self.do(session["id"], outcome)  # type: ignore[arg-type]
        if outcome in ("declined", "expire"):
            items = self.account.items[session["id"]]
            said = "Your card was declined." if outcome == "declined" else "This session has expired."
            return Response(pay_page(session, items, said), mimetype="text/html")
        return redirect(session["success_url"], 303)
