"""Makes the environment of a Terraform command: its provider, the proxies and certificates, and the endpoint."""

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from artifacts import user_shell
from local.launcher import marks
from local.launcher.files import write_whole
from local.launcher.guard import local_only
from local.launcher.settings import LOCAL, Settings

REGISTRY = "registry.terraform.io"

GARBAGE = "400"
"""Go collects garbage when the heap has grown by this percentage. Go's default is 100.

The provider's schema makes much garbage at each start. With this value, a plan needs 20 % less processor time.
https://go.dev/doc/gc-guide#GOGC
"""


def environment(
    settings: Settings, given: Mapping[str, str] = user_shell.SHELL, *, downloads: bool = False
) -> dict[str, str]:
    """Returns the environment for a Terraform command of the stack. The command reaches only the emulator.

    It finds the provider in a mirror without the internet. `downloads` is true for `init`, which downloads the provider
    through the shell's proxies and certificates. `given` is the shell's environment.
    """
    result = local_only(settings.edge_url, given) | {
        **marks.of(settings),
        "S3_HOSTNAME": "127.0.0.1",
        "TF_IN_AUTOMATION": "1",
        "CHECKPOINT_DISABLE": "1",  # Terraform would ask the internet for a newer version
        "GOGC": GARBAGE,
    }
    # Terraform runs `python3 -m operations.migrate`, which needs the project's environment.
    result["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), result["PATH"]])
    mirror = find_mirror(given)
    users_own = Path(given.get("TF_CLI_CONFIG_FILE") or os.devnull)
    if mirror or not downloads:
        result["TF_CLI_CONFIG_FILE"] = str(_command_line_configuration(mirror))
    elif users_own.is_file():
        result["TF_CLI_CONFIG_FILE"] = str(users_own.absolute())
    if downloads:
        result |= user_shell.downloading(given)
        if not mirror:
            cache = LOCAL / "terraform-providers"
            cache.mkdir(parents=True, exist_ok=True)
            result["TF_PLUGIN_CACHE_DIR"] = str(cache)
    return result


def find_mirror(given: Mapping[str, str] = user_shell.SHELL) -> Path | None:
    """Returns this machine's mirror of providers, a folder with `registry.terraform.io/hashicorp/aws`, or None."""
    named = given.get("TF_PLUGIN_MIRROR")
    usual = [
        user_shell.home(given) / ".terraform.d" / "plugins",
        Path("/usr/share/terraform/providers"),
        Path("/usr/local/share/terraform/plugins"),
        *sorted(Path("/opt").glob("*")),
    ]
    for folder in [Path(named).absolute()] if named else usual:
        if (folder / REGISTRY / "hashicorp" / "aws").is_dir():
            return folder
    return None


def _command_line_configuration(mirror: Path | None) -> Path:
    """Writes Terraform's own settings for the stack, so that it does not read the user's, such as `dev_overrides`."""
    path = LOCAL / "terraform.rc"
    content = "# No mirror of providers was found on this machine.\n"
    if mirror:
        content = (
            "provider_installation {\n"
            f"  filesystem_mirror {{\n    path    = {_quoted(str(mirror))}\n"
            f'    include = ["{REGISTRY}/hashicorp/aws"]\n  }}\n'
            f'  direct {{\n    exclude = ["{REGISTRY}/hashicorp/aws"]\n  }}\n}}\n'
        )
    LOCAL.mkdir(exist_ok=True)
    if not path.exists() or path.read_text() != content:
        write_whole(path, content)  # another stack's Terraform may read it
    return path


def _quoted(text: str) -> str:
    """Returns `text` as a string of HCL, in which `${` and `%{` begin a template."""
    return json.dumps(text, ensure_ascii=False).replace("${", "$${").replace("%{", "%%{")
