"""How gunicorn serves the shop: two workers, few threads, masked logs."""

import os
from typing import Any

from gunicorn.http import wsgi

from shop import logs
from shop.clerk import orphan

_host = os.environ.get("HOST") or "127.0.0.1"
bind = f"{f'[{_host}]' if ':' in _host else _host}:{os.environ.get('PORT') or 8000}"
workers = int(os.environ.get("WEB_CONCURRENCY") or 2)
# Threads, because a browser opens connections ahead of need and a worker without threads would wait
# for them; each worker with its own socket, because connections would pile up on one otherwise.
worker_class = "gthread"
threads = 4
reuse_port = True
timeout = 60
graceful_timeout = 30
keepalive = 5
limit_request_line = 4094
limit_request_fields = 60
# A remote control that nobody here uses is only a door.
control_socket_disable = True
proc_name = "kursgutschein"

logconfig_dict = logs.GUNICORN
accesslog = "-"
# The path without its query, no referrer: links to orders are capabilities; the line itself is masked too.
access_log_format = '%(h)s "%(m)s %(U)s %(H)s" %(s)s %(b)s %(M)sms'

# Strangers need not know what serves, nor its version.
wsgi.SERVER = "shop"


def on_starting(server: Any) -> None:
    """Go with the supervisor, if there is one."""
    orphan.stop_with_parent()
