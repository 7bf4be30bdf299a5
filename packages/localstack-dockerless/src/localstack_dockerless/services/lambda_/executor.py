"""Runs LocalStack's Lambda functions as processes: the plug-in `process` of `localstack.lambda.runtime_executor`.

One executor is one execution environment of one function version. LocalStack decides when to create, reuse and end
executors. `Sandbox` runs the function.
"""

import logging
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

from localstack import config
from localstack.services.lambda_.invocation.executor_endpoint import StatusErrorException
from localstack.services.lambda_.invocation.lambda_models import (
    FunctionVersion,
    InitializationType,
    InvocationResult,
)
from localstack.services.lambda_.invocation.runtime_executor import LambdaRuntimeException, RuntimeExecutor

from localstack_dockerless.services.lambda_ import metrics, versions
from localstack_dockerless.services.lambda_.aws_paths import LAYERS, TASK_ROOT, AwsPaths
from localstack_dockerless.services.lambda_.installation import (
    Installation,
    NoRuntimeError,
    installation,
    installation_of,
)
from localstack_dockerless.services.lambda_.json_log_lines import JsonLines
from localstack_dockerless.services.lambda_.log_batches import LogEvent
from localstack_dockerless.services.lambda_.log_delivery import LogStream, delivery
from localstack_dockerless.services.lambda_.log_lines import TextLines, stream_name
from localstack_dockerless.services.lambda_.process import Command
from localstack_dockerless.services.lambda_.sandbox import Invocation, Limits, Result, Sandbox
from localstack_dockerless.services.lambda_.variables import (
    Credentials,
    FunctionSettings,
    Places,
    logging_variables,
    process_environment,
)
from localstack_dockerless.services.lambda_.workspace import workspace

LOG = logging.getLogger(__name__)
ANY_ADDRESS = {"0.0.0.0", "::", "localhost"}  # noqa: S104 -- compared with, not listened on


