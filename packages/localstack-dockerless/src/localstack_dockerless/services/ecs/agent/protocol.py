"""Defines the messages between the ECS agent and the emulator. Both sides encode and decode them with this module.

`POST /_emulator/ecs/agents/<instance>`: the agent sends an `AgentState` and gets an `Order`. In one call, which the
agent repeats, it registers, reports and waits. The answer comes as soon as the agent has something else to do, and
after `wait_seconds` at the latest.

`POST /_emulator/ecs/agents/<instance>/logs`: the agent sends `LogLines`. The answer is 204 without a body, or 404 for
a task that this emulator does not know.

`POST /_emulator/ecs/agents/<instance>/credentials`: the agent sends a `CredentialsRequest` and gets `Credentials`. The
answer is 404 for a task that this emulator does not know, and for a task without a role. It is 409 where ECS cannot
assume the role.

A message is a JSON object with every field of its class. The receiver refuses an unknown field, a missing field and a
value of another type with `ProtocolError`. The emulator answers 400 then. Standard library only, for the agent.
"""

import json
import types
from dataclasses import asdict, dataclass, field, fields, is_dataclass
from typing import Any, Literal, get_args, get_origin, get_type_hints


class ProtocolError(ValueError):
    """The message has a fault. The text names the message, the field and the fault."""


Health = Literal["UNKNOWN", "HEALTHY", "UNHEALTHY"]
"""Holds the state of a container's health check. UNKNOWN: there is no check, or no result yet."""


@dataclass(frozen=True)
class Report:
    """Reports that a task's process has started or ended. `reason` tells why it could not be started."""

    task: str
    status: Literal["RUNNING", "STOPPED"]
    exit_code: int | None = None
    reason: str | None = None


@dataclass(frozen=True)
class AgentState:
    """Describes an agent and its task.

    `sequence` counts the agent's calls: a newer call ends the wait of an older one. `group` is a pattern of the groups
    whose tasks the agent takes: `service:NAME`, `service:*` or `family:*`. `port` is 0 for an agent without a port.
    `running` is the task whose process runs, and `health` the result of its container's health check. `stopping`: the
    process was told to end. `leaving`: the agent was told to end. `once`: the agent ends after its first task.
    """

    sequence: int
    group: str
    address: str
    port: int
    running: str | None
    health: Health
    once: bool
    stopping: bool
    leaving: bool
    reports: tuple[Report, ...]
    wait_seconds: float


@dataclass(frozen=True)
class HealthCheck:
    """Holds the health check of a container, with the fields of a task definition. The times are in seconds.

    `command` is the program with its arguments. It gets the environment of the task's process.
    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html
    """

    command: tuple[str, ...]
    interval: float
    timeout: float
    retries: int
    start_period: float


@dataclass(frozen=True)
class Assignment:
    """Holds the task to run.

    `command` is the program with its arguments. None: the agent's own. `stop_timeout`: the seconds between SIGTERM and
    SIGKILL. `credentials_id`: the secret part of the address at which the process gets the credentials of the task's
    role. None: the task has no role.
    """

    id: str
    command: tuple[str, ...] | None
    environment: dict[str, str] = field(repr=False)
    health_check: HealthCheck | None
    stop_timeout: float
    credentials_id: str | None = field(repr=False)


@dataclass(frozen=True)
class Order:
    """Tells the agent what to do.

    | action | meaning |
    |---|---|
    | run | run `task` and nothing else |
    | idle | run nothing |
    | keep | change nothing |
    | leave | the leaving agent is drained, and can end |
    | over | a newer call has replaced this call |

    Raises `ProtocolError` for `run` without a task, and for a task with another action.
    """

    action: Literal["run", "idle", "keep", "leave", "over"]
    task: Assignment | None = None

    def __post_init__(self) -> None:
        if (self.action == "run") != (self.task is not None):
            raise ProtocolError(f"Order: the action {self.action} {'without' if self.task is None else 'with'} a task")


