"""This folder holds the tasks of an operator, on AWS (`--outputs`) and on the laptop.

customer_key     the command that gives out, rotates and revokes a customer's API keys
customer_keys    the keys in the table `customers`
run_day          the command that runs the pipeline for a day or several days
days             the days that can be run
published        the command that lists, verifies and fetches the publications of a day
redrive          the command that re-queues dead letters
outputs          reads Terraform's outputs
"""
