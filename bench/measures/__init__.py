"""Lists the measures in the order in which they run and stand in `RESULTS.md`.

The first starts the benchmarks' stack, and those after it use it.
"""

from bench.measure import Measure
from bench.measures import (
    alarm_night,
    checks,
    console,
    functions,
    gateway,
    history,
    hundred_million,
    ingestion,
    memory,
    pipeline_steps,
    plan,
    start,
    whole_pipeline,
)

MEASURES: tuple[Measure, ...] = (
    start.MEASURE,
    memory.MEASURE,
    ingestion.MEASURE,
    gateway.MEASURE,
    functions.MEASURE,
    pipeline_steps.MEASURE,
    checks.MEASURE,
    hundred_million.MEASURE,
    plan.MEASURE,
    history.MEASURE,
    alarm_night.MEASURE,
    console.MEASURE,
    whole_pipeline.MEASURE,
)
