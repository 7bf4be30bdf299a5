"""Applies Terraform projects of other people to a bare LocalStack with this package, and reports what works.

__main__.py     is the command; `python -m foreign_projects --help`, in a shell with `PYTHONPATH=src:tests`
projects.toml   lists the projects, their versions, and what is left out of each by name
project.py      reads that list
prepare.py      copies a project from a clone and adapts it
  hcl.py          edits Terraform's language: removes blocks, replaces providers that are not there
run.py          plans, applies, plans again, checks at run time and destroys
terraform.py    runs Terraform
checks.py       tries at run time what a project is for
report.py       writes `docs/foreign-projects.md`

No code of these projects is in this repository. `--clones` names a folder with a clone of each one.
"""
