"""AWS's services need a role's trust, its rights and the policies of topics and keys."""

import json
import uuid
from functools import partial
from typing import Any

import pytest
from botocore.exceptions import ClientError

from dockerless_testing.emulator import Emulator
from dockerless_testing.iam_world import (
    ACCOUNT,
    HARMLESS,
    LOGS,
    arn,
    create_function,
    create_machine,
    denied,
    not_running,
    put_alarm,
    uses,
    was_denied,
)
from dockerless_testing.lambda_functions import function
from dockerless_testing.roles import arn_of, document, role, trust
from dockerless_testing.waiting import wait_until


class TestServices:
    def test_lambda_needs_the_roles_trust(self, emulator: Emulator):
        trusted = trust({"Service": "states.amazonaws.com"})
        refused = pytest.raises(ClientError, match="cannot be assumed by Lambda")
        with role(emulator, trusted=trusted) as name, refused:
            create_function(emulator, name)

    def test_lambda_needs_rights_for_a_vpc(self, emulator: Emulator):
        subnet = emulator.client("ec2").describe_subnets()["Subnets"][0]["SubnetId"]
        vpc = {"SubnetIds": [subnet], "SecurityGroupIds": []}
        refused = pytest.raises(ClientError, match="does not have permissions to call CreateNetworkInterface on EC2")
        with role(emulator, LOGS) as name, refused:
            create_function(emulator, name, VpcConfig=vpc)

    def test_step_functions_needs_the_roles_trust_for_its_account(self, emulator: Emulator):
        other = {"StringEquals": {"aws:SourceAccount": "111122223333"}}
        refused = pytest.raises(ClientError, match="is authorized to assume the provided role")
        with role(emulator, trusted=trust({"Service": "states.amazonaws.com"}, Condition=other)) as name, refused:
            create_machine(emulator, name)

    def test_step_functions_needs_the_rights_to_deliver_its_log(self, emulator: Emulator):
        group = f"/aws/vendedlogs/states/{uuid.uuid4().hex}"
        emulator.client("logs").create_log_group(logGroupName=group)
        destination = {"cloudWatchLogsLogGroup": {"logGroupArn": arn("logs", f"log-group:{group}:*")}}
        logging = {"level": "ALL", "includeExecutionData": False, "destinations": [destination]}
        refused = pytest.raises(ClientError, match="not authorized to access the Log Destination")
        with role(emulator, HARMLESS) as name, refused:
            create_machine(emulator, name, loggingConfiguration=logging)
        emulator.client("logs").delete_log_group(logGroupName=group)

    def test_a_state_machine_that_may_not_invoke_fails(self, emulator: Emulator):
        states = emulator.client("stepfunctions")
        with function(emulator, "def handle(event, context): return 1") as target, role(emulator, LOGS) as name:
            machine = create_machine(emulator, name, FunctionName=target.name)
            execution = states.start_execution(stateMachineArn=machine)["executionArn"]
            ended = wait_until(lambda: not_running(states, execution), 30, "the execution's end")
            assert ended["status"] == "FAILED"
            assert "is not authorized to perform: lambda:InvokeFunction" in ended["cause"]
            states.delete_state_machine(stateMachineArn=machine)

    @pytest.mark.parametrize(
        ("own_action", "status"), [("sts:AssumeRole", "SUCCEEDED"), ("lambda:InvokeFunction", "FAILED")]
    )
    def test_a_machines_own_role_assumes_the_role_of_a_state(self, emulator: Emulator, own_action: str, status: str):
        states = emulator.client("stepfunctions")
        may = {"Effect": "Allow", "Action": own_action, "Resource": "*"}
        with (
            function(emulator, "def handle(event, context): return 1") as target,
            role(emulator, may) as own,
            role(emulator, trusted=trust({"AWS": ACCOUNT})) as of_state,  # which needs a right of the caller's role too
        ):
            machine = create_machine(emulator, own, target.name, Credentials={"RoleArn": arn_of(of_state)})
            execution = states.start_execution(stateMachineArn=machine)["executionArn"]
            ended = wait_until(lambda: not_running(states, execution), 30, "the execution's end")
            assert ended["status"] == status, ended
            states.delete_state_machine(stateMachineArn=machine)

    def test_a_rule_that_may_not_start_executions_starts_none(self, emulator: Emulator):
        events, states, rule = emulator.client("events"), emulator.client("stepfunctions"), f"r{uuid.uuid4().hex}"
        with role(emulator) as runs, role(emulator, LOGS) as name:
            machine = create_machine(emulator, runs, Pass=True)
            events.put_rule(Name=rule, EventPattern=json.dumps({"source": [rule]}))
            events.put_targets(Rule=rule, Targets=[{"Id": "1", "Arn": machine, "RoleArn": arn_of(name)}])
            events.put_events(Entries=[{"Source": rule, "DetailType": "test", "Detail": "{}"}])
            wait_until(lambda: was_denied(emulator, name, "states:StartExecution"), 30, "the start to be denied")
            assert states.list_executions(stateMachineArn=machine)["executions"] == []
            events.remove_targets(Rule=rule, Ids=["1"])
            events.delete_rule(Name=rule)
            states.delete_state_machine(stateMachineArn=machine)

    def test_an_alarm_needs_the_topics_leave(self, emulator: Emulator):
        """https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html"""
        sns, cloudwatch, name = emulator.client("sns"), emulator.client("cloudwatch"), f"a{uuid.uuid4().hex}"
        topic = sns.create_topic(Name=name)["TopicArn"]
        only_me = {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sns:Publish", "Resource": topic}
        sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=document(only_me))
        put_alarm(cloudwatch, name, topic)
        cloudwatch.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="test")
        wait_until(lambda: was_denied(emulator, "cloudwatch.amazonaws.com", "sns:Publish", topic), 20, "a denial")
        alarm = cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"][0]["AlarmArn"]
        leave = {"Effect": "Allow", "Principal": {"Service": "cloudwatch.amazonaws.com"}, "Action": "sns:Publish"}
        leave |= {"Resource": topic, "Condition": {"ArnLike": {"aws:SourceArn": alarm}}}
        sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=document(leave))
        cloudwatch.set_alarm_state(AlarmName=name, StateValue="OK", StateReason="test")
        cloudwatch.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="test")
        wait_until(lambda: uses(emulator, topic, "sns:Publish") == 1, 20, "the alarm's message to be let through")
        cloudwatch.delete_alarms(AlarmNames=[name])
        sns.delete_topic(TopicArn=topic)


