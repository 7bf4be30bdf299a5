"""Has one folder for each AWS service. Each folder's docstring is its map.

A folder with `provider.py` provides a service that LocalStack's open-source edition lacks, or has in Docker only. A
folder without it patches a service that LocalStack provides.
`moto_provider.py` makes a provider of moto's model. `query.py` reads query strings.
"""
