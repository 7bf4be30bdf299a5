"""A LocalStack extension: the AWS services and data planes that the open-source edition lacks."""
