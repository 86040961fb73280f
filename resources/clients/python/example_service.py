"""A service behind the middleware; the tests of the client run it. Prints its port, ends when its standard input does."""

import os
import sys
import threading
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from latchkey import Latchkey, LatchkeyMiddleware


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, *_):
        pass


def application(environ, start_response):
    status = "500 Internal Server Error" if environ["PATH_INFO"].endswith("/broken") else "200 OK"
    decision = environ["latchkey"]
    start_response(status, [("Content-Type", "text/plain")])
    return [(decision["key"]["keyId"] if decision else "nobody").encode()]


def main():
    latchkey = Latchkey(
        os.environ["LATCHKEY_URL"],
        os.environ["LATCHKEY_SERVICE_TOKEN"],
        timeout=float(os.environ.get("LATCHKEY_TIMEOUT_MS", "500")) / 1000,
        on_unavailable=os.environ.get("LATCHKEY_ON_UNAVAILABLE", "refuse"),
        flush=0.05,
    )
    server = make_server("127.0.0.1", 0, LatchkeyMiddleware(application, latchkey), Server, Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_port, flush=True)
    sys.stdin.read()
    server.shutdown()
    latchkey.close()


if __name__ == "__main__":
    main()
