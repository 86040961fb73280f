"""Latchkey client for WSGI services (Flask, Django, Bottle ...). Python 3.8 or newer, standard library only.

    latchkey = Latchkey("http://127.0.0.1:7420", os.environ["LATCHKEY_SERVICE_TOKEN"])
    app.wsgi_app = LatchkeyMiddleware(app.wsgi_app, latchkey)

A request that passes carries the decision in environ["latchkey"] (None when Latchkey was away and the policy is "allow").
Every decision is asked anew; nothing is cached. Status and duration of each answer are reported in batches by a thread.
"""

import base64
import binascii
import http.client
import json
import math
import queue
import re
import secrets
import threading
import time
from datetime import datetime, timezone
from email.utils import formatdate
from urllib.parse import quote, urlsplit

_REPORT_TIMEOUT_S = 5.0
_RETRY_AFTER_S = 0.25
_BATCH_MAX = 1000
_REALM = 'Bearer realm="api"'
# What an address in a Link header may hold as it is.
_OF_ADDRESS = "".join(chr(code) for code in range(0x21, 0x7F) if chr(code) not in '<>"')
# http or https, no user name: what browsers send.
_PAGE = re.compile(r"(https?://[^/?#@\\\s]+)(?:[/?#]|\Z)", re.IGNORECASE)
# A component of a signature that is a field of the request.
_FIELD = re.compile(r'"([a-z0-9-]+)"')
# Not told on, also when they were signed.
_SECRET_FIELDS = ("authorization", "x-api-key", "x-api-secret", "cookie")
_TITLES = {
    401: "The API key is missing or not good",
    403: "The API key may not do this",
    429: "Too many requests",
    503: "API keys cannot be verified right now",
}


class Latchkey:
    """One Latchkey for one service. `on_unavailable`: "refuse" answers 503 while Latchkey is away, "allow" lets requests
    pass that carry anything that looks like a credential. Times in seconds. Safe for use by several threads."""

    def __init__(self, url, token, timeout=0.5, on_unavailable="refuse", flush=1.0, queue_max=10_000, on_error=None):
        if on_unavailable not in ("refuse", "allow"):
            raise ValueError("on_unavailable is refuse or allow")
        self._address = urlsplit(url)
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self._timeout = timeout
        self._may_pass = on_unavailable == "allow"
        self._flush = flush
        self._on_error = on_error or (lambda message: None)
        self._local = threading.local()
        self._queue = queue.Queue(queue_max)
        self._closing = threading.Event()
        self._thread = None
        self._start = threading.Lock()
        #: Reports that were not sent, because too many waited or Latchkey could not be reached twice.
        self.dropped = 0

    def verify(self, question):
        """(decision, may_pass, refusal). Without a decision, refusal is what to answer: (429 or 503, Retry-After in seconds)."""
        # One request id for both, should it be sent twice: a repeat spends once.
        question = {"requestId": _new_request_id(), **question}
        try:
            status, answer, retry_after = self._post("/v1/verify", question, self._timeout)
        except (OSError, http.client.HTTPException, ValueError) as error:
            self._on_error(f"Latchkey cannot be reached: {type(error).__name__}")
            return None, self._may_pass, (503, 1)
        if status == 200 and _is_decision(answer):
            return answer, answer["valid"], None
        self._on_error(f"Latchkey answered {status}")
        # A wrong token or a request it does not understand is no outage: those never let a request pass.
        return None, self._may_pass and status >= 500, (429 if status == 429 else 503, retry_after)

    def report(self, request_id, response_status, duration_ms):
        """Queues what became of a request; never waits."""
        entry = {"requestId": request_id, "responseStatus": response_status, "durationMs": round(duration_ms, 3)}
        try:
            self._queue.put_nowait(entry)
        except queue.Full:
            self.dropped += 1
            return
        if self._thread is None:
            with self._start:
                # Started late, because servers fork their workers after the import.
                if self._thread is None:
                    self._thread = threading.Thread(target=self._send_reports, name="latchkey", daemon=True)
                    self._thread.start()

    def close(self):
        """Sends the reports that wait."""
        self._closing.set()
        if self._thread is not None:
            self._thread.join(2 * _REPORT_TIMEOUT_S + 1)

    def _send_reports(self):
        while not (self._closing.is_set() and self._queue.empty()):
            self._closing.wait(self._flush)
            entries = []
            while len(entries) < _BATCH_MAX and not self._queue.empty():
                entries.append(self._queue.get_nowait())
            if entries and not self._sent_at_last(entries):
                self.dropped += len(entries)

    def _sent_at_last(self, entries):
        if self._sent(entries):
            return True
        time.sleep(_RETRY_AFTER_S)
        return self._sent(entries)

    def _sent(self, entries):
        try:
            status, _, _ = self._post("/v1/log", {"entries": entries}, _REPORT_TIMEOUT_S)
            return status < 500 and status != 429
        except (OSError, http.client.HTTPException, ValueError):
            return False

    def _post(self, path, body, timeout):
        data = json.dumps(body).encode()
        kept = getattr(self._local, "connection", None)
        connection = kept or self._connect(timeout)
        self._local.connection = None
        if connection.sock is not None:
            connection.sock.settimeout(timeout)
        try:
            answer = self._exchange(connection, path, data)
        except ConnectionError:
            if kept is None:
                raise
            # A connection that was kept may have been closed on the other side.
            connection = self._connect(timeout)
            answer = self._exchange(connection, path, data)
        self._local.connection = connection
        return answer

    def _exchange(self, connection, path, data):
        try:
            connection.request("POST", self._address.path.rstrip("/") + path, data, self._headers)
            response = connection.getresponse()
            retry_after = response.getheader("Retry-After") or ""
            return response.status, json.loads(response.read()), int(retry_after) if retry_after.isdigit() else 1
        except BaseException:
            connection.close()
            raise

    def _connect(self, timeout):
        kind = http.client.HTTPSConnection if self._address.scheme == "https" else http.client.HTTPConnection
        return kind(self._address.hostname, self._address.port, timeout=timeout)


