"""Serves the requests of HTTP APIs: the data plane of API Gateway.

router.py -> addresses.py -> moto_configuration.py -> exchange.py -> gateway.py -> handlers/

router.py               takes the requests for HTTP APIs from LocalStack, and wires the gateway
addresses.py            finds the API of an address, or the API mapping of a custom domain name
moto_configuration.py   reads moto's model into the plain values of configuration.py
exchange.py             holds one request and the results of the steps
gateway.py              lists the steps in their order; handlers/ has one file for each step
ports.py                names the calls that leave the gateway, and their errors
  invoke_authorizer.py    invokes an authorizer's function (`Invoke`), by invoke_function.py
  jwt_keys.py             verifies a JWT by its issuer's keys (`Verify`), which issuers.py reads
  integrations.py         sends a request to its integration (`Send`):
    vpc_link.py             a load balancer's listener
    http_proxy.py           an HTTP server on this machine (url.py, loopback.py)
    lambda_proxy.py         a Lambda function (lambda_event.py, lambda_response.py)
    service_action.py       an action of an AWS service, which actions.py describes
  log_writer.py           writes the access log in batches (`Write`), by cloudwatch.py
  cloudwatch.py           counts requests (`Count`)
routes.py, selection.py, parameters.py and context_variables.py interpret the expressions of a configuration.
authorizer_event.py makes the event of a REQUEST authorizer. authorizer_answer.py reads the answer, authorizer_cache.py
keeps it. event_parts.py has the parts that all events share. jwt_claims.py checks a token's claims. cors.py makes CORS
headers. access_log.py renders a log line. token_bucket.py enforces a route's limits.
"""
