"""Runs Terraform in a folder against a LocalStack, and reads its results."""

import json
import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SECONDS = 1500


@dataclass(frozen=True)
class Done:
    """Holds an ended command. `text` is its whole output."""

    code: int
    text: str

    def errors(self) -> list[str]:
        """Returns the first lines of the errors, each once."""
        found = re.findall(r"^│? ?Error: (.+?)$(?:\n│? ?$)?((?:\n│? .+)*)", self.text, re.MULTILINE)
        return list(dict.fromkeys(f"{first} {' '.join(rest.replace('│', ' ').split())}"[:400] for first, rest in found))


@dataclass(frozen=True)
class Terraform:
    """Runs Terraform in `folder`. `variables` are of the project."""

    folder: Path
    url: str
    variables: dict[str, str]

    def __call__(self, *arguments: str) -> Done:
        command = ["terraform", *arguments, "-no-color"]
        done = subprocess.run(
            command, cwd=self.folder, env=self._environment(), text=True, check=False, timeout=SECONDS,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        return Done(done.returncode, done.stdout)

    def init(self) -> Done:
        mirror = os.environ.get("TF_PLUGIN_MIRROR")
        return self("init", "-input=false", *([f"-plugin-dir={mirror}"] if mirror else []))

    def resources(self) -> int:
        """Returns the number of managed resources in the state, without those of Terraform itself."""
        listed = self("state", "list").text.splitlines()
        return len([line for line in listed if not re.search(r"(^|\.)(data|terraform_data)\.", line)])

    def outputs(self) -> dict[str, Any]:
        done = subprocess.run(
            ["terraform", "output", "-json"], cwd=self.folder, env=self._environment(), text=True, check=True,
            capture_output=True,
        )  # fmt: skip
        return {name: each["value"] for name, each in json.loads(done.stdout).items()}

    def _environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
        given = {f"TF_VAR_{name}": value for name, value in self.variables.items()}
        return {
            **kept,
            **given,
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            "TF_IN_AUTOMATION": "1",
            "CHECKPOINT_DISABLE": "1",
            "TF_CLI_CONFIG_FILE": os.devnull,
        }


def planned(done: Done) -> int:
    """Returns the number of resources that a plan adds."""
    found = re.search(r"Plan: (\d+) to add", done.text)
    return int(found[1]) if found else 0
