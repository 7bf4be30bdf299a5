"""Whether a request may reach a metering point."""
