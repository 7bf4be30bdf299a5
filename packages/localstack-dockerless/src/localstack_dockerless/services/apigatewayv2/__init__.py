"""Provides HTTP APIs: moto keeps the configuration, and `execute_api` serves the requests.

provider.py -> existence.py    answers 404 first, where the named resource does not exist
            -> rules.py        refuses a configuration that the data plane cannot serve
            -> moto            stores the change
            -> shapes.py       shows moto's objects in the API's shapes
stages.py                      has the operations on stages and deployments, which moto lacks
saved.py                       declares the deployments to the saved state
execute_api/                   is the data plane: it reads moto's model again after each change
"""
