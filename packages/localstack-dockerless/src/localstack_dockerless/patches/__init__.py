"""Changes to LocalStack 4.14.0 itself that belong to no service. Each raises where 4.14.0's code is not there.

    folders.py           keeps the files of two LocalStacks on one machine apart
    listening.py         listens on the addresses of `GATEWAY_LISTEN` only, and leaves posted forms unread
    moto_actions.py      has moto look up a service's actions once
    service_catalog.py   keeps the building of the index of all services out of the process
    service_models.py    keeps service models without their documentation

A change to one service is in that service's folder.
"""
