"""Find a Chromium, or have one: installed, else by Playwright, else by the system's package manager."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def installed() -> str | None:
    """The first browser on this machine's path."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def by_playwright() -> str | None:
    """Playwright's own Chromium, fetched if it is not there yet."""
    from playwright.sync_api import sync_playwright

    _run(sys.executable, "-m", "playwright", "install", "chromium")
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def by_package_manager() -> str | None:
    """The system's Chromium, where we may install it."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        _run("apt-get", "update", "-qq")
        _run("apt-get", "install", "-y", "-qq", "chromium")
    return installed()


def _run(*command: str) -> None:
    """Run a step that may fail; the next way is tried then."""
    try:
        subprocess.run(command, check=False, timeout=600, stdout=sys.stderr)
    except (OSError, subprocess.TimeoutExpired) as error:
        print(f"{command[0]}: {error}", file=sys.stderr)


if __name__ == "__main__":
    browser = installed() or by_playwright() or by_package_manager()
    if browser is None:
        sys.exit(1)
    print(browser)
