"""Reads the alarms of a metering point from the table `alarms`, in the order of check and day.

It asks for the attributes of a customer's view alone. The role of the task has no right to any other.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from domain.alarm_table import RANGE, STATE, VIEW, customers_view, states_shown_as, table_key
from domain.metering_points import KEY
from service.alarms.alarms_query import ALL, AlarmsQuery

MOST_QUERIES = 5
"""A page reads at most 5 MB of the table. So a customer with very many alarms cannot hold a thread for long."""


@dataclass(frozen=True)
class AlarmsPage:
    """A page of alarms as their customer sees them. `last` is the sort key after which more may follow, or None."""

    alarms: list[dict[str, Any]]
    last: str | None


@dataclass(frozen=True)
class AlarmsTable:
    """The table. `query` makes DynamoDB's call `Query`."""

    name: str
    query: Callable[..., Mapping[str, Any]]

    def page(self, metering_point: str, asked: AlarmsQuery) -> AlarmsPage:
        """Returns a page. It can have fewer alarms than asked for although more follow. Raises what `query` raises."""
        found: list[Any] = []
        last = None
        for items, last in self._answers(metering_point, asked):  # noqa: B007 -- the last one counts
            found += items
            if len(found) > asked.limit:
                break
        shown = found[: asked.limit]
        more = shown[-1][RANGE]["S"] if len(found) > len(shown) else last
        return AlarmsPage([customers_view(item) for item in shown], more)

    def _answers(self, number: str, asked: AlarmsQuery) -> Iterator[tuple[list[Any], str | None]]:
        """Yields the items of each answer, and the sort key of the last item that DynamoDB has looked at, or None.

        DynamoDB ends an answer after 1 MB, whether the filter has left items or not.
        https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.Pagination.html
        """
        after = asked.after
        for _ in range(MOST_QUERIES):
            start = {} if after is None else {"ExclusiveStartKey": table_key(number, after)}
            answer = self.query(**self._request(number, asked.state), **start)
            last = answer.get("LastEvaluatedKey")
            after = None if last is None else last[RANGE]["S"]
            yield list(answer["Items"]), after
            if after is None:
                return

    def _request(self, number: str, shown: str) -> dict[str, Any]:
        names = {f"#{name}": name for name in (KEY, RANGE, *VIEW)}
        values = {":number": {"S": number}}
        condition = "attribute_exists(#alarm_id)"  # the item of the silent days is no alarm
        if shown != ALL:
            wanted = {f":{state.value}": {"S": state.value} for state in states_shown_as(shown)}
            condition += f" AND #{STATE} IN ({', '.join(wanted)})"
            values |= wanted
        return {
            "TableName": self.name,
            "KeyConditionExpression": f"#{KEY} = :number",
            "FilterExpression": condition,
            "ProjectionExpression": ", ".join(f"#{name}" for name in (RANGE, *VIEW)),
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": values,
        }
