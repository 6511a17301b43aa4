"""A worker process for tests: delivers what is due until nothing is, then says how many it sent."""

import sys
import time

from shop.factory import create_app
from shop.outbox.deliver import deliver_due
from shop.outbox.letter import Letter
from shop.outbox.models import Message


def note(message: Message) -> Letter:
    return Letter(to=message.recipient, subject="Ihr Gutschein", text=f"{message.id}\n")


if __name__ == "__main__":
    app = create_app()
    with app.app_context():
        start_at = float(sys.argv[1]) if len(sys.argv) > 1 else 0
        time.sleep(max(0, start_at - time.time()))
        sent = 0
        while done := deliver_due({"note": note}):
            sent += done.sent
        print(sent)
