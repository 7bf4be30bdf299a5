"""Provides Application Load Balancers: moto keeps the configuration, `load_balancer` serves the requests.

provider.py    checks a request, passes it to moto, then restarts the health checks
  rules.py       refuses settings that the data plane cannot serve
  state.py       refuses changes that conflict with the listeners and rules that exist
  networks.py    checks subnets and security groups
  attributes.py  has the attributes of load balancers and target groups, with their defaults
saved.py       declares the targets to the saved state
load_balancer/ is the data plane
"""
