"""Clients reach an internet-facing load balancer at its DNS name, which is a loopback address of its own."""

import json
import socket
import ssl
from collections.abc import Iterator
from contextlib import ExitStack
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import pytest

from dockerless_testing.backends import Backend, as_json
from dockerless_testing.emulator import Emulator
from dockerless_testing.gateways import Balancer, HttpAnswer, call
from dockerless_testing.network import free_port
from dockerless_testing.refusals import refusal
from dockerless_testing.waiting import wait_until

FIXED = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "418", "MessageBody": "fixed"}}


@pytest.fixture(scope="module")
def balancer(emulator: Emulator) -> Iterator[Balancer]:
    with ExitStack() as stack:
        yield Balancer(emulator, stack, scheme="internet-facing", port=free_port())


@pytest.fixture
def echo(balancer: Balancer) -> Iterator[Backend]:
    with Backend(as_json) as backend:
        balancer.register(backend.port)
        yield backend
        balancer.elb.deregister_targets(
            TargetGroupArn=balancer.group, Targets=[{"Id": "127.0.0.1", "Port": backend.port}]
        )


def ask(balancer: Balancer, path: str = "/", method: str = "GET", **parts: Any) -> HttpAnswer:
    return call(f"http://{balancer.address}:{balancer.port}", path, method, **parts)


def test_the_dns_name_is_an_address_of_this_machine(balancer: Balancer) -> None:
    assert ip_address(balancer.address).is_loopback


def test_a_request_reaches_the_target_unchanged(balancer: Balancer, echo: Backend) -> None:
    answer = ask(balancer, "/a%2Fb?x=1&x=2", "POST", headers=[("X-Own", "1"), ("X-Own", "2")], chunks=[b"ab", b"c"])
    seen = json.loads(answer.body)
    headers = [(name.lower(), value) for name, value in seen["headers"]]
    assert (answer.status, seen["method"], seen["path"]) == (200, "POST", "/a%2Fb?x=1&x=2")
    assert [value for name, value in headers if name == "x-own"] == ["1", "2"]
    assert ("x-forwarded-for", "127.0.0.1") in headers
    assert ("x-forwarded-proto", "http") in headers
    assert ("x-forwarded-port", str(balancer.port)) in headers
    assert echo.received[-1].body == b"abc"


def test_one_connection_serves_several_requests(balancer: Balancer, echo: Backend) -> None:
    with socket.create_connection((balancer.address, balancer.port), timeout=30) as connection:
        head = b"HEAD / HTTP/1.1\r\nHost: one\r\n\r\n"
        stream = connection.makefile("rb")
        for _ in range(2):
            connection.sendall(head)
            assert stream.readline() == b"HTTP/1.1 200 OK\r\n"
            while stream.readline().strip():
                """Reads the head."""
    assert [received.method for received in echo.received[-2:]] == ["HEAD", "HEAD"]


def test_rules_have_every_condition(balancer: Balancer, echo: Backend) -> None:
    conditions = [
        {"Field": "path-pattern", "PathPatternConfig": {"Values": ["/img/*"]}},
        {"Field": "host-header", "HostHeaderConfig": {"Values": ["*.example.com"]}},
        {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "X-Kind", "Values": ["t?st"]}},
        {"Field": "http-request-method", "HttpRequestMethodConfig": {"Values": ["PUT"]}},
        {"Field": "query-string", "QueryStringConfig": {"Values": [{"Key": "version", "Value": "v1"}]}},
        {"Field": "source-ip", "SourceIpConfig": {"Values": ["127.0.0.0/8"]}},
    ]
    balancer.rule(10, conditions, FIXED)
    given = [("Host", "a.example.com"), ("X-Kind", "test")]
    answer = ask(balancer, "/img/1?version=v1", "PUT", headers=given)
    assert (answer.status, answer.body, answer.values("Server")) == (418, b"fixed", ["awselb/2.0"])
    for path, method, headers in (
        ("/1?version=v1", "PUT", given),
        ("/img/1", "PUT", given),
        ("/img/1?version=v1", "POST", given),
        ("/img/1?version=v1", "PUT", given[:1]),
        ("/img/1?version=v1", "PUT", [("Host", "example.com"), given[1]]),
    ):
        assert ask(balancer, path, method, headers=headers).status == 200


