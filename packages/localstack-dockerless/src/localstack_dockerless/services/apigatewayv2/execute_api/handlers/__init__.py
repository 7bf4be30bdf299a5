"""The steps of the gateway, each in the file named after it."""
