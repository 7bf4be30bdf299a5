"""Serves internet-facing load balancers to clients. An internal one is only reached through VPC links.

addresses.py    chooses the loopback address of a load balancer, which is its DNS name
opened.py       keeps a server for each listener, as the API changes the listeners
  server.py       is the HTTP server of a listener
    requests.py     reads a request, with a chunked body too
  tls.py          makes the TLS settings of an HTTPS listener from its certificates
by_path.py      serves the same listeners at `/_aws/elb/<name>/` of LocalStack's own address
answering.py    takes a request to the data plane and turns its errors into pages, as AWS does
"""
