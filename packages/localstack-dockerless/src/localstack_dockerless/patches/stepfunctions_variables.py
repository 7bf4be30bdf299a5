"""A state in the query language JSONPath reads a workflow variable without Java.

`$name` is the variable, and a path after the name selects a part of its value, as in `$name.items[0]`. A variable
without a value, or a path that finds nothing, fails the execution as any path does. A string with quotation marks is
kept as it is.
"""

import copy
import json
import re
from typing import Any

from localstack_dockerless.patches.patch import Patch

PATCH = Patch(
    why="LocalStack gives each reference to a variable to its JSONata engine, which needs Java 21 and libraries from "
    "the internet. Without them the execution fails after 10 s. A string literal keeps the backslashes of its JSON.",
    source="https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html",
    when="stepfunctions",
)

# ruff: noqa: PLC0415 -- LocalStack's Step Functions takes 3 s to import

_REFERENCE = re.compile(r"\$(?P<name>\w+)(?P<path>.*)", re.DOTALL)


@PATCH.wraps(
    "localstack.services.stepfunctions.asl.component.common.string.string_expression:StringVariableSample._eval_body"
)
def eval_body(original: Any, self: Any, env: Any) -> None:
    from localstack.services.stepfunctions.asl.component.common.query_language import QueryLanguageMode
    from localstack.services.stepfunctions.asl.eval.variable_store import NoSuchVariable
    from localstack.services.stepfunctions.asl.utils.json_path import NoSuchJsonPathError, extract_json

    reference = _REFERENCE.fullmatch(self.expression)
    if self.query_language_mode != QueryLanguageMode.JSONPath or reference is None:
        original(self, env)
        return
    try:
        value = env.variable_store.get(reference["name"])
    except NoSuchVariable as error:
        raise NoSuchJsonPathError(self.expression, {}) from error
    env.stack.append(copy.deepcopy(extract_json(f"${reference['path']}", value) if reference["path"] else value))


@PATCH.wraps(
    "localstack.services.stepfunctions.asl.parse.preprocessor:"
    "Preprocessor.visitAssign_template_value_terminal_string_literal"
)
def visit_string_literal(original: Any, self: Any, context: Any) -> Any:
    literal = original(self, context)
    literal.value = json.loads(f'"{literal.value}"', strict=False)
    return literal


@PATCH.wraps("localstack.services.stepfunctions.asl.eval.variable_store:VariableStore.get_assigned_variables")
def get_assigned_variables(_original: Any, self: Any) -> dict[str, str]:
    """Returns each variable's value as JSON, for the history."""
    return {name: _as_json(self.get(name)) for name in self._declaration_tracing}


def _as_json(value: Any) -> str:
    return json.dumps(value, default=str, ensure_ascii=False, separators=(",", ":"))
