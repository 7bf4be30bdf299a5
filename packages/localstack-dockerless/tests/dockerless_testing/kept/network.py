"""Keeps resources of EC2, load balancers and HTTP APIs."""

from collections.abc import Iterator
from contextlib import ExitStack

from dockerless_testing.backends import Backend
from dockerless_testing.emulator import Emulator
from dockerless_testing.gateways import Balancer, Gateway, call
from dockerless_testing.waiting import wait_until


def vpc(emulator: Emulator) -> Iterator[None]:
    """Keeps a VPC with a security group, its rule and a route."""
    ec2 = emulator.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.7.0.0/16")["Vpc"]["VpcId"]
    group = ec2.create_security_group(VpcId=vpc, GroupName="kept", Description="d")["GroupId"]
    rule = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[rule])
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    yield
    (found,) = ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"]
    assert found["IpPermissions"][0]["IpRanges"] == [{"CidrIp": "10.0.0.0/8"}]
    (routes,) = ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"]
    assert gateway in [route.get("GatewayId") for route in routes["Routes"]]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.7.1.0/24")["Subnet"]["SubnetId"]
    assert ec2.describe_subnets(SubnetIds=[subnet])["Subnets"][0]["VpcId"] == vpc


def _domain_name(gateway: Gateway, stack: ExitStack) -> str:
    acm, name = gateway.balancer.emulator.client("acm"), "kept.example.com"
    certificate = acm.request_certificate(DomainName=name, ValidationMethod="DNS")["CertificateArn"]
    gateway.aws.create_domain_name(DomainName=name, DomainNameConfigurations=[{"CertificateArn": certificate}])
    stack.callback(gateway.aws.delete_domain_name, DomainName=name)
    gateway.aws.create_api_mapping(ApiId=gateway.id, DomainName=name, Stage="$default", ApiMappingKey="v1")
    return name


def http_api(emulator: Emulator) -> Iterator[None]:
    """Keeps the path through API, VPC link and load balancer, the routes of a manual deployment, and a domain name."""
    with ExitStack() as stack:
        backend = stack.enter_context(Backend())
        balancer = Balancer(emulator, stack)
        balancer.register(backend.port)
        gateway = Gateway(balancer, stack)
        gateway.route("GET /kept")
        fixed = {"StageName": "fixed", "AutoDeploy": False}
        deployment = gateway.aws.create_deployment(ApiId=gateway.id)["DeploymentId"]
        gateway.aws.create_stage(ApiId=gateway.id, DeploymentId=deployment, **fixed)
        gateway.route("GET /later")
        domain = _domain_name(gateway, stack)
        yield
        assert balancer.health(backend.port)["State"] == "healthy"
        assert gateway.call("/kept").status == 200
        assert gateway.call("/later").status == 200
        assert gateway.call("/fixed/kept").status == 200
        assert gateway.call("/fixed/later").status == 404
        assert call(emulator.url, "/v1/kept", headers=[("Host", domain)]).status == 200
        backend.healthy = False
        wait_until(lambda: balancer.health(backend.port)["State"] == "unhealthy", 30, "the checks to go on")
