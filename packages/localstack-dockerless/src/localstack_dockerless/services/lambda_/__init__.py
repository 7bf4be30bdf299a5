"""Runs Lambda functions as processes: LocalStack's Lambda service with `LAMBDA_RUNTIME_EXECUTOR=process`.

LocalStack's Lambda service      decides when an execution environment begins and ends
  -> executor.py                 is the plug-in: one object for each execution environment
    -> sandbox.py                initializes, invokes, and starts again after a failure
      -> runtime.py              is one running runtime: its process, its Runtime API, its output
        -> process.py            starts, measures and kills the process
          -> runtime_main.py     starts AWS's runtime interface client in that process
        -> runtime_api.py        is the HTTP API that the client asks for invocations
        -> output.py             cuts the process's output into log messages
      -> events.py               names the events that it waits for
      -> failures.py, log_lines.py, aws_paths.py   word errors, log lines and paths as AWS does
    -> versions.py, code_store.py    unpack the code; variables.py sets the environment variables
    -> log_delivery.py, log_batches.py, metrics.py   send logs and metrics to CloudWatch

invocations.py invokes a function for another part of the package: an authorizer, a function URL.
support.py and request_checks.py refuse functions that this executor cannot run. api_rules.py, async_events.py,
function_urls.py, client_context.py and localstack_patches.py change LocalStack's Lambda service itself. timers.py
gives it timers that share a thread.
installation.py, workspace.py and janitor.py look after the interpreter, the files, and the processes that remain.
"""
