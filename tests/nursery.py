"""Bears children that run code inside a shop, or serve one: the shop is imported once, and not by each of them.

Reads one wish a line and answers with one number. `code` with `arguments` runs in a shop's app context and is
waited for; `serve` are gunicorn's arguments, and the answer is the server's process, to be waited for by `wait`.
`env` is the child's whole environment; `output` and `errors` are files for what it says. Exit codes are
negative for a signal. The process has one thread, so forking is safe.
"""

import json
import os
import signal
import sys
import traceback
from typing import Any

from gunicorn.app import wsgiapp

from shop.factory import create_app


def main() -> None:
    for line in sys.stdin:
        wish = json.loads(line)
        child = wish.get("wait") or os.fork()
        if child == 0:
            _live(wish)
        print(child if "serve" in wish else os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


def _live(wish: dict[str, Any]) -> None:
    os.environ.clear()
    os.environ.update(wish["env"])
    for number, name in ((0, os.devnull), (1, wish["output"]), (2, wish["errors"])):
        os.dup2(os.open(name, os.O_RDWR | os.O_CREAT | os.O_TRUNC), number)
    code = 1
    try:
        if "serve" in wish:
            sys.argv = ["gunicorn", *wish["serve"]]
            wsgiapp.run()
        else:
            signal.alarm(60)
            with create_app().app_context():
                exec(wish["code"], {"arguments": wish["arguments"]})
        code = 0
    except SystemExit as end:
        code = int(end.code or 0)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    main()
