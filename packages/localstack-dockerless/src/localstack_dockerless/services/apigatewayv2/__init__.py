"""Provides HTTP APIs: moto keeps the configuration, and `execute_api` serves the requests.

provider.py -> existence.py    answers 404 first, where the named resource does not exist
            -> rules.py        refuses a configuration that the data plane cannot serve, with integration_rules.py and
                               authorizer_rules.py
            -> moto            stores the change
            -> shapes.py       shows moto's objects in the API's shapes
apis.py                        has the operations on whole APIs: imports.py makes their parts of an OpenAPI definition
                               (openapi.py), openapi_export.py writes one
stages.py                      has the operations on stages and deployments, which moto lacks
domains.py                     has the operations on custom domain names (hosted_zones.py) and their API mappings
changes.py                     has the steps that all operations share
saved.py                       declares the deployments to the saved state
execute_api/                   is the data plane: it reads moto's model again after each change
"""
