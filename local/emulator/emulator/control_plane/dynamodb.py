"""DynamoDb: moto's, with what Terraform needs beside it."""

from emulator.control_plane.moto_provider import moto_provider


class DynamoDbProvider(moto_provider("dynamodb")):  # type: ignore[misc]  # a class made at run time
    pass
