"""Issues JWTs: an OpenID Connect issuer on this machine, and tokens that it signed.

The tokens are signed by the interpreter with LocalStack, whose environment has `joserfc`.
"""

import json
import subprocess
from collections.abc import Mapping, Sequence
from typing import Any

from dockerless_testing.backends import Backend, Received, Reply
from dockerless_testing.programs import localstack_python

_SIGN = """
import json, sys
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

asked = json.load(sys.stdin)
rsa = RSAKey.generate_key(2048, {"kid": asked["kid"]}, auto_kid=False)
ec = ECKey.generate_key("P-256", {"kid": asked["kid"]}, auto_kid=False)
tokens = []
for token in asked["tokens"]:
    header = {"kid": asked["kid"], **token["header"]}
    key = ec if header["alg"].startswith("ES") else rsa
    tokens.append(jwt.encode(header, token["claims"], key, algorithms=[header["alg"]]))
print(json.dumps({"keys": [rsa.as_dict(private=False)], "tokens": tokens}))
"""


def signed(tokens: Sequence[Mapping[str, Any]], kid: str = "first") -> tuple[list[dict[str, Any]], list[str]]:
    """Returns a new public key, in a list, and a token of it for each member of `tokens`: its claims.

    A member `header` of the claims has header parameters.
    """
    asked = [
        {
            "header": {"alg": "RS256", **claims.get("header", {})},
            "claims": {name: value for name, value in claims.items() if name != "header"},
        }
        for claims in tokens
    ]
    done = subprocess.run(
        [localstack_python(), "-c", _SIGN],
        input=json.dumps({"kid": kid, "tokens": asked}),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    answer = json.loads(done.stdout)
    return answer["keys"], answer["tokens"]


class Issuer:
    """Holds an issuer's server. `keys` are what it publishes. `reads` counts the times that they were read."""

    def __init__(self, backend: Backend) -> None:
        self.url = f"http://127.0.0.1:{backend.port}"
        self.keys: list[dict[str, Any]] = []
        self.reads = 0
        backend.reply = self._reply

    def _reply(self, received: Received) -> Reply:
        if received.path == "/.well-known/openid-configuration":
            return _as_json({"issuer": self.url, "jwks_uri": f"{self.url}/keys"})
        self.reads += 1
        return _as_json({"keys": self.keys})


def _as_json(value: Any) -> Reply:
    return Reply(headers=[("Content-Type", "application/json")], body=json.dumps(value).encode())
