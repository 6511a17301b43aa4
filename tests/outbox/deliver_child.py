"""A worker process for tests: delivers what is due until nothing is, then says how many it sent.

With the word `together` it first says that it is ready, and waits for a line.
"""

import sys

from shop.factory import create_app
from shop.outbox.deliver import deliver_due
from shop.outbox.letter import Letter
from shop.outbox.models import Message


def note(message: Message) -> Letter:
    return Letter(to=message.recipient, subject="Ihr Gutschein", text=f"{message.id}\n")


if __name__ == "__main__":
    app = create_app()
    with app.app_context():
        if sys.argv[1:] == ["together"]:
            print("ready", flush=True)
            sys.stdin.readline()
        sent = 0
        while done := deliver_due({"note": note}):
            sent += done.sent
        print(sent)
