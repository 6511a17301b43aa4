"""Bears children that run code inside a shop: the shop is imported once, and not by each of them.

Reads one wish a line (`env`, `code`, `arguments`, `errors`: a file for what goes wrong), forks, and
answers with the child's exit code, negative for a signal. It has one thread, so forking is safe.
"""

import json
import os
import signal
import sys
import traceback
from typing import Any

from shop.factory import create_app


def main() -> None:
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _live(json.loads(line))
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _live(wish: dict[str, Any]) -> None:
    signal.alarm(60)
    os.environ.clear()
    os.environ.update(wish["env"])
    errors = os.open(wish["errors"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(errors, 1)
    os.dup2(errors, 2)
    code = 1
    try:
        with create_app().app_context():
            exec(wish["code"], {"arguments": wish["arguments"]})
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    main()
