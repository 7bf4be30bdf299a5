"""Step Functions: what LocalStack 4.14.0 drops of a state machine's settings, and what it cannot run."""
