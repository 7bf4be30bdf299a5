"""ApplicationAutoScaling: moto's, with what Terraform needs beside it."""

from emulator.control_plane.moto_provider import moto_provider


class ApplicationAutoScalingProvider(moto_provider("application-autoscaling")):  # type: ignore[misc]  # a class made at run time
    pass
