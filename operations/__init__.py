"""What an operator does to a running system, on AWS or on the laptop."""
