"""Patches EC2: it refuses subnets that AWS would refuse.

subnets.py       checks the zone and the address block of CreateSubnet
permissions.py   says what IAM has to allow for each operation
"""
