"""Changes the headers of an answer by the listener's attributes `routing.http.response.*`.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/header-modification.html: the load balancer
replaces a header of the target's answer, or adds it.
"""

from collections.abc import Mapping

from localstack_dockerless.services.elbv2.load_balancer.connections import Answer

SERVER = "awselb/2.0"
SERVER_ATTRIBUTE = "routing.http.response.server.enabled"
HEADERS: Mapping[str, str] = {
    f"routing.http.response.{name.lower().replace('-', '_')}.header_value": name
    for name in (
        "Strict-Transport-Security",
        "Access-Control-Allow-Origin",
        "Access-Control-Allow-Methods",
        "Access-Control-Allow-Headers",
        "Access-Control-Allow-Credentials",
        "Access-Control-Expose-Headers",
        "Access-Control-Max-Age",
        "Content-Security-Policy",
        "X-Content-Type-Options",
        "X-Frame-Options",
    )
}
"""Maps an attribute to the header that it sets."""


def changed(answer: Answer, attributes: Mapping[str, str]) -> Answer:
    """Returns the answer with the headers that the listener's attributes set, and without `Server` if it is off."""
    given = {HEADERS[key]: value for key, value in attributes.items() if key in HEADERS and value}
    dropped = {name.lower() for name in given}
    if attributes.get(SERVER_ATTRIBUTE) == "false":
        dropped.add("server")
    if not dropped:
        return answer
    kept = [(name, value) for name, value in answer.headers if name.lower() not in dropped]
    return Answer(answer.status, answer.reason, [*kept, *given.items()], answer.body)
