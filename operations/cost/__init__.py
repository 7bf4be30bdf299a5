"""Computes the price of a month of a tfvars file.

prices.toml, prices.py   the list prices, each with its date and where it was found
load.py                  what the customers do, and what a reading, a request and a shard take: the assumptions
lines.py                 the lines of the bill, each computed from values, load and prices
document.py              docs/cost.md, which a test holds to the code
__main__.py              `python -m operations.cost`
"""
