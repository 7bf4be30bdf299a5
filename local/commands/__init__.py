"""Each module is a `make` command or another command of this clone. `local/front/commands.py` has the table.

demo, seed, pipeline, alarms              `make demo`, `make seed`, `make pipeline`, `make alarms`
demo_meters, demo_late, verdict           parts of the demo: what a meter can send, a late correction, what was promised
customer_key, redrive, published          `make customer-key`, `make redrive`, `make published`: an operator's commands
iam_report, psql                          `make iam-report`, `make psql`
aws_environment, awslocal                 `make env`, `make shell`, `awslocal`: AWS clients that reach this stack only
testing, suites                           `make test` and its parts, in lanes side by side
audit, lock                               `make audit`, `make lock`
package, push                             `make package`, `make push`: the build for AWS (`artifacts/`)
openapi, secret_scan                      `docs/openapi.json`, and the scan for secrets that `make check` runs
console                                   the colours and boxes that the commands print with
"""
