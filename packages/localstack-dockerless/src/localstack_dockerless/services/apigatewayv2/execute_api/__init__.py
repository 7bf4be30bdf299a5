"""Serves the requests of HTTP APIs: the data plane of API Gateway.

router.py -> moto_configuration.py -> exchange.py -> gateway.py -> handlers/

router.py               takes the requests for HTTP APIs from LocalStack, and wires the gateway
moto_configuration.py   reads moto's model into the plain values of configuration.py
exchange.py             holds one request and the results of the steps
gateway.py              lists the steps in their order; handlers/ has one file for each step
ports.py                names the calls that leave the gateway, and their errors
  invoke_authorizer.py    invokes an authorizer's function (`Invoke`)
  vpc_link.py             sends a request to the load balancer (`Send`)
  log_writer.py           writes the access log in batches (`Write`), by cloudwatch.py
  cloudwatch.py           counts requests (`Count`)
routes.py, selection.py, parameters.py and context_variables.py interpret the expressions of a configuration.
authorizer_event.py makes the event of a REQUEST authorizer. authorizer_answer.py reads the answer, authorizer_cache.py
keeps it. access_log.py renders a log line. token_bucket.py enforces a route's limits.
"""
