"""The build makes the parts that AWS and the laptop share: Python environments, Lambda zips, the service's image.

packages, imports                 the Lambda zips and their manifests, and the files that go into them
releases                          the packages and the image of each release, by its name
image                             the service's image, and its way to ECR
environments, pip_progress        the Python environments from the lock files
user_shell, pip_settings          the variables of the user's shell that reach a program
tfvars                            single values of `terraform/environments/*.tfvars`
locks, paths, progress, errors    the parts that the build and the launcher share

The build imports neither the launcher nor a command. `environments` and its imports need only the standard library.
"""
