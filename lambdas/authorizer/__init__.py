"""The authorizer decides whether a request may reach a metering point."""
