"""Saves the state of LocalStack, and loads it at the next start. `DOCKERLESS_STATE` switches it on.

start.py         registers the parts below with LocalStack
save.py          saves a generation: at the end, on request, and every few minutes
load.py          loads the current generation before LocalStack answers its first request
endpoint.py      answers `/_dockerless/state`
registries.py    lets a service declare, in a module `saved.py`, its state outside of LocalStack's stores
saved.py         declares the launcher's session
containers.py    finds LocalStack's stores and moto's backends
pickling.py      turns values that refer to the stores into bytes; unpickling.py turns the bytes into values
  reductions.py    writes values that Python's pickle cannot restore, such as locks
addresses.py     knows the ports of the present LocalStack
relocation.py    rewrites the addresses in a state of another port
gate.py          makes a saver wait for calls, and calls wait for a saver
hold_calls.py    adds the gate to LocalStack's request chain
generations.py   manages the folder on disk: a generation counts once it is whole
fingerprint.py   tells which programs have saved a state

The folder holds secrets and is Python's pickle: only its owner may read or write it.
"""