def test_a_redirect_names_the_listeners_protocol_host_and_port(balancer: Balancer) -> None:
    action = {"Type": "redirect", "RedirectConfig": {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}}
    balancer.rule(11, [{"Field": "path-pattern", "Values": ["/old"]}], action)
    answer = ask(balancer, "/old?x=1", headers=[("Host", "shop.example.com")])
    assert (answer.status, answer.values("Location")) == (301, ["https://shop.example.com:443/old?x=1"])


def test_a_sticky_client_stays_at_its_target(balancer: Balancer, echo: Backend) -> None:
    with Backend() as other:
        balancer.register(other.port)
        set_stickiness(balancer, "true")
        try:
            cookies = [value.partition(";")[0] for value in ask(balancer).values("Set-Cookie")]
            assert [cookie.partition("=")[0] for cookie in cookies] == ["AWSALB", "AWSALBCORS"]
            before = len(echo.received), len(other.received)
            for _ in range(4):
                assert ask(balancer, headers=[("Cookie", "; ".join(cookies))]).status == 200
            grown = (len(echo.received) - before[0], len(other.received) - before[1])
            assert sorted(grown) == [0, 4]
        finally:
            set_stickiness(balancer, "false")


def set_stickiness(balancer: Balancer, value: str) -> None:
    balancer.elb.modify_target_group_attributes(
        TargetGroupArn=balancer.group, Attributes=[{"Key": "stickiness.enabled", "Value": value}]
    )


def test_without_a_healthy_target_the_answer_is_a_page(emulator: Emulator) -> None:
    with ExitStack() as stack:
        balancer = Balancer(emulator, stack, scheme="internet-facing", port=free_port())
        answer = ask(balancer)
        assert (answer.status, answer.values("Content-Type")) == (503, ["text/html"])
        assert b"503 Service Temporarily Unavailable" in answer.body


def test_an_invalid_request_is_a_400(balancer: Balancer, echo: Backend) -> None:
    before = len(echo.received)
    answer = ask(balancer, "/", "POST", headers=[("Transfer-Encoding", "chunked"), ("Content-Length", "3")], body=None)
    assert answer.status == 400
    assert len(echo.received) == before


def test_load_balancers_with_the_same_port_are_apart(emulator: Emulator, balancer: Balancer, echo: Backend) -> None:
    with ExitStack() as stack, Backend() as backend:
        other = Balancer(emulator, stack, scheme="internet-facing", port=balancer.port)
        other.register(backend.port)
        assert ask(other).body == str(backend.port).encode()
        assert json.loads(ask(balancer).body)["method"] == "GET"
        address = (other.address, other.port)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(address, timeout=5)


def test_the_same_listener_is_reached_at_localstacks_address(balancer: Balancer, echo: Backend) -> None:
    for name in (balancer.name, f"{balancer.name}:{balancer.port}"):
        answer = call(balancer.emulator.url, f"/_aws/elb/{name}/a%2Fb?x=1")
        assert json.loads(answer.body)["path"] == "/a%2Fb?x=1"
    for name in ("nobody", f"{balancer.name}:1"):
        assert call(balancer.emulator.url, f"/_aws/elb/{name}/").status == 404


def test_headers_of_the_listener_are_in_each_answer(balancer: Balancer, echo: Backend) -> None:
    key = "routing.http.response.x_frame_options.header_value"
    balancer.elb.modify_listener_attributes(
        ListenerArn=balancer.listener, Attributes=[{"Key": key, "Value": "SAMEORIGIN"}]
    )
    assert ask(balancer).values("X-Frame-Options") == ["SAMEORIGIN"]
    found = balancer.elb.describe_listener_attributes(ListenerArn=balancer.listener)["Attributes"]
    assert {"Key": key, "Value": "SAMEORIGIN"} in found


def test_an_instance_of_ec2_never_answers(balancer: Balancer) -> None:
    group = balancer.target_group(TargetType="instance")
    ec2 = balancer.emulator.client("ec2")
    made = ec2.run_instances(ImageId="ami-12c6146b", MinCount=1, MaxCount=1, SubnetId=balancer.subnets[0])
    instance = made["Instances"][0]["InstanceId"]
    balancer.rule(12, [{"Field": "path-pattern", "Values": ["/i"]}], {"Type": "forward", "TargetGroupArn": group})
    assert "InvalidTarget" in refusal(
        balancer.elb.register_targets, TargetGroupArn=group, Targets=[{"Id": "i-00000000000000000"}]
    )
    balancer.elb.register_targets(TargetGroupArn=group, Targets=[{"Id": instance}])

    def state() -> str:
        found = balancer.elb.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
        return str(found[0]["TargetHealth"]["State"])

    wait_until(lambda: state() == "unhealthy", 30, "the instance to be unhealthy")
    assert ask(balancer, "/i").status == 503
    ec2.terminate_instances(InstanceIds=[instance])


