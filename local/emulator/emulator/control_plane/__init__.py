"""Control planes: what answers the AWS API calls of the services that LocalStack 4.14.0 has no provider for."""