class TestKeys:
    """https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html"""

    def test_the_key_of_a_topic_has_to_let_the_publisher_in(self, emulator: Emulator, act: Any):
        kms, sns = emulator.client("kms"), emulator.client("sns")
        owner = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "kms:*"}
        key = kms.create_key(Policy=document({**owner, "Resource": "*"}))["KeyMetadata"]["Arn"]
        topic = sns.create_topic(Name=f"t{uuid.uuid4().hex}", Attributes={"KmsMasterKeyId": key})["TopicArn"]
        publish = {"Effect": "Allow", "Action": "sns:Publish", "Resource": topic}
        with role(emulator, publish) as name:
            client = act(name, "sns")
            send = partial(client.publish, TopicArn=topic, Message="x")
            message = denied("KMSAccessDenied", "kms:GenerateDataKey", send)
            assert message.endswith(f"{key} because no resource-based policy allows the kms:GenerateDataKey action")
            uses_key: dict[str, Any] = {"Effect": "Allow", "Action": ["kms:GenerateDataKey", "kms:Decrypt"]}
            uses_key["Resource"] = key
            emulator.client("iam").put_role_policy(
                RoleName=name, PolicyName="work", PolicyDocument=document(publish, uses_key)
            )
            send()
        sns.delete_topic(TopicArn=topic)

    def test_a_topic_under_the_key_of_sns_takes_no_alarm(self, emulator: Emulator):
        name = f"a{uuid.uuid4().hex}"
        sns, cloudwatch = emulator.client("sns"), emulator.client("cloudwatch")
        topic = sns.create_topic(Name=name, Attributes={"KmsMasterKeyId": "alias/aws/sns"})["TopicArn"]
        put_alarm(cloudwatch, name, topic)
        cloudwatch.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="test")
        key = arn("kms", "alias/aws/sns")
        who = "cloudwatch.amazonaws.com"
        wait_until(lambda: was_denied(emulator, who, "kms:GenerateDataKey", key), 20, "the key to be denied")
        cloudwatch.delete_alarms(AlarmNames=[name])
        sns.delete_topic(TopicArn=topic)
