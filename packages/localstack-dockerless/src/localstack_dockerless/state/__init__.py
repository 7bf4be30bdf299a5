"""Saves everything that a LocalStack holds, and loads it when the next one starts. `DOCKERLESS_STATE` switches it on.

start.py         registers the parts below with LocalStack
save.py          saves a generation: at the end, on request, and every few minutes
load.py          loads the current generation before LocalStack answers its first request
endpoint.py      answers `/_dockerless/state`
registries.py    lets a service declare what it holds beside LocalStack's stores (`services/<service>/saved.py`)
saved.py         declares the launcher's session, and `addresses.py` the ports that a state knows
containers.py    finds LocalStack's stores and moto's backends
pickling.py      turns values that refer to them into bytes, and `unpickling.py` turns these into values
  reductions.py    writes what Python's pickle cannot bring back, such as locks
addresses.py     knows the ports of the present LocalStack
relocation.py    rewrites the addresses in a state that another port has saved
gate.py          lets a saver wait for changes and changes wait for a saver
hold_calls.py    puts the gate into LocalStack's request chain
generations.py   is the folder on disk: a generation counts once it is whole
saved.py         declares the session
fingerprint.py   tells which programs have saved a state

The folder holds secrets and is Python's pickle: only its owner may read or write it.
"""