class ProcessRuntimeExecutor(RuntimeExecutor):  # type: ignore[misc]
    """Runs one environment. LocalStack creates it, calls `start`, then `invoke` from one thread at a time.

    LocalStack may call `stop` from any thread.
    """

    def __init__(self, id: str, function_version: FunctionVersion) -> None:  # noqa: A002 -- LocalStack's name
        super().__init__(id=id, function_version=function_version)
        self.client_context: str | None = None  # of the next invocation; a patch sets it
        self._lock = threading.Lock()
        self._busy = False
        self._stopped = False
        self._sandbox: Sandbox | None = None

    def start(self, env_vars: dict[str, str]) -> None:
        """Starts and initializes the runtime.

        A failed initialization is no error: the invocation repeats and reports it, as on AWS. With provisioned
        concurrency there is no invocation. It then raises `StatusErrorException`.
        """
        self._enter()
        try:
            self._sandbox = self._make_sandbox(env_vars)
            failure = self._sandbox.initialize()
        finally:
            self._leave()
        if failure and self._initialization_type(env_vars) == InitializationType.provisioned_concurrency:
            raise StatusErrorException("Environment startup failed", payload=failure.payload)

    def invoke(self, payload: dict[str, str]) -> InvocationResult:
        """Invokes the function. `payload` is as `ExecutionEnvironment.invoke` makes it."""
        self._enter()
        started = time.monotonic()
        try:
            result = self._run(payload)
        finally:
            self._leave()
        identity = self.function_version.id
        took = (time.monotonic() - started) * 1000
        metrics.record_duration(identity.function_name, identity.account, identity.region, took)
        return InvocationResult(payload["invoke-id"], result.payload, result.is_error, result.logs)

    def stop(self) -> None:
        """Ends the environment after its running invocation, as on AWS."""
        with self._lock:
            self._stopped = True
            if self._busy:
                return
        self._close()

    def get_address(self) -> str:
        return "127.0.0.1"

    def get_endpoint_from_executor(self) -> str:
        host: str = config.GATEWAY_LISTEN[0].host
        return "127.0.0.1" if host in ANY_ADDRESS else host

    def get_runtime_endpoint(self) -> str:
        return f"http://{self.get_endpoint_from_executor()}:{config.GATEWAY_LISTEN[0].port}"

    def get_logs(self) -> str:
        return "The logs are in CloudWatch Logs."

    @classmethod
    def prepare_version(cls, function_version: FunctionVersion) -> None:
        versions.prepare(function_version)

    @classmethod
    def cleanup_version(cls, function_version: FunctionVersion) -> None:
        versions.clean_up(function_version)

    @classmethod
    def validate_environment(cls) -> bool:
        try:
            installation()
        except NoRuntimeError as error:
            LOG.error("No Lambda function can run: %s", error)
            return False
        return True

    def _run(self, payload: dict[str, str]) -> Result:
        if self._sandbox is None:
            raise LambdaRuntimeException(f"Execution environment {self.id} was not started")
        headers = {"Lambda-Runtime-Trace-Id": payload["trace-id"]}
        if self.client_context:
            headers["Lambda-Runtime-Client-Context"] = self.client_context
        return self._sandbox.invoke(
            Invocation(payload["invoke-id"], payload["invoked-function-arn"], payload["payload"].encode(), headers)
        )

    def _make_sandbox(self, env_vars: dict[str, str]) -> Sandbox:
        configuration = self.function_version.config
        stream = self._log_stream()
        task_root = versions.acquire_code(self.function_version)
        layers = versions.acquire_layers(self.function_version)
        installed = installation_of(configuration.runtime)
        temporary = workspace().temporary_directory(self.id)
        settings = self._settings(stream, self._initialization_type(env_vars))
        credentials = Credentials(
            env_vars["AWS_ACCESS_KEY_ID"], env_vars["AWS_SECRET_ACCESS_KEY"], env_vars["AWS_SESSION_TOKEN"]
        )

        def make_command(runtime_api: str) -> Command:
            places = Places(
                installed.python,
                installed.packages,
                task_root,
                temporary,
                runtime_api,
                self.get_runtime_endpoint(),
                layers,
            )
            environment = process_environment(settings, credentials, places)
            return Command(places.python, settings.handler, task_root, environment, layers)

        return Sandbox(
            make_command=make_command,
            limits=Limits(configuration.memory_size, configuration.timeout),
            version=settings.version,
            runtime_name=settings.runtime.replace("python", "python:"),
            deliver=lambda text, time: delivery().put(stream, LogEvent(text, time)),
            watcher=workspace(),
            paths=_shown_paths(installed, task_root, layers),
            lines=self._own_lines(settings.initialization_type),
        )

    def _settings(self, stream: LogStream, initialization_type: str) -> FunctionSettings:
        identity, configuration = self.function_version.id, self.function_version.config
        return FunctionSettings(
            name=identity.function_name,
            version=identity.qualifier,
            handler=configuration.handler,
            runtime=configuration.runtime,
            region=identity.region,
            memory_size=configuration.memory_size,
            log_group=stream.group,
            log_stream=stream.name,
            initialization_type=initialization_type,
            logging=logging_variables(self._logging("LogFormat") or "Text", self._logging("ApplicationLogLevel")),
            variables=configuration.environment or {},
        )

    def _log_stream(self) -> LogStream:
        """Returns the log stream of this execution environment, in the function's log group."""
        identity = self.function_version.id
        default = f"/aws/lambda/{identity.function_name}"
        group = self._logging("LogGroup") or default
        name = stream_name(identity.function_name, identity.qualifier, self.id, group, datetime.now(UTC))
        role = self.function_version.config.role
        return LogStream(role, identity.function_name, identity.region, group, name)

    def _own_lines(self, initialization_type: str) -> TextLines | JsonLines:
        """Returns the writer of Lambda's own log lines, in the function's log format."""
        if self._logging("LogFormat") != "JSON":
            return TextLines()
        return JsonLines(self._logging("SystemLogLevel") or "INFO", initialization_type)

    def _logging(self, name: str) -> str | None:
        """Returns a field of the function's LoggingConfig."""
        found = (self.function_version.config.logging_config or {}).get(name)
        return None if found is None else str(found)

    @staticmethod
    def _initialization_type(env_vars: dict[str, str]) -> str:
        return str(env_vars["AWS_LAMBDA_INITIALIZATION_TYPE"])

    def _enter(self) -> None:
        with self._lock:
            if self._stopped:
                raise LambdaRuntimeException(f"Execution environment {self.id} has ended")
            self._busy = True

    def _leave(self) -> None:
        with self._lock:
            self._busy = False
            stopped = self._stopped
        if stopped:
            self._close()

    def _close(self) -> None:
        with self._lock:
            sandbox, self._sandbox = self._sandbox, None
        if sandbox is not None:
            sandbox.close()
            workspace().remove(workspace().directory / "tmp" / self.id)
            versions.release_layers(self.function_version)
            versions.release_code(self.function_version)


def _shown_paths(installed: Installation, task_root: Path, layers: Path | None) -> AwsPaths:
    library = f"/var/lang/lib/{installed.runtime}"
    places = [
        (task_root, TASK_ROOT),
        (installed.packages, f"{library}/site-packages"),
        (installed.standard_library, library),
    ]
    return AwsPaths([*places, (layers, LAYERS)] if layers else places)
