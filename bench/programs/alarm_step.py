"""Runs a step of the publisher over the alarms of a night, in a process of its own, as in a function.

`python -m bench.programs.alarm_step keep DIRECTORY SHARD` keeps the alarms of the shard with that place in the list.
`python -m bench.programs.alarm_step finish DIRECTORY` ends the run. Both are the publisher's own code. S3 is a folder.
Prints `{"seconds", "peak_mib", "alarms", "requests", "messages", "batches", "mail"}`.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any, cast

from bench.alarm_night import DAY, ENRICHED, MEMORY_MIB, NOW, RUN, TABLE_FILE
from bench.programs.alarm_stand_ins import CountingQueue, FileTable, Topic
from bench.programs.directory_s3 import DirectoryS3
from bench.programs.own_memory import peak_mib
from domain.digest import Tally
from domain.object_keys import alarm_shards_key
from lambdas.publisher.alarm_keeper import Queue
from lambdas.publisher.alarms_table import AlarmsTable
from lambdas.publisher.finish_run import Administrator, finish_run
from lambdas.publisher.keep_plan import KeepTask
from lambdas.publisher.keep_shard import Keeping, keep_shard
from lambdas.runtime.json_objects import get_json
from lambdas.runtime.publications import Publications


def main(action: str, directory: str, place: str = "0") -> None:
    """Runs the step and prints its time, its memory and its requests."""
    folder = Path(directory)
    s3: Any = DirectoryS3(folder)
    store, sqs, sns = FileTable(folder / TABLE_FILE), CountingQueue(), Topic()
    table = AlarmsTable(cast("Any", store), "alarms")
    started = time.perf_counter()
    if action == "keep":
        tally = _keep(s3, table, Queue(cast("Any", sqs), "queue"), int(place))
    else:
        tally = _finish(s3, table, Administrator(cast("Any", sns), "topic"))
    seconds = time.perf_counter() - started
    store.close()
    found = {
        "seconds": seconds,
        "peak_mib": peak_mib(),
        "alarms": sum(counts["raised"] for counts in tally.by_code().values()),
        "requests": dict(store.requests),
        "messages": sqs.messages,
        "batches": sqs.requests,
        "mail": "".join(sns.mails),
    }
    print(json.dumps(found))  # noqa: T201


def _keep(s3: Any, table: AlarmsTable, queue: Queue, place: int) -> Tally:
    task = KeepTask.of_json(get_json(s3, ENRICHED, alarm_shards_key(DAY, RUN))[place])
    needs = Keeping(s3, ENRICHED, table, queue, escalate_after_days=3, retention_days=365, memory_mib=MEMORY_MIB)
    return keep_shard(DAY, RUN, task, needs, NOW)


def _finish(s3: Any, table: AlarmsTable, administrator: Administrator) -> Tally:
    publication = Publications(s3, ENRICHED).newest(DAY)
    if publication is None:
        raise RuntimeError("the night has no publication")
    return finish_run(s3, ENRICHED, publication, RUN, table=table, administrator=administrator, now=NOW)


if __name__ == "__main__":
    main(*sys.argv[1:])