def _new_request_id():
    """Sorts by time, like those that Latchkey makes."""
    return f"req_{int(time.time() * 1000):012x}{secrets.token_hex(8)}"


class LatchkeyMiddleware:
    """Lets a WSGI application see only requests that may pass. `scopes`: names that every request needs, all of them.
    The client address is REMOTE_ADDR: behind a proxy, put a middleware before this one that sets it from a trusted header."""

    def __init__(self, app, latchkey, scopes=None, cost=1):
        self._app = app
        self._latchkey = latchkey
        self._demand = {"cost": cost, **({"scopes": list(scopes)} if scopes else {})}

    def __call__(self, environ, start_response):
        started = time.monotonic()
        credential, fault = _read_credential(environ)
        if credential is None:
            challenge = _REALM if fault is None else f'{_REALM}, error="invalid_request"'
            code = "MISSING_KEY" if fault is None else "MALFORMED"
            detail = fault or "Send an API key as Authorization: Bearer or as X-API-Key."
            return _refuse(start_response, {"code": code, "status": 401, "detail": detail}, {"WWW-Authenticate": challenge})
        decision, may_pass, refusal = self._latchkey.verify({**credential, **_asked(environ), **self._demand})
        if decision is None and not may_pass:
            status, retry_after = refusal
            code = "TOO_MANY_FAILURES" if status == 429 else "VERIFY_UNAVAILABLE"
            told = {"code": code, "status": status, "detail": "Try again later."}
            return _refuse(start_response, told, {"Retry-After": str(retry_after)})
        if decision is None:
            environ["latchkey"] = None
            return self._app(environ, start_response)
        report = _once(lambda status: self._latchkey.report(
            decision["requestId"], status, (time.monotonic() - started) * 1000))
        if not decision["valid"]:
            body = _refuse(start_response, *_refusal(decision))
            report(decision["status"])
            return body
        return self._pass(environ, start_response, decision, report)

    def _pass(self, environ, start_response, decision, report):
        environ["latchkey"] = decision
        told = {"status": 500}

        def start(status, headers, exc_info=None):
            told["status"] = int(status.split(" ", 1)[0])
            return start_response(status, list(headers) + list(_pass_headers(decision).items()), exc_info)

        try:
            body = self._app(environ, start)
        except BaseException:
            report(500)
            raise
        return _Reported(body, lambda: report(told["status"]))


class _Reported:
    """A body that tells when the server is done with it."""

    def __init__(self, body, done):
        self._body = body
        self._done = done

    def __iter__(self):
        return iter(self._body)

    def close(self):
        try:
            if hasattr(self._body, "close"):
                self._body.close()
        finally:
            self._done()


def _once(work):
    calls = []

    def only_once(status):
        if not calls:
            calls.append(status)
            work(status)

    return only_once


def _is_decision(answer):
    if not isinstance(answer, dict) or not isinstance(answer.get("requestId"), str):
        return False
    if answer.get("valid") is True:
        return answer.get("code") == "VALID" and isinstance(answer.get("key"), dict)
    return answer.get("valid") is False and isinstance(answer.get("status"), int)


def _read_credential(environ):
    """(credential, None), (None, None) without any, or (None, why). Never read from the URL; two different ones are refused."""
    key, secret = environ.get("HTTP_X_API_KEY", "").strip(), environ.get("HTTP_X_API_SECRET", "").strip()
    if secret and not key:
        return None, "X-API-Secret goes together with X-API-Key, which holds the key id."
    second = {"keyId": key, "secret": secret} if secret else {"key": key} if key else None
    authorization = environ.get("HTTP_AUTHORIZATION", "").strip()
    if not authorization:
        return second, None
    first = _from_authorization(authorization)
    if first is None:
        return None, "Send the key as Authorization: Bearer or as X-API-Key."
    if second is not None and second != first:
        return None, "Two different credentials were sent. Send one."
    return first, None


