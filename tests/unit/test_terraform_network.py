"""The network lets in only the load balancer's link, and every part runs in a private subnet."""

import re

from tests.support.terraform_code import TERRAFORM, blocks, expressions, named


def test_the_load_balancer_is_internal_and_behind_the_vpc_link_alone():
    (load_balancer,) = blocks("aws_lb")
    assert load_balancer.body["internal"] is True
    flows = _flows()
    assert [source for source, target in flows if target == "load_balancer"] == ["vpc_link"]
    assert [source for source, target in flows if target == "service"] == ["load_balancer"]
    assert sorted(source for source, target in flows if target == "database") == ["exporter", "roles", "service"]


def test_the_apis_integrations_all_go_through_the_vpc_link():
    (integration,) = blocks("aws_apigatewayv2_integration")
    assert integration.body["connection_type"] == "VPC_LINK"
    assert integration.body["connection_id"] == "${aws_apigatewayv2_vpc_link.this.id}"
    (link,) = blocks("aws_apigatewayv2_vpc_link")
    assert link.body["security_group_ids"] == ["${var.security_group_id}"]
    api = named("module", TERRAFORM)["api"]
    assert api["security_group_id"] == '${module.security_groups.ids["vpc_link"]}'
    assert api["listener_arn"] == "${module.load_balancer.listener_arn}"


def test_each_part_has_its_own_group_and_a_private_subnet():
    modules = named("module", TERRAFORM)
    groups = {"database": "database", "load_balancer": "load_balancer", "service": "service", "exporter": "exporter"}
    groups["database_roles"] = "roles"
    for module, group in groups.items():
        assert modules[module]["security_group_id"] == f'${{module.security_groups.ids["{group}"]}}', module
        assert modules[module]["subnet_ids"] == "${module.network.private_subnet_ids}", module


def test_only_the_nat_gateway_and_nothing_that_runs_is_in_a_public_subnet():
    users = [
        str(block)
        for block in blocks()
        if any("aws_subnet.public" in text for text in expressions(block.body))
        and block.type != "aws_route_table_association"
    ]
    assert users == ["network: aws_nat_gateway.this"]
    assert "public_subnet_ids" not in named("output", TERRAFORM / "modules" / "network")


def test_the_load_balancer_drops_headers_that_are_spelled_oddly():
    (load_balancer,) = blocks("aws_lb")
    assert load_balancer.body["drop_invalid_header_fields"] is True


def test_no_address_is_let_in():
    for rule in blocks("aws_vpc_security_group_ingress_rule"):
        assert "referenced_security_group_id" in rule.body
        assert "cidr_ipv4" not in rule.body
    assert [str(group) for group in blocks("aws_security_group") if "ingress" in group.body] == []


def test_tasks_have_no_public_address():
    (service,) = blocks("aws_ecs_service")
    assert service.body["network_configuration"][0]["assign_public_ip"] is False


def _flows() -> list[tuple[str, str]]:
    (folder,) = [path for path in (TERRAFORM / "modules").iterdir() if path.name == "security_groups"]
    text = (folder / "main.tf").read_text()
    return re.findall(r'from = "(\w+)", to = "(\w+)"', text)
