"""LocalStack plug-ins that run AWS services without Docker and without a licence.

plugins.py         registers everything below with LocalStack: start here
services/          one folder for each AWS service: the API and what runs behind it
iam/               evaluates every call against the policies, as AWS does
permissions.py     finds what each operation of each service needs, for iam/
http_server/       answers malformed HTTP requests below LocalStack
state/             saves what LocalStack holds, and loads it at the next start
patches/           every change to LocalStack and moto
faults/            makes planned AWS calls fail, for tests
service_models.py  loads botocore's models of services without their documentation
client_models.py   lets clients of one service share its model and its methods
credentials.py     keeps boto3 inside LocalStack from looking for credentials
constraints.py     checks parameters against the bounds of the API's own model
identity.py        tells which launcher started this LocalStack
recorded.py        lists the settings that are kept and have no effect; recorded_endpoint.py shows the ones in use
coverage.py        writes docs/coverage.md
"""
