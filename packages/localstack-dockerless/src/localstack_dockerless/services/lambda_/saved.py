"""The unpacked code of functions stays in the folder of the saved state. What no function uses any more is removed.

Functions themselves are in LocalStack's stores and S3. Their environments start when they are invoked.
"""

from localstack_dockerless.services.lambda_.versions import code_store
from localstack_dockerless.state.load import when_ready
from localstack_dockerless.state.registries import keep

keep("lambda", "code", lambda: None, lambda _saved: when_ready(code_store().remove_unused))
