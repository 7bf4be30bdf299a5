"""The service writes no file, so its root file system is read-only on Fargate (`readonlyRootFilesystem`)."""

import os
import shutil
from pathlib import Path

import httpx
import pytest

from service.settings import Settings
from tests.integration.service.processes import service_process
from tests.integration.service.support import HEADERS, PATH, batch


@pytest.mark.skipif(shutil.which("prlimit") is None, reason="prlimit is not installed")
@pytest.mark.usefixtures("engine")
def test_it_serves_and_ends_where_no_file_can_grow(settings: Settings) -> None:
    """The limit on the size of files is 0, so a write to any file fails."""
    nowhere = {"TMPDIR": "/nowhere", "HOME": "/nonexistent", "PYTHONDONTWRITEBYTECODE": "1"}
    with service_process(settings, Path(os.devnull), prefix=("prlimit", "--fsize=0"), **nowhere) as process:
        process.wait_until_healthy()
        answer = httpx.post(process.url + PATH, json=batch(4), headers=HEADERS, timeout=60, trust_env=False)
        assert answer.status_code == 200, answer.text
        read = httpx.get(process.url + PATH, headers=HEADERS, timeout=60, trust_env=False)
        assert len(read.json()["readings"]) >= 1
        process.terminate()
        assert process.wait() == 0