@dataclass(frozen=True)
class LogLines:
    """Holds lines of a task's output: milliseconds since the epoch, and the text."""

    task: str
    lines: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class CredentialsRequest:
    """Asks for credentials of the role of the agent's task."""

    task: str


@dataclass(frozen=True)
class Credentials:
    """Holds a session of a task's role. `expiration` is an RFC 3339 time in UTC."""

    role_arn: str
    access_key_id: str
    secret_access_key: str = field(repr=False)
    token: str = field(repr=False)
    expiration: str


type Message = AgentState | Order | LogLines | CredentialsRequest | Credentials


def encode(message: Message) -> bytes:
    """Returns the message as JSON."""
    return json.dumps(asdict(message)).encode()


def decode[Kind: (AgentState, Order, LogLines, CredentialsRequest, Credentials)](
    kind: type[Kind], content: bytes
) -> Kind:
    """Returns the message of that class. Raises `ProtocolError`."""
    try:
        value = json.loads(content)
    except ValueError as error:
        raise ProtocolError(f"{kind.__name__}: no JSON: {error}") from error
    message: Kind = _read(kind, value, kind.__name__)
    return message


def _read(hint: Any, value: Any, where: str) -> Any:
    """Returns `value` as the type `hint`, a type of the classes above. `where` is its path in the message."""
    reader = _read_object if is_dataclass(hint) else _READERS.get(get_origin(hint), _read_plain)
    return reader(hint, value, where)


def _read_object(kind: Any, value: Any, where: str) -> Any:
    if not isinstance(value, dict):
        raise _wrong(kind, value, where)
    wanted = [each.name for each in fields(kind)]
    missing = [name for name in wanted if name not in value]
    unknown = [name for name in value if name not in wanted]
    if missing or unknown:
        faults = {"missing": missing, "unknown": unknown}
        text = "; ".join(f"{fault} {', '.join(names)}" for fault, names in faults.items() if names)
        raise ProtocolError(f"{where}: {text}")
    hints = get_type_hints(kind)
    return kind(**{name: _read(hints[name], value[name], f"{where}.{name}") for name in wanted})


def _read_optional(hint: Any, value: Any, where: str) -> Any:
    (present,) = (each for each in get_args(hint) if each is not types.NoneType)
    return None if value is None else _read(present, value, where)


def _read_choice(hint: Any, value: Any, where: str) -> Any:
    if value not in get_args(hint):
        raise ProtocolError(f"{where}: {value!r} is none of {', '.join(get_args(hint))}")
    return value


def _read_tuple(hint: Any, value: Any, where: str) -> Any:
    """Reads a list of any length (`tuple[str, ...]`), or of one length (`tuple[int, str]`)."""
    if not isinstance(value, list):
        raise _wrong(hint, value, where)
    kinds = get_args(hint)
    if kinds[-1] is Ellipsis:
        kinds = kinds[:1] * len(value)
    if len(kinds) != len(value):
        raise _wrong(hint, value, where)
    return tuple(
        _read(kind, each, f"{where}[{index}]") for index, (kind, each) in enumerate(zip(kinds, value, strict=True))
    )


def _read_dictionary(hint: Any, value: Any, where: str) -> Any:
    if not isinstance(value, dict):
        raise _wrong(hint, value, where)
    return {key: _read(get_args(hint)[1], each, f"{where}[{key!r}]") for key, each in value.items()}


def _read_plain(hint: Any, value: Any, where: str) -> Any:
    """Reads a text, a number or a truth value. A whole number of JSON is valid as a float."""
    if type(value) is hint:
        return value
    if hint is float and type(value) is int:
        return float(value)
    raise _wrong(hint, value, where)


_READERS = {types.UnionType: _read_optional, Literal: _read_choice, tuple: _read_tuple, dict: _read_dictionary}


def _wrong(hint: Any, value: Any, where: str) -> ProtocolError:
    """Makes an error with the value's type. The value itself can be a secret of a task's environment."""
    wanted = hint if get_origin(hint) else hint.__name__
    return ProtocolError(f"{where}: {type(value).__name__} instead of {wanted}")
