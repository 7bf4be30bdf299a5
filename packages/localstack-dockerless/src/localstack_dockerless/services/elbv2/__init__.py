"""Provides Application Load Balancers: moto keeps the configuration, `load_balancer` serves the requests.

provider.py    checks a request, passes it to moto, then restarts the health checks and the listeners' servers
  errors.py      turns refusals into the API's errors
  targets.py     registers and describes the targets of a target group
  rules.py       refuses settings that the data plane cannot serve
  state.py       refuses changes that conflict with the listeners and rules that exist
  networks.py    checks subnets and security groups
  attributes.py  has the attributes of load balancers and target groups, with their defaults
saved.py       declares the targets to the saved state
load_balancer/ is the data plane
entrances/     serves internet-facing load balancers to clients
"""
