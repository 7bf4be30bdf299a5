"""The objects of S3: the saved state holds which blob is which object."""

from localstack_dockerless.services.s3.blobs import STORE
from localstack_dockerless.state.registries import keep, keep_files

if STORE:
    keep("s3", "objects", STORE.index, STORE.load)
    keep_files(STORE)
