"""Customers whose items cannot be read stop nobody else's day, and the administrator learns of each."""

from datetime import date

from dockerless_testing.waiting import wait_until
from tests.e2e.api_client import ApiClient
from tests.e2e.customers import Customers
from tests.e2e.pipeline import Pipeline
from tests.e2e.readings import whole_day


def test_a_broken_customer_is_named_and_the_others_day_is_complete(
    api: ApiClient, pipeline: Pipeline, customers: Customers, day: date
) -> None:
    broken, too_long, unreadable, gaps = (customers.create() for _ in range(4))
    sent = whole_day(day)
    for customer, readings in ((broken, sent), (gaps, sent[:50])):
        assert api.send(customer.number, readings, customer.key).status == 200
    customers.spoil(broken, type={"S": "Z"})
    customers.spoil(too_long, name={"S": "🔌" * 90_000})
    customers.spoil(unreadable, active={"S": "true"})
    customers.spoil(gaps, name={"S": "Ana ⚡🔌 Anić"})
    assert api.send(unreadable.number, sent, unreadable.key).status == 403
    try:
        execution = pipeline.run_day(day)
    finally:
        for customer in (broken, too_long, unreadable):
            customers.delete(customer.number)
    assert execution.output["set_aside"] == 3
    mails = wait_until(
        lambda: [mail for mail in pipeline.emails(str(day)) if "set aside" in mail.subject], 30, "the e-mail"
    )
    (mail,) = mails
    assert mail.subject == "Customers set aside: 3"
    for customer, attribute in ((broken, "type"), (too_long, "name"), (unreadable, "active")):
        assert f"customer {customer.number}: {attribute} " in mail.body
        assert pipeline.alarms(day, customer.number) == []
    rows = pipeline.enriched_rows(day, broken.number)
    assert (len(rows), {row["name"] for row in rows}) == (len(sent), {None})
    (alarm,) = pipeline.alarms(day, gaps.number)
    assert (alarm.body["error_type"], alarm.body["customer"]["name"]) == ("ICD", "Ana ⚡🔌 Anić")


def test_a_failure_with_an_input_as_long_as_an_email_is_told(pipeline: Pipeline) -> None:
    """Beside such an input an e-mail has no room for the error."""
    execution = pipeline.run({"date": "never", "padding": "x" * 261_900})
    assert execution.status == "FAILED"
    name = execution.arn.rpartition(":")[2]
    (mail,) = wait_until(
        lambda: [mail for mail in pipeline.emails(name) if mail.subject == f"Pipeline failed: {name}"], 30, "the e-mail"
    )
    assert execution.arn in mail.body
    assert len(mail.body) < 1_000
