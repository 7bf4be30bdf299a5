"""Declares S3's objects to the saved state, which holds the blob of each object."""

from localstack_dockerless.services.s3.blobs import STORE
from localstack_dockerless.state.registries import keep, keep_files

if STORE:
    keep("s3", "objects", STORE.index, STORE.load)
    keep_files(STORE)
