"""`python -m tests.stripe_standin --port 0 --shop http://127.0.0.1:8000`: prints its own address."""

import argparse

from tests.stripe_standin.server import Standin


def main() -> None:
    """Serve until the process is ended."""
    parser = argparse.ArgumentParser(description="A stand-in for Stripe, for tests.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--shop", action="append", default=[], help="base URL that hears webhooks")
    parser.add_argument("--api-key", default="sk_test_standin")
    parser.add_argument("--secret", default="whsec_standin")
    args = parser.parse_args()
    standin = Standin(port=args.port, api_key=args.api_key, secret=args.secret)
    standin.tell_to(*args.shop)
    print(standin.url, flush=True)
    standin.serve()


if __name__ == "__main__":
    main()
