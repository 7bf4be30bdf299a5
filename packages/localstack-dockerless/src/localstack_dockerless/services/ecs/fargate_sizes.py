"""Lists Fargate's pairs of CPU and memory. Its functions are pure.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html#fargate-tasks-size
"""

import re

_SIZES: dict[int, set[int]] = {
    256: {512, 1024, 2048},
    512: set(range(1024, 4096 + 1, 1024)),
    1024: set(range(2048, 8192 + 1, 1024)),
    2048: set(range(4096, 16384 + 1, 1024)),
    4096: set(range(8192, 30720 + 1, 1024)),
    8192: set(range(16384, 61440 + 1, 4096)),
    16384: set(range(32768, 122880 + 1, 8192)),
}
_UNITS = {"cpu": re.compile(r"(\d*\.?\d+)\s*vcpu"), "memory": re.compile(r"(\d*\.?\d+)\s*gb")}


def exists(cpu: str, memory: str) -> bool:
    """Tells whether Fargate has the pair, such as `256` or `.25 vCPU` and `512` or `0.5 GB`."""
    units, mebibytes = _number(cpu, "cpu"), _number(memory, "memory")
    return mebibytes in _SIZES.get(units or 0, set())


def _number(text: str, kind: str) -> int | None:
    text = text.strip().lower()
    if text.isdecimal():
        return int(text)
    found = _UNITS[kind].fullmatch(text)
    return round(float(found[1]) * 1024) if found else None
