"""ApiGatewayV2: moto's, with what Terraform needs beside it."""

from emulator.control_plane.moto_provider import moto_provider


class ApiGatewayV2Provider(moto_provider("apigatewayv2")):  # type: ignore[misc]  # a class made at run time
    pass
