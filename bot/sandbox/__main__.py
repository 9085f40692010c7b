"""Run the sandbox: `python -m bot.sandbox [--host 127.0.0.1] [--port 8081] [--token ...]`."""

import argparse

from bot.sandbox.server import TOKEN, serve


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m bot.sandbox", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8081)
    parser.add_argument("--token", default=TOKEN)
    chosen = parser.parse_args()
    serve(chosen.host, chosen.port, chosen.token)


if __name__ == "__main__":
    main()
