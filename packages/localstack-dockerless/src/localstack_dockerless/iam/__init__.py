"""Enforces IAM as AWS does: it evaluates every call of a role or a service against the policies in IAM.

`IAM_ENFORCEMENT=off|report|on`: `off` evaluates nothing. `report` evaluates and records every call. `on` also denies
a call that no policy allows, with AWS's own error.

    hook.py              has the handlers of LocalStack's request chain
      callers.py           finds the principal: principals.py, sessions.py
      registry.py          finds the actions and resources that the call needs (needs.py)
        services/            has the tables of services without a folder of their own; rules.py makes their rules
      encryption.py        finds what the call needs of the resource's KMS key (keys.py)
      authorization.py     decides and records one need
        stores.py            reads the policies from the stores of LocalStack and moto
        evaluation.py        decides: explicit Deny, then Allow; documents.py, patterns.py, conditions.py
        record.py            keeps the decision
      errors.py            words the denial as the service does
    service_checks.py    checks the role that a service is given; role_clients.py acts as that role
    acting.py            keeps the resource for which a service assumes a role
    endpoints.py         shows report.py at `/_emulator/iam/report`
    saved.py             declares sessions and record to the saved state
    mode.py              reads `IAM_ENFORCEMENT`
"""
