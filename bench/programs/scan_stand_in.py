"""Stands in for DynamoDB: answers `DescribeTable`, and the pages of a parallel `Scan` of synthetic customers.

`python -m bench.programs.scan_stand_in CUSTOMERS` prints its port, and runs until its input ends. The customers are
made when they are asked for, in an order like that of a hash. So the function under test talks to it with boto3, as to
DynamoDB, and no memory holds the table.
"""

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from math import gcd
from threading import Thread
from typing import Any

FIRST = 2_000_000_001
PAGE_ITEMS = 2_500
"""About 1 MB of items, the most of a page.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Scan.html
"""

_STRIDE = 7_368_787
"""A prime number. Its multiples, modulo the number of customers, visit every customer once in a wild order."""

_ITEM = (
    '{{"billing_metering_point_number":{{"S":"{0}"}},"name":{{"S":"Customer {0}"}},"address":{{"S":"Ulica {1} {2}"}},'
    '"city":{{"S":"City {3}"}},"county":{{"S":"County {4}"}},"email":{{"S":"customer.{0}@example.com"}},'
    '"type":{{"S":"{5}"}},"active":{{"BOOL":true}}}}'
)
_TYPES = ("HH", "HHP", "I", "C", "P")


class StandIn:
    """The table with so many customers."""

    def __init__(self, customers: int) -> None:
        self.customers = customers
        self._stride = next(
            stride for stride in range(_STRIDE, _STRIDE + customers + 2) if gcd(stride, customers or 1) == 1
        )

    def answer(self, operation: str, request: dict[str, Any]) -> str:
        """Returns the answer's body."""
        if operation == "DescribeTable":
            return json.dumps({"Table": {"ItemCount": self.customers}})
        if operation == "Scan":
            return self._page(request["Segment"], request["TotalSegments"], request.get("ExclusiveStartKey"))
        raise ValueError(f"the stand-in does not know {operation}")

    def _page(self, segment: int, segments: int, after: dict[str, Any] | None) -> str:
        # The start key has the position in the order, and not a number, so that no search is needed.
        start = segment if after is None else int(after["billing_metering_point_number"]["S"]) + segments
        positions = range(start, self.customers, segments)[:PAGE_ITEMS]
        items = ",".join(map(self._item, positions))
        more = len(positions) and positions[-1] + segments < self.customers
        last = f',"LastEvaluatedKey":{{"billing_metering_point_number":{{"S":"{positions[-1]}"}}}}' if more else ""
        return f'{{"Items":[{items}],"Count":{len(positions)},"ScannedCount":{len(positions)}{last}}}'

    def _item(self, position: int) -> str:
        number = FIRST + position * self._stride % self.customers
        return _ITEM.format(number, number % 977, number % 89, number % 127, number % 21, _TYPES[number % 5])


def handler(table: StandIn) -> type[BaseHTTPRequestHandler]:
    """Returns a class that answers the requests of boto3."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            operation = self.headers["X-Amz-Target"].rpartition(".")[2]
            body = table.answer(operation, request).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/x-amz-json-1.0")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_message: object) -> None:
            """Writes nothing."""

    return Handler


def main(customers: str) -> None:
    """Serves until the input ends."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler(StandIn(int(customers))))
    Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_port, flush=True)  # noqa: T201
    sys.stdin.read()


if __name__ == "__main__":
    main(*sys.argv[1:])
