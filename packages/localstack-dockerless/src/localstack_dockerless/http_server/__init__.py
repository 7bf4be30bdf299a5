"""The HTTP server below LocalStack: every request gets an answer, a malformed one too."""
