"""The Lambda service's log lines are AWS's, character for character."""

from datetime import UTC, datetime

from localstack_dockerless.services.lambda_ import log_lines
from localstack_dockerless.services.lambda_.log_lines import MB, Report

NOW = datetime(2026, 3, 4, 17, 22, 38, 33_000, tzinfo=UTC)


def test_start_and_end():
    assert log_lines.start("id-1", "$LATEST") == "START RequestId: id-1 Version: $LATEST"
    assert log_lines.end("id-1") == "END RequestId: id-1"


def test_a_warm_report():
    line = log_lines.report(Report("id-1", 12.345, memory_size=256, memory_used=41 * MB + 1))
    assert line == (
        "REPORT RequestId: id-1\tDuration: 12.35 ms\tBilled Duration: 13 ms\tMemory Size: 256 MB\t"
        "Max Memory Used: 42 MB\t"
    )


def test_a_cold_start_shows_and_bills_its_initialization():
    line = log_lines.report(Report("id-1", 10.0, 128, 20 * MB, init_duration=80.5))
    assert "\tBilled Duration: 91 ms\t" in line
    assert "\tInit Duration: 80.50 ms\t" in line


def test_a_failed_report_names_the_status_and_the_error():
    line = log_lines.report(Report("id-1", 10.0, 128, MB, status="error", error_type="Runtime.ExitError"))
    assert line.endswith("\tStatus: error\tError Type: Runtime.ExitError\t")


def test_memory_used_is_never_more_than_there_was():
    assert "Max Memory Used: 128 MB" in log_lines.report(Report("id-1", 1.0, 128, 700 * MB))


def test_a_timeout():
    assert log_lines.timed_out("id-1", 3, NOW) == "2026-03-04T17:22:38.033Z id-1 Task timed out after 3.00 seconds"


def test_an_initialization_that_failed():
    assert log_lines.init_report(150.789, "init", "error", "Runtime.ImportModuleError") == (
        "INIT_REPORT Init Duration: 150.79 ms\tPhase: init\tStatus: error\tError Type: Runtime.ImportModuleError"
    )


def test_an_initialization_that_took_too_long():
    line = log_lines.init_report(10_000.0, "init", "timeout")
    assert line == "INIT_REPORT Init Duration: 10000.00 ms\tPhase: init\tStatus: timeout"


def test_the_stream_of_a_functions_own_group():
    name = log_lines.stream_name("exporter", "$LATEST", "ab12", "/aws/lambda/exporter", NOW)
    assert name == "2026/03/04/[$LATEST]ab12"


def test_the_stream_in_a_shared_group_names_the_function():
    assert log_lines.stream_name("exporter", "7", "ab12", "shared", NOW) == "2026/03/04/exporter[7]ab12"
