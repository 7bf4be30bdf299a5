"""Provides ECR: moto's repositories, policies and tags, without images.

provider.py      refuses the operations that need an image
permissions.py   says what IAM has to allow for each operation
"""
