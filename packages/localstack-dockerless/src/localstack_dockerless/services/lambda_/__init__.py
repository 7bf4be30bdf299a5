"""Runs Lambda functions as processes: LocalStack's Lambda service with `LAMBDA_RUNTIME_EXECUTOR=process`.

LocalStack's Lambda service      decides when an execution environment begins and ends
  -> executor.py                 is the plug-in: one object for each execution environment
    -> sandbox.py                initializes, invokes, and starts again after a failure
      -> runtime.py              runs one runtime: its process, its Runtime API, its output
        -> process.py            starts, measures and kills the process
          -> runtime_main.py     starts AWS's runtime interface client in that process
            -> runtime_calls.py    is its module in C++ for other versions of Python
        -> runtime_api.py        is the HTTP API that the client asks for invocations
        -> output.py             cuts the process's output into log messages
      -> events.py               names the events that the sandbox waits for
      -> failures.py, log_lines.py, json_log_lines.py, aws_paths.py   word errors, log lines and paths as AWS does
    -> versions.py, code_store.py, layers.py    unpack the code and the layers; variables.py sets the variables
    -> log_delivery.py, log_batches.py, metrics.py   send logs and metrics to CloudWatch

invocations.py invokes a function for another part of the package: an HTTP API, a function URL.
support.py, request_checks.py and api_rules.py refuse requests that AWS or this executor cannot honour.
binaries.py finds compiled code for another processor.
async_events.py, event_readers.py, function_urls.py, published.py and client_context.py have the functions that the
patches `patches/lambda_*.py` call, and so does layer_versions.py.
http_bodies.py puts the bodies of HTTP requests into events: of function URLs and of HTTP APIs.
timers.py has timers that share a thread. saved.py keeps queued events and unpacked code with a saved state.
installation.py finds the interpreters. workspace.py and janitor.py remove files and remaining processes.
recorded.py names the settings without an effect.
permissions.py says what IAM has to allow for an invocation.
"""
