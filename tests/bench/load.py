"""Load on one address: by wrk where it is installed, else by processes that ask in a loop."""

import http.client
import re
import shutil
import subprocess
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import chain
from urllib.parse import urlsplit

CONNECTIONS = 8
_UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0}


@dataclass(frozen=True)
class Load:
    """What came of it: answers in a second, and the milliseconds that half and 99 % of them took at most."""

    rate: float
    p50: float
    p99: float


def generator() -> str:
    """What makes the load on this machine."""
    return "wrk" if shutil.which("wrk") else "http.client in a process for each connection"


def drive(url: str, seconds: float, cookie: str = "") -> Load:
    """Ask for a page on eight keep-alive connections. Raises RuntimeError when an answer is not a page."""
    return _by_wrk(url, seconds, cookie) if shutil.which("wrk") else _by_processes(url, seconds, cookie)


def _by_wrk(url: str, seconds: float, cookie: str) -> Load:
    command = ["wrk", "--latency", "-t1", f"-c{CONNECTIONS}", f"-d{max(1, round(seconds))}s"]
    headers = ["-H", f"Cookie: {cookie}"] if cookie else []
    told = subprocess.run([*command, *headers, url], capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in told or "Socket errors" in told:
        raise RuntimeError(f"{url} did not answer every time:\n{told}")
    return Load(
        float(_found(r"Requests/sec:\s+([\d.]+)", told)[1]), _percentile(told, 50), _percentile(told, 99)
    )


def _percentile(told: str, percent: int) -> float:
    number, unit = _found(rf"\b{percent}%\s+([\d.]+)(us|ms|s)\b", told).groups()
    return float(number) * _UNITS[unit]


def _found(pattern: str, told: str) -> re.Match[str]:
    match = re.search(pattern, told)
    if match is None:
        raise RuntimeError(f"wrk said something else than expected:\n{told}")
    return match


def _by_processes(url: str, seconds: float, cookie: str) -> Load:
    with ProcessPoolExecutor(CONNECTIONS) as pool:
        began = time.perf_counter()
        asked = [pool.submit(_ask, url, seconds, cookie) for _ in range(CONNECTIONS)]
        times = sorted(chain.from_iterable(each.result() for each in asked))
        took = time.perf_counter() - began
    return Load(len(times) / took, times[len(times) // 2], times[len(times) * 99 // 100])


def _ask(url: str, seconds: float, cookie: str) -> list[float]:
    """One connection's milliseconds, answer by answer."""
    address = urlsplit(url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port)
    headers, times = {"Cookie": cookie} if cookie else {}, []
    end = time.perf_counter() + seconds
    while (began := time.perf_counter()) < end:
        connection.request("GET", address.path, headers=headers)
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{url} answered {answer.status}")
        times.append((time.perf_counter() - began) * 1000)
    return times
