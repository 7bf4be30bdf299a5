"""Ecr: moto's, with what Terraform needs beside it."""

from emulator.control_plane.moto_provider import moto_provider


class EcrProvider(moto_provider("ecr")):  # type: ignore[misc]  # a class made at run time
    pass
