"""A FastAPI app with the service's route and nothing behind it: it answers a constant.

`python -m bench.programs.bare_app PORT`, with the server settings that the service has.
"""

import sys

import uvicorn
from fastapi import FastAPI

app = FastAPI()


@app.post("/v1/metering-points/{number}/readings")
async def store_readings(number: str) -> dict[str, int]:  # noqa: ARG001 - the route's parameter
    return {"stored": 1, "duplicates": 0, "revised": 0, "superseded": 0}


if __name__ == "__main__":
    uvicorn.run(
        app,
        host="127.0.0.1",
        port=int(sys.argv[1]),
        http="httptools",
        loop="uvloop",
        ws="none",
        log_level="warning",
        access_log=False,
        proxy_headers=False,
        server_header=False,
    )
