"""Stands in for the AWS clients and the Postgres that the functions get."""

from collections.abc import Callable
from threading import Lock
from typing import Any

from botocore.exceptions import ClientError

from domain.customers import KEY


def client_error(code: str, operation: str = "Operation") -> ClientError:
    """Returns the exception that boto3 raises for an error answer."""
    return ClientError({"Error": {"Code": code, "Message": code}}, operation)


class FakeDynamoDB:
    """A table of customers: `get_item`, `describe_table`, a segmented, paged `scan`, and `update_item` of one value.

    It knows the conditions `attribute_exists`, `attribute_not_exists` and `=`, joined by AND.
    """

    class exceptions:  # noqa: N801  boto3's own name
        class ConditionalCheckFailedException(ClientError):  # noqa: N818  the same
            pass

    def __init__(self, *items: dict[str, Any], page_size: int = 2) -> None:
        self.items = list(items)
        self.page_size = page_size
        self.estimate: int | None = None
        self.requests: list[dict[str, Any]] = []
        self.fault: Exception | None = None
        self.update_fault: Exception | None = None
        self.before_update: Callable[[], None] = lambda: None

    def get_item(self, **request: Any) -> dict[str, Any]:
        self._note(request)
        found = [item for item in self.items if item[KEY] == request["Key"][KEY]]
        return {"Item": self._projected(found[0], request)} if found else {}

    def describe_table(self, **request: Any) -> dict[str, Any]:
        """The count is the table's, unless the test has set another estimate."""
        self.requests.append(request)
        return {"Table": {"ItemCount": len(self.items) if self.estimate is None else self.estimate}}

    def scan(self, **request: Any) -> dict[str, Any]:
        self._note(request)
        mine = self.items[request["Segment"] :: request["TotalSegments"]]
        start = int(request.get("ExclusiveStartKey", {"at": {"N": "0"}})["at"]["N"])
        page = mine[start : start + self.page_size]
        answer: dict[str, Any] = {"Items": [self._projected(item, request) for item in page]}
        if start + self.page_size < len(mine):
            answer["LastEvaluatedKey"] = {"at": {"N": str(start + self.page_size)}}
        return answer

    def update_item(self, **request: Any) -> dict[str, Any]:
        self._note(request)
        self.before_update()
        if self.update_fault:
            raise self.update_fault
        item = next((item for item in self.items if item[KEY] == request["Key"][KEY]), {})
        if not all(self._holds(part, item, request) for part in request["ConditionExpression"].split(" AND ")):
            failed = self.exceptions.ConditionalCheckFailedException
            raise failed({"Error": {"Code": "ConditionalCheckFailedException"}}, "UpdateItem")
        name, value = request["UpdateExpression"].removeprefix("SET ").split(" = ")
        item[request["ExpressionAttributeNames"][name]] = request["ExpressionAttributeValues"][value]
        return {}

    @staticmethod
    def _holds(condition: str, item: dict[str, Any], request: dict[str, Any]) -> bool:
        names, values = request["ExpressionAttributeNames"], request["ExpressionAttributeValues"]
        if condition.startswith("attribute_"):
            function, _, name = condition.removesuffix(")").partition("(")
            return (names[name] in item) is (function == "attribute_exists")
        name, value = condition.split(" = ")
        return bool(item.get(names[name]) == values[value])

    def _note(self, request: dict[str, Any]) -> None:
        self.requests.append(request)
        if self.fault:
            raise self.fault

    @staticmethod
    def _projected(item: dict[str, Any], request: dict[str, Any]) -> dict[str, Any]:
        names = request["ExpressionAttributeNames"]
        wanted = {names[part.strip()] for part in request["ProjectionExpression"].split(",")}
        return {name: value for name, value in item.items() if name in wanted}


class FakeSteps:
    """Holds executions by ARN, each with its status."""

    class exceptions:  # noqa: N801  boto3's own name
        class ExecutionDoesNotExist(ClientError):  # noqa: N818  the same
            pass

    def __init__(self) -> None:
        self.executions: dict[str, str] = {}

    def describe_execution(self, **request: Any) -> dict[str, Any]:
        try:
            return {"status": self.executions[request["executionArn"]]}
        except KeyError:
            missing = self.exceptions.ExecutionDoesNotExist
            raise missing({"Error": {"Code": "ExecutionDoesNotExist"}}, "DescribeExecution") from None


class FakeSNS:
    """Keeps the published messages."""

    def __init__(self) -> None:
        self.published: list[dict[str, Any]] = []
        self.fault: Exception | None = None

    def publish(self, **request: Any) -> None:
        if self.fault:
            raise self.fault
        self.published.append(request)


class FakeSQS:
    """Takes messages and refuses some of them.

    `refuse` gets a call's number (from 0) and an entry. It returns None, or the failure's code and whether the entry is
    at fault.
    """

    def __init__(
        self, refuse: Callable[[int, dict[str, Any]], tuple[str, bool] | None] = lambda _call, _entry: None
    ) -> None:
        self.refuse = refuse
        self.calls: list[list[dict[str, Any]]] = []
        self.messages: list[dict[str, Any]] = []
        self._turn = Lock()

    def send_message_batch(self, **request: Any) -> dict[str, Any]:
        with self._turn:
            return self._taken(request)

    def _taken(self, request: dict[str, Any]) -> dict[str, Any]:
        number = len(self.calls)
        self.calls.append(request["Entries"])
        answer: dict[str, Any] = {}
        for entry in request["Entries"]:
            refused = self.refuse(number, entry)
            if refused:
                failure = {"Id": entry["Id"], "Code": refused[0], "SenderFault": refused[1]}
                answer.setdefault("Failed", []).append(failure)
            else:
                self.messages.append(entry)
                answer.setdefault("Successful", []).append({"Id": entry["Id"]})
        return answer


class FakeSecrets:
    """Holds a secret. Each call gets the next version, and the last version stays."""

    def __init__(self, *versions: str) -> None:
        self.versions = list(versions)
        self.fetched = 0

    def get_secret_value(self, **request: Any) -> dict[str, Any]:
        self.fetched += 1
        return {"SecretString": self.versions[min(self.fetched, len(self.versions)) - 1]}


class FakePostgres:
    """Holds a connection whose COPY sends the given chunks. It raises an exception that is among them."""

    def __init__(self, *chunks: bytes | Exception) -> None:
        self.chunks = chunks
        self.queries: list[Any] = []
        self.asked: list[Any] = []
        self.session: dict[str, Any] = {}
        self.cancelled = self.closed = False

    def set_session(self, **settings: Any) -> None:
        self.session = settings

    def cursor(self) -> "FakePostgres":
        return self

    def __enter__(self) -> "FakePostgres":
        return self

    def __exit__(self, *_details: object) -> None:
        pass

    def execute(self, query: Any) -> None:
        self.asked.append(query)

    def fetchone(self) -> tuple[Any, ...]:
        """The answer to whether versions were replaced after the instant."""
        return (False,)

    def copy_expert(self, query: Any, file: Any) -> None:
        self.queries.append(query)
        for chunk in self.chunks:
            if isinstance(chunk, Exception):
                raise chunk
            file.write(chunk)

    def cancel(self) -> None:
        self.cancelled = True

    def close(self) -> None:
        self.closed = True


class FakeContext:
    """Stands for Lambda's context object."""

    def __init__(self, remaining_ms: int = 900_000) -> None:
        self.remaining_ms = remaining_ms

    def get_remaining_time_in_millis(self) -> int:
        return self.remaining_ms