def _from_authorization(authorization):
    scheme, _, value = authorization.partition(" ")
    if scheme.lower() == "bearer" and value.strip():
        return {"key": value.strip()}
    if scheme.lower() != "basic":
        return None
    try:
        text = base64.b64decode(value.strip()).decode("utf-8", "replace")
    except binascii.Error:
        return None
    user, _, password = text.partition(":")
    return {"keyId": user, "secret": password} if password and re.fullmatch("[0-9A-Za-z]{12}", user) else {"key": user}


def _asked(environ):
    # The application routes on the decoded path: that is what must be verified, written as a path again.
    path = quote((environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")).encode("latin-1"), safe="/~!$&'()*+,;=:@")
    asked = {"method": environ["REQUEST_METHOD"], "path": path or "/", "clientIp": environ.get("REMOTE_ADDR")}
    asked["origin"] = _origin(environ)
    asked["signature"] = _signature(environ)
    asked["userAgent"] = environ.get("HTTP_USER_AGENT", "")[:512] or None
    return {name: value for name, value in asked.items() if value}


def _signature(environ):
    """The signature of a request (RFC 9421) with the fields that it names, for keys that want signed requests."""
    given, value = environ.get("HTTP_SIGNATURE_INPUT", ""), environ.get("HTTP_SIGNATURE", "")
    if not given or not value:
        return None
    names = [name for name in _FIELD.findall(given) if name not in _SECRET_FIELDS]
    fields = {name: environ.get(_environ_name(name)) for name in names}
    query = environ.get("QUERY_STRING", "")
    return {
        "input": given,
        "value": value,
        "query": f"?{query}" if query else "",
        "headers": {name: text for name, text in fields.items() if text is not None},
    }


def _environ_name(field):
    name = field.upper().replace("-", "_")
    return name if name in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{name}"


def _origin(environ):
    """What the request names as its origin, else the origin of the page it comes from: browsers send no Origin with a GET of their
    own site. Only the origin is told on, not the page."""
    if "HTTP_ORIGIN" in environ:
        return environ["HTTP_ORIGIN"]
    page = _PAGE.match(environ.get("HTTP_REFERER", ""))
    return page.group(1) if page else None


def _refusal(decision):
    """The refusal as the caller may read it: malformed and unknown keys look alike, and nothing of our own rules is told."""
    told = {name: decision.get(name) for name in ("code", "status", "requestId", "missing", "retryAfterMs", "contact", "help")}
    told["detail"] = decision.get("message")
    if told["code"] in ("MALFORMED", "NOT_FOUND"):
        told.update(code="NOT_FOUND", detail="This API key is not known here.")
    headers = {}
    if told["retryAfterMs"] is not None:
        headers["Retry-After"] = str(max(1, math.ceil(told["retryAfterMs"] / 1000)))
    if told["help"] is not None:
        # For programs that read no body. What an admin typed may hold letters that no header carries.
        headers["Link"] = f'<{quote(told["help"], safe=_OF_ADDRESS)}>; rel="help"'
    if told["status"] == 401:
        headers["WWW-Authenticate"] = f'{_REALM}, error="invalid_token"'
    elif told["code"] == "INSUFFICIENT_SCOPE":
        headers["WWW-Authenticate"] = f'{_REALM}, error="insufficient_scope"'
    return told, headers


def _refuse(start_response, told, headers):
    title = _TITLES.get(told["status"], "Refused")
    body = json.dumps({"type": f"urn:latchkey:problem:{told['code']}", "title": title, **told}).encode()
    start_response(f"{told['status']} {http.client.responses.get(told['status'], 'Refused')}", [
        ("Content-Type", "application/problem+json"),
        ("Content-Length", str(len(body))),
        ("Cache-Control", "no-store"),
        *headers.items(),
    ])
    return [body]


def _pass_headers(decision):
    """What is left of the limits, when the key ends, and that and when the old secret of a rotation ends."""
    now = time.time()
    headers = {"X-Request-Id": decision["requestId"]}
    single = [{**decision["rateLimit"], "name": "default"}] if decision.get("rateLimit") else []
    limits = [
        (one["name"], one["limit"], one["windowMs"], one["remaining"], one["resetMs"])
        for one in decision.get("rateLimits") or single
    ]
    quota = decision.get("quota")
    if quota:
        window = 86_400_000 if quota["period"] == "day" else None
        limits.append(("quota", quota["limit"], window, quota["remaining"], max(0, quota["resetsAt"] - now * 1000)))
    if limits:
        headers["RateLimit-Policy"] = ", ".join(
            f'"{name}";q={limit}' + ("" if window is None else f";w={math.ceil(window / 1000)}")
            for name, limit, window, _, _ in limits)
        headers["RateLimit"] = ", ".join(
            f'"{name}";r={remaining};t={math.ceil(reset / 1000)}' for name, _, _, remaining, reset in limits)
    if decision["key"].get("expiresAt") is not None:
        moment = datetime.fromtimestamp(decision["key"]["expiresAt"] / 1000, timezone.utc)
        headers["X-Key-Expires-At"] = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    if decision.get("rotation"):
        headers["Deprecation"] = f"@{decision['rotation']['rotatedAt'] // 1000}"
        headers["Sunset"] = formatdate(decision["rotation"]["secretEndsAt"] / 1000, usegmt=True)
    return headers
