"""Rds: moto's, with what Terraform needs beside it."""

from emulator.control_plane.moto_provider import moto_provider


class RdsProvider(moto_provider("rds")):  # type: ignore[misc]  # a class made at run time
    pass
