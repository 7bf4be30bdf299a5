"""Checks what lies on this machine before an apply: the values of the tfvars file, and the Lambda packages."""

import base64
import hashlib
import json
import os
import shutil
import subprocess
import tempfile
import zipfile
import zoneinfo
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from operations.preflight_lines import Check, Found, Needs, not_checked, ok, problem

ZIP_BYTES = 50 * 2**20
UNZIPPED_BYTES = 250 * 2**20
"""The most that Lambda takes. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""

_MACHINES = {"x86_64": 62, "arm64": 183}
"""`e_machine` in the header of an ELF file, by processor. https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html"""


def values(needs: Needs) -> Found:
    """Asks Terraform for its own rules of the values. A copy of the variables needs no provider."""
    if shutil.which("terraform") is None:
        yield not_checked("Terraform is not on the PATH")
        return
    with tempfile.TemporaryDirectory() as folder:
        for path in (needs.repository / "terraform").glob("variables*.tf"):
            shutil.copy(path, folder)
        Path(folder, "terraform.tfvars.json").write_text(json.dumps(dict(needs.values)))
        environment = {"PATH": os.environ["PATH"], "HOME": folder, "CHECKPOINT_DISABLE": "1"}
        environment["TF_CLI_CONFIG_FILE"] = os.devnull
        done = subprocess.run(
            ["terraform", "plan", "-input=false", "-json"],
            cwd=folder,
            env=environment,
            check=False,
            capture_output=True,
            text=True,
        )
    refused = list(_refusals(done.stdout, needs.values))
    for text in refused:
        yield problem(text)
    if done.returncode == 0:
        yield ok(f"Terraform takes the {len(needs.values)} values of {needs.tfvars.name}")
    elif not refused:
        yield not_checked(f"terraform plan failed: {(done.stderr or done.stdout).strip()[-200:]}")
    if needs.values["time_zone"] not in zoneinfo.available_timezones():
        yield problem(f"time_zone {needs.values['time_zone']!r} is no time zone of this machine's IANA database")


def _refusals(printed: str, given: Mapping[str, Any]) -> Iterator[str]:
    for line in printed.splitlines():
        event = json.loads(line)
        if event["type"] != "diagnostic" or event["diagnostic"]["severity"] != "error":
            continue
        found = event["diagnostic"]
        named = found.get("snippet", {}).get("code", "").partition('variable "')[2].partition('"')[0]
        what = f"{named} = {json.dumps(given.get(named), ensure_ascii=False)}" if named else found["summary"]
        yield f"{what}: {found['detail'].partition('\n\nThis was checked by')[0].replace('\n', ' ')}"


def packages(needs: Needs) -> Found:
    """Looks at each function's zip: its manifest, its size, and the processor of the compiled libraries in it."""
    processor, release = needs.values["cpu_architecture"], needs.values["release"]
    build = f"`make package RELEASE={release} ARCHITECTURE={processor}` builds it"
    folder = needs.repository / "build" / "lambdas" / release / processor
    functions = sorted(path.parent.name for path in (needs.repository / "lambdas").glob("*/handler.py"))
    if missing := [name for name in functions if not (folder / f"{name}.zip").is_file()]:
        yield problem(f"no package of {', '.join(missing)} in {folder}: {build}")
    found = [(name, folder / f"{name}.zip") for name in functions if name not in missing]
    faults = [(name, fault) for name, path in found for fault in _package_faults(path, processor, f"{build} again")]
    for name, fault in faults:
        yield problem(f"{name}.zip {fault}")
    if found and not faults:
        largest = max(path.stat().st_size for _, path in found) / 2**20
        yield ok(f"{len(found)} packages for {processor}, the largest has {largest:.1f} MiB")


def _package_faults(path: Path, processor: str, again: str) -> Iterator[str]:
    try:
        manifest = json.loads(path.with_name(f"{path.name}.json").read_text(encoding="utf-8"))
        content = path.read_bytes()
        digest = base64.b64encode(hashlib.sha256(content).digest()).decode()
        if (manifest.get("architecture"), manifest.get("sha256")) != (processor, digest):
            yield f"is not the zip for {processor} that its manifest names: {again}"
        if len(content) > ZIP_BYTES:
            yield f"has {len(content) / 2**20:.1f} MiB, and Lambda takes 50 MiB: leave out packages"
        with zipfile.ZipFile(path) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
            if size > UNZIPPED_BYTES:
                yield f"has {size / 2**20:.1f} MiB unzipped, and Lambda takes 250 MiB: leave out packages"
            others = sorted({name for name in archive.namelist() if _is_foreign(archive, name, processor)})
        if others:
            yield f"has {others[0]}, which is not for {processor}: {again}"
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        yield f"or its manifest cannot be read ({error}): {again}"


def _is_foreign(archive: zipfile.ZipFile, name: str, processor: str) -> bool:
    """Returns whether a compiled library is for another processor. Other files are for every processor."""
    if not (name.endswith(".so") or ".so." in name):
        return False
    with archive.open(name) as library:
        header = library.read(20)
    return header[:4] == b"\x7fELF" and int.from_bytes(header[18:20], "little") != _MACHINES[processor]


FILE_CHECKS: Mapping[str, Check] = MappingProxyType({"values": values, "packages": packages})
"""The checks of this machine, by subject, in their order."""
