"""This folder holds the tasks of an operator, on AWS (`--outputs`) and on the laptop.

customers             the command that creates, imports, changes, deactivates and exports customers
customer_table        customers in the table `customers`, written conditionally
customer_texts        a customer as texts, in CSV and on the command line
customer_import       the import of a CSV file, line by line
customer_files        files with the exported customers, and with the keys of new customers
target                the deployment that a command changes, which its user names
customer_key          the command that gives out, rotates and revokes a customer's API keys
customer_keys         the keys in the table `customers`
run_day               the command that runs the pipeline for a day or several days
days                  the days that can be run
published             the command that lists, verifies and fetches the publications of a day
report                the command that fetches the report of a day, or makes the one of a month
report_writer         a report in the reader's language, stored or made of the summary
month_report          the report of a month, out of the summaries of its days
pdf                   makes a PDF of a report
whatif                the command that replays published days with other parameters of the checks
whatif_report         what other parameters would change, and how it is printed
candidate_checks      reads other parameters from a TOML file
explain               the command that explains an alarm and says whether it still holds
explanation           what explains an alarm, and how it is printed
judged_days           judges published days again, out of the objects of their publications
preflight             the command that checks an account before an apply and a deployment after it
preflight_account     its checks of the account and the region
preflight_deployment  its checks of the image, the functions' boto3 and the mails
preflight_files       its checks of the values and of the Lambda packages
preflight_lines       its lines: ok, a problem with what to do, or not checked
smoke                 the command that tries a deployment through its public API, with a customer of its own
tfvars                reads the values of a tfvars file
query                 the command that queries the published days in SQL, through Athena
query_run             runs queries to their end, and finds saved queries
query_formats         writes the result of a query as a table, CSV or JSON
cost                  the package that computes the price of a month of a tfvars file
redrive               the command that re-queues dead letters
versions              the command that deletes the versions of functions that nothing needs
execution_history     the states of an execution of the pipeline, out of its history
mailbox               the e-mails that a local stack has sent
outputs               reads Terraform's outputs
"""
