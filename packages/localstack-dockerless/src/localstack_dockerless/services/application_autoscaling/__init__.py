"""Provides Application Auto Scaling: moto's targets and policies, with tags.

provider.py   answers the API; `services/ecs/scaling.py` applies the limits to an ECS service
saved.py      declares the tags to the saved state
"""
