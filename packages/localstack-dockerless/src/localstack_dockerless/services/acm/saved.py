"""Writes ACM's certificates to the saved state. moto keeps their parsed keys, which Python's pickle cannot write."""

from typing import Any

from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509 import load_pem_x509_certificate
from moto.acm.models import CertBundle

from localstack_dockerless.state.reductions import reduce_by

_PARSED = ("_key", "_cert")


def _restored(members: dict[str, Any]) -> CertBundle:
    bundle = CertBundle.__new__(CertBundle)
    vars(bundle).update(members)
    bundle._key = load_pem_private_key(bundle.key, password=None)  # noqa: SLF001 -- as moto's constructor sets it
    bundle._cert = load_pem_x509_certificate(bundle.cert)  # noqa: SLF001
    return bundle


def _written(bundle: CertBundle) -> Any:
    return _restored, ({name: value for name, value in vars(bundle).items() if name not in _PARSED},)


reduce_by(CertBundle, _written)
