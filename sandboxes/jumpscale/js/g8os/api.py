"""HTTP to the controller: as this node by its certificate, or as an operator by a token."""

import http.client
import json
import ssl
import urllib.parse

API_FILE = "/run/g8os/api.json"
CONTROLLER = "g8os:controller:"
TIMEOUT = 30
MAX_ANSWER = 64 * 1024 * 1024


class GridError(Exception):
    """Something an operator can act on: what failed and why, in one sentence."""


class Api:
    def __init__(self, url=None, token_file=None, ca=None):
        self._url, self._token_file, self._ca = url, token_file, ca
        self._node = None

    @property
    def shown(self):
        return self._url or "this node's controller"

    def get(self, path):
        return self._call("GET", path, None)

    def post(self, path, body):
        return self._call("POST", path, body)

    def _call(self, method, path, body):
        url = urllib.parse.urlsplit(self._url or self._of_node("url"))
        connection = http.client.HTTPSConnection(url.hostname, url.port or 443, timeout=TIMEOUT, context=self._context())
        try:
            connection.connect()
            self._judge(connection.sock, url)
            connection.request(method, path, None if body is None else json.dumps(body), self._headers(body))
            answer = connection.getresponse()
            return self._read(answer, answer.read(MAX_ANSWER), method, path)
        except (OSError, http.client.HTTPException) as error:
            raise GridError(f"cannot {method} {path} of {url.netloc}: {error}") from error
        finally:
            connection.close()

    def _context(self):
        """Names and addresses prove nothing here: the certificate does, by the grid's own CA."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        try:
            context.load_verify_locations(self._ca or self._of_node("ca"))
            if not self._token_file:
                context.load_cert_chain(self._of_node("certificate"), self._of_node("key"))
        except (OSError, ssl.SSLError) as error:
            raise GridError(f"cannot use the keys of this node: {error}") from error
        return context

    @staticmethod
    def _judge(sock, url):
        names = [name for kind, name in sock.getpeercert().get("subjectAltName", ()) if kind == "URI"]
        if not any(name.startswith(CONTROLLER) for name in names):
            raise GridError(f"cannot trust {url.netloc}: its certificate is of {names or 'nobody'}, not of a controller")

    def _headers(self, body):
        headers = {"Accept": "application/json"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        if self._token_file:
            try:
                with open(self._token_file, encoding="ascii") as file:
                    headers["Authorization"] = f"Bearer {file.read().strip()}"
            except OSError as error:
                raise GridError(f"cannot read the token: {error}") from error
        return headers

    @staticmethod
    def _read(answer, content, method, path):
        try:
            value = json.loads(content) if content else None
        except ValueError as error:
            raise GridError(f"cannot {method} {path}: the answer is no JSON (status {answer.status})") from error
        if answer.status >= 400:
            said = value if isinstance(value, dict) else {}
            remedy = said.get("remedy")
            raise GridError(f"{said.get('message') or f'cannot {method} {path}: status {answer.status}'}{f'; {remedy}' if remedy else ''}")
        return value

    def _of_node(self, key):
        if self._node is None:
            try:
                with open(API_FILE, encoding="utf-8") as file:
                    self._node = json.load(file)
            except (OSError, ValueError) as error:
                raise GridError(f"cannot find a controller: {API_FILE}: {error}; elsewhere than on a node give --url, --token-file and --ca") from error
        if not self._node.get(key):
            raise GridError(f"cannot find a controller: {API_FILE} says no {key}")
        return self._node[key]
