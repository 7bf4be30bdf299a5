"""Texts of a function have AWS's paths, for any local folder."""

import json
from pathlib import Path

import pytest

from localstack_dockerless.services.lambda_.aws_paths import AwsPaths

FOLDERS = ["/srv/emulator-lambda-1/code/Ab+c_d", "/home/Ana Kos/č'&%/code/x", '/srv/with "quotes"/x']


@pytest.mark.parametrize("folder", FOLDERS)
def test_texts_and_errors_show_the_task_root(folder: str) -> None:
    paths = AwsPaths([(Path(folder), "/var/task")])
    line = f'File "{folder}/app.py", line 3, in handle'
    assert paths.text(line) == 'File "/var/task/app.py", line 3, in handle'
    for plain in (False, True):
        body = json.dumps({"stackTrace": [line], "errorMessage": "č"}, ensure_ascii=plain).encode()
        shown = json.loads(paths.json(body))
        assert shown == {"stackTrace": ['File "/var/task/app.py", line 3, in handle'], "errorMessage": "č"}


def test_what_lies_within_another_place_is_named_by_the_inner_one() -> None:
    paths = AwsPaths([(Path("/x/lib"), "/var/lang/lib"), (Path("/x/lib/site-packages"), "/var/runtime")])
    assert paths.text("/x/lib/json.py /x/lib/site-packages/boto3.py") == "/var/lang/lib/json.py /var/runtime/boto3.py"
