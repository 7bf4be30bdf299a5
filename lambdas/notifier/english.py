"""The texts of the mails in English."""

from datetime import date

from lambdas.notifier.mail_texts import MailTexts

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def _day(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


ENGLISH = MailTexts(
    problem_subject="Please check the readings of metering point {number}",
    problem_body="""\
Dear customer,

we noticed the following in the data of metering point {number}:

{problems}

Please check the device that sends the readings. You can still send readings that
are missing or wrong. When the data are in order, we will send you one more message.

This is an automatic message. We write about problems at most once a day.
""",
    problems={
        "MCD": "we received no reading",
        "ICD": "some readings are missing",
        "MNP": "the network parameters are missing",
    },
    other_problem="some readings are unusual",
    more="- and further problems: {count}",
    day=_day,
    since="since {day} ({days} days in a row)",
    completion_subject="The readings of metering point {number} are in order",
    completion_body="""\
Dear customer,

the data of metering point {number} are in order now: no alarm is open any more.
You do not have to do anything. Thank you!

This is an automatic message.
""",
)
