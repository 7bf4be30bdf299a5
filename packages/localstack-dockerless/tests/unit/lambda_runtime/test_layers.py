"""The layers of a function are put together in its order."""

import io
import zipfile

from dockerless_testing.lambda_functions import package
from localstack_dockerless.services.lambda_.layers import merged, name_of


def content(archive: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(archive)) as bundle:
        return {name: bundle.read(name).decode() for name in bundle.namelist()}


def test_a_file_of_a_later_layer_replaces_the_earlier_one():
    first = package({"python/a.py": "1", "python/b.py": "1"})
    second = package({"python/b.py": "2", "bin/tool": "2"})
    assert content(merged([first, second])) == {"python/a.py": "1", "python/b.py": "2", "bin/tool": "2"}
    assert content(merged([second, first]))["python/b.py"] == "1"


def test_a_program_stays_executable():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as bundle:
        info = zipfile.ZipInfo("bin/tool")
        info.external_attr = 0o755 << 16
        bundle.writestr(info, "x")
    with zipfile.ZipFile(io.BytesIO(merged([buffer.getvalue()]))) as bundle:
        assert bundle.getinfo("bin/tool").external_attr >> 16 == 0o755


def test_the_name_depends_on_the_order():
    assert name_of(["a", "b"]) != name_of(["b", "a"])
    assert name_of(["a", "b"]) == name_of(["a", "b"])
