"""`python -m bench.detection` measures which planted faults the checks find, and how many false alarms they raise.

| module | holds |
|---|---|
| `series.py` | a subject: a customer with the values of its days |
| `real_days.py` | reads real subjects from a folder of CSV files, in the format of `seed/data` |
| `synthetic.py` | makes subjects from standard load profiles (`profiles/`), with seeded noise |
| `faults.py` | the faults. Each fault changes days of a subject |
| `judging.py` | judges days by the pipeline's own code, from files to files |
| `power.py` | judges the clean days and each fault, and counts |
| `document.py` | writes the counts as `docs/detection.md`, and says which of `limits.toml` they miss |
"""
