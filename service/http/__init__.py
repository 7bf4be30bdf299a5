"""This room handles a request, from its bytes to its answer. A request passes the modules in this order:

server         uvicorn's protocol and the limits of a connection
app            the app and the order of its middleware
request_log    one log line for each request
problems       an error becomes a problem document
fast_path      the common `POST` of readings, before FastAPI's routing
identity       the metering point that the authorizer vouches for
routes/        one module for each resource
json_body      the body within its limits, and strict JSON
reading_json   readings as JSON
openapi        the OpenAPI document, with the schemas of `openapi_schemas` and `openapi_alarms`, and the calls of
               `openapi_calls`
"""
