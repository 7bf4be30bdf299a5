"""Each module is a `make` command or another command of this clone. `local/front/commands.py` has the table.

demo, seed, pipeline                      `make demo`, `make seed`, `make pipeline`
alarms, messages                          `make alarms`, `make messages`
demo_meters, demo_late, verdict           parts of the demo: what a meter can send, a late correction, what was promised
customers, customer_key, redrive          `make customers`, `make customer-key`, `make redrive`: an operator's commands
published, report                         `make published`, `make report`: published days and their reports
whatif, explain                           `make whatif`, `make explain`: published days judged again
iam_report, psql, preflight               `make iam-report`, `make psql`, `make preflight`
query                                     `make query`: the published days in SQL
aws_environment, awslocal                 `make env`, `make shell`, `awslocal`: AWS clients that reach this stack only
testing, suites                           `make test` and its parts, in lanes side by side
drill, rehearse                           `make drill`, `make rehearse`: what may happen on AWS (`local/rehearsal`)
audit, lock                               `make audit`, `make lock`
package, push, sbom                       `make package`, `make push`, `make sbom`: the build for AWS (`artifacts/`)
smoke                                     `make smoke`: the stack, as a customer's program sees it
openapi, checks                           `docs/openapi.json` and `docs/checks.md`, which are written from the code
catalogue                                 the columns of the catalogue's tables for Terraform, written from the code
secret_scan                               the scan for secrets that `make check` runs
console                                   the colours and boxes that the commands print with
"""