class Names:
    """Makes TLS connections with a server name, and returns the names in the server's certificate."""

    def __init__(self, address: str, port: int) -> None:
        self._server = (address, port)

    def __call__(self, name: str, certificate: str) -> HttpAnswer | None:
        """Returns the answer, or None if the server has another certificate than the PEM text."""
        context = ssl.create_default_context(cadata=certificate)
        context.verify_flags &= ~ssl.VERIFY_X509_STRICT
        try:
            with (
                socket.create_connection(self._server, timeout=30) as plain,
                context.wrap_socket(plain, server_hostname=name) as secure,
            ):
                secure.sendall(f"GET / HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n".encode())
                data = b"".join(iter(lambda: secure.recv(65536), b""))
        except ssl.SSLCertVerificationError:
            return None
        head, _, body = data.partition(b"\r\n\r\n")
        return HttpAnswer(int(head.split()[1]), [], body)


def test_an_https_listener_serves_the_certificate_that_the_client_names(balancer: Balancer, echo: Backend) -> None:
    acm = balancer.emulator.client("acm")
    arns = [acm.request_certificate(DomainName=name)["CertificateArn"] for name in ("a.example", "*.b.example")]
    wait_until(lambda: all(has_text(acm, arn) for arn in arns), 60, "the certificates to be issued")
    texts = [acm.get_certificate(CertificateArn=arn)["Certificate"] for arn in arns]
    port = free_port()
    action = {"Type": "forward", "TargetGroupArn": balancer.group}
    listener = balancer.new_listener(action, port, Protocol="HTTPS", Certificates=[{"CertificateArn": arns[0]}])
    connect = Names(balancer.address, port)
    answer = connect("a.example", texts[0])
    assert answer is not None
    headers = [(name.lower(), value) for name, value in json.loads(answer.body)["headers"]]
    assert ("x-forwarded-proto", "https") in headers
    assert ("x-forwarded-port", str(port)) in headers
    assert connect("www.b.example", texts[1]) is None
    balancer.elb.add_listener_certificates(ListenerArn=listener, Certificates=[{"CertificateArn": arns[1]}])
    assert connect("www.b.example", texts[1]) is not None
    assert connect("a.example", texts[0]) is not None
    forwarded = call(balancer.emulator.url, f"/_aws/elb/{balancer.name}:{port}/")
    assert ["X-Forwarded-Proto", "https"] in json.loads(forwarded.body)["headers"]


def has_text(acm: Any, arn: str) -> bool:
    try:
        return bool(acm.get_certificate(CertificateArn=arn)["Certificate"])
    except acm.exceptions.RequestInProgressException:
        return False


def test_a_certificate_that_cannot_be_served_is_refused(balancer: Balancer) -> None:
    action = {"Type": "forward", "TargetGroupArn": balancer.group}
    unknown = "arn:aws:acm:eu-central-1:000000000000:certificate/00000000-0000-0000-0000-000000000000"
    said = refusal(balancer.new_listener, action, 443, Protocol="HTTPS", Certificates=[{"CertificateArn": unknown}])
    assert "CertificateNotFound" in said
    iam = balancer.emulator.client("iam")
    made = iam.upload_server_certificate(ServerCertificateName="no-pem", CertificateBody="x", PrivateKey="y")
    arn = made["ServerCertificateMetadata"]["Arn"]
    said = refusal(balancer.new_listener, action, 443, Protocol="HTTPS", Certificates=[{"CertificateArn": arn}])
    assert f"'{arn}' cannot be served" in said
    iam.delete_server_certificate(ServerCertificateName="no-pem")


def test_no_access_is_possible_to_an_internal_load_balancer(emulator: Emulator) -> None:
    with ExitStack() as stack:
        internal = Balancer(emulator, stack)
        assert urlsplit(f"http://{internal.address}").hostname == internal.address
        assert internal.address.endswith(".elb.amazonaws.com")
        assert call(emulator.url, f"/_aws/elb/{internal.name}/").status == 404
