"""Provides DynamoDB without Java: moto's tables, for `PROVIDER_OVERRIDE_DYNAMODB=moto`.

provider.py      refuses the settings that moto accepts and then ignores
permissions.py   says what IAM has to allow for each operation
"""
