"""Serves the requests of HTTP APIs: the data plane of API Gateway.

router.py -> moto_configuration.py -> exchange.py -> gateway.py -> handlers/

router.py               takes the requests out of LocalStack's stream, and wires the gateway
moto_configuration.py   reads moto's model into the plain values of configuration.py
exchange.py             holds one request and everything that the steps find out about it
gateway.py              lists the steps in their order; handlers/ has one file for each step
ports.py                names the calls that leave the gateway, and their errors
  invoke_authorizer.py    invokes an authorizer's function (`Invoke`)
  vpc_link.py             sends a request to the load balancer (`Send`)
  log_writer.py           writes the access log in batches (`Write`), by cloudwatch.py
  cloudwatch.py           counts requests (`Count`)
routes.py, selection.py, parameters.py and context_variables.py are the language of a configuration.
authorizer_event.py, authorizer_answer.py and authorizer_cache.py are what a REQUEST authorizer gets and gives.
access_log.py and token_bucket.py render a log line and hold a route to its limits.
"""
