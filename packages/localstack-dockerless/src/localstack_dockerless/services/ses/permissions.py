"""Lists the permissions that sending a mail by SES needs, with the addresses of the mail.

https://docs.aws.amazon.com/ses/latest/dg/control-user-access.html
"""

from collections.abc import Iterable
from email.utils import parseaddr

from localstack_dockerless.iam.needs import Need, Parameters, Scope
from localstack_dockerless.iam.registry import Permissions


def _mail(operation: str, parameters: Parameters, scope: Scope) -> Iterable[Need]:
    """Checks the identity of the sender's address. A verified domain of the address is not looked for."""
    name, address = parseaddr(parameters["Source"])
    destination = parameters["Destination"]
    recipients = [each for kind in ("To", "Cc", "Bcc") for each in destination.get(f"{kind}Addresses") or ()]
    identity = parameters.get("SourceArn") or scope.arn("ses", f"identity/{address}")
    yield Need(
        f"ses:{operation}",
        identity,
        {
            "ses:fromaddress": address,
            "ses:fromdisplayname": name or None,
            "ses:feedbackaddress": parameters.get("ReturnPath"),
            "ses:recipients": tuple(parseaddr(each)[1] for each in recipients),
        },
    )


PERMISSIONS = Permissions("ses", {"SendEmail": _mail})
