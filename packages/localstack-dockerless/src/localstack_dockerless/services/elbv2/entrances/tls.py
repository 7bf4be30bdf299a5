"""Makes the TLS settings of an HTTPS listener from its certificates in ACM and IAM.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/https-listener-certificates.html: the default
certificate, and further ones that the client's server name (SNI) selects.

moto keeps the private key of an imported certificate, and makes a key for a requested one. So an imported certificate
is served as it is. The listener's security policy is kept, and Python's own defaults are served (TLS 1.2 and later).
"""

import re
import ssl
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography import x509  # type: ignore[import-not-found]
from moto.acm.models import acm_backends
from moto.iam.models import iam_backends


class CertificateError(Exception):
    """The certificate does not exist, or no listener can be served with it. The text names it."""


@dataclass(frozen=True)
class Certificate:
    """Holds a certificate with its chain and private key in PEM."""

    chain: str
    key: str


def find(arn: str) -> Certificate:
    """Returns the certificate `arn` of ACM or IAM. Raises `CertificateError`."""
    found = _of_iam(arn) if ":iam:" in arn else _of_acm(arn)
    if found is None:
        raise CertificateError(f"Certificate '{arn}' not found")
    _context(arn, found)
    return found


def context(arns: Sequence[str]) -> ssl.SSLContext:
    """Returns the server's settings. The first certificate is the default. Raises `CertificateError`."""
    default = _context(arns[0], find(arns[0]))
    named = [(_names(find(arn)), _context(arn, find(arn))) for arn in arns]

    def select(connection: ssl.SSLObject | ssl.SSLSocket, name: str | None, _before: ssl.SSLContext) -> None:
        for names, other in named:
            if name and any(_matches(each, name) for each in names):
                connection.context = other
                return

    default.sni_callback = select
    return default


def _of_acm(arn: str) -> Certificate | None:
    _, _, _, region, account, _ = arn.split(":", 5)
    found: Any = acm_backends[account][region]._certificates.get(arn)  # noqa: SLF001 -- a read counts as a poll
    if found is None:
        return None
    own = found.type == "IMPORTED" and found.chain
    chain = f"{found.cert.decode()}\n{found.chain.decode()}" if own else found.cert.decode()
    return Certificate(chain, found.key.decode())


def _of_iam(arn: str) -> Certificate | None:
    account = arn.split(":")[4]
    found = iam_backends[account]["aws"].get_certificate_by_arn(arn)
    if found is None:
        return None
    return Certificate(f"{found.cert_body}\n{found.cert_chain or ''}", found.private_key)


def _context(arn: str, certificate: Certificate) -> ssl.SSLContext:
    """Python reads a certificate from a file only. The file is the owner's alone and is removed at once."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.set_alpn_protocols(["http/1.1"])
    with tempfile.TemporaryDirectory(prefix="elb-") as folder:
        file = Path(folder, "certificate.pem")
        file.touch(mode=0o600)
        file.write_text(f"{certificate.key}\n{certificate.chain}")
        try:
            made.load_cert_chain(file)
        except (ssl.SSLError, OSError) as error:
            reason = f"Certificate '{arn}' cannot be served: its private key or its chain is not valid PEM ({error})"
            raise CertificateError(reason) from error
    return made


def _names(certificate: Certificate) -> list[str]:
    parsed = x509.load_pem_x509_certificate(certificate.chain.encode())
    names = [str(each.value) for each in parsed.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)]
    try:
        extension = parsed.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return names
    return [*extension.value.get_values_for_type(x509.DNSName), *names]


def _matches(pattern: str, name: str) -> bool:
    """Tells whether a name of a certificate covers the server name. `*` stands for one label."""
    return re.fullmatch(re.escape(pattern.lower()).replace(r"\*", "[^.]+"), name.lower()) is not None
