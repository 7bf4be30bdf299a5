"""IAM as AWS enforces it: every call of a role or of a service is evaluated against the policies that are in IAM.

`IAM_ENFORCEMENT=off|report|on`: nothing is evaluated; everything is evaluated and recorded; and what no policy
allows is denied, with AWS's own error. `hook.py` is where a call comes in; read on from there.
"""
