"""Edits Terraform's language as text, as far as the projects need it."""

import re

BLOCK = re.compile(r'^(resource|data|module|output|provider)\s+"([\w-]+)"(?:\s+"([\w-]+)")?\s*\{', re.MULTILINE)
PRESENT = "aws"
"""The only provider of the mirror. Terraform itself has `terraform_data`."""


def blocks(text: str) -> list[tuple[str, str, str, int, int]]:
    """Returns the top-level blocks: their kind, type, name, start and end."""
    found = []
    for match in BLOCK.finditer(text):
        kind, first, second = match.groups()
        found.append((kind, first, second or "", match.start(), _end(text, match.end())))
    return found


def _end(text: str, start: int) -> int:
    depth, place = 1, start
    while depth:
        brace = re.compile(r"[{}]|#[^\n]*").search(text, place)
        assert brace, "a block has no end"
        depth += {"{": 1, "}": -1}.get(brace[0], 0)
        place = brace.end()
    return place


def without(text: str, beginnings: tuple[str, ...]) -> str:
    """Removes the blocks whose `type.name`, `module.<name>` or `output.<name>` begins with one of `beginnings`."""
    for kind, first, second, start, end in reversed(blocks(text)):
        name = f"{first}.{second}" if kind in ("resource", "data") else f"{kind}.{first}"
        if beginnings and name.startswith(beginnings):
            text = text[:start] + text[end:]
    return text


def without_attributes(text: str, names: tuple[str, ...]) -> str:
    """Removes the attributes and inner blocks with these names, wherever they are, with their whole values."""
    for name in names:
        start = re.compile(rf"^[ \t]*{re.escape(name)}[ \t]*(?:=[ \t]*|(?=\{{))", re.MULTILINE)
        while found := start.search(text):
            text = text[: found.start()] + text[_end_of_value(text, found.end()) :]
    return text


def _end_of_value(text: str, start: int) -> int:
    """Returns the end of the line on which every bracket of the value is closed."""
    depth = 0
    for place in range(start, len(text)):
        depth += (text[place] in "{[(") - (text[place] in "}])")
        if text[place] == "\n" and depth <= 0:
            return place + 1
    return len(text)


def local_modules(text: str, paths: dict[str, str]) -> str:
    """Replaces modules of the registry by local folders. `paths` maps `vpc` to its folder."""

    def replaced(match: re.Match[str]) -> str:
        name, _, inner = match[1].partition("/aws")
        return f'source = "{paths[name]}{inner.replace("//", "/")}"'

    source = re.compile(
        r'source\s*=\s*"terraform-aws-modules/([\w-]+/aws(?://[\w/-]+)?)"(?:\s*\n\s*version\s*=\s*"[^"]*")?'
    )
    return source.sub(replaced, text)


def used_modules(text: str) -> set[str]:
    return set(re.findall(r'source\s*=\s*"terraform-aws-modules/([\w-]+)/aws', text))


def only_aws(text: str) -> str:
    """Replaces the providers that are not there: `null` by `terraform_data`, random texts by constant ones."""
    text = re.sub(r"\n\s*(?:null|random|archive|external|local|tls|docker|time)\s*=\s*\{[^}]*\}", "", text)
    for _, first, name, start, end in reversed(blocks(text)):
        if first == "null_resource":
            body = re.sub(r"^(\s+)triggers(\s*)=", r"\1triggers_replace\2=", text[start:end], flags=re.MULTILINE)
            head = f'resource "terraform_data" "{name}"'
            text = text[:start] + head + body[body.index("{") - 1 :] + text[end:]
    text = re.sub(r"(?<![\w.])null_resource\.", "terraform_data.", text)
    for kind, attribute in (("random_pet", "id"), ("random_string", "result"), ("random_password", "result")):
        text = _constants(text, kind, attribute)
    return text


def _constants(text: str, kind: str, attribute: str) -> str:
    for _, first, name, start, end in reversed(blocks(text)):
        if first == kind:
            value = f"{kind.replace('_', '-')}-{name}-0123456789"
            text = text[:start] + f'resource "terraform_data" "{kind}_{name}" {{\n  input = "{value}"\n}}' + text[end:]
    return re.sub(rf"(?<![\w.]){kind}\.(\w+)\.{attribute}", rf"terraform_data.{kind}_\1.output", text)


def archives(text: str) -> tuple[str, list[tuple[str, str]]]:
    """Replaces `archive_file` by the zip of its folder. Returns the text, and (path of the zip, folder) of each."""
    zips = []
    for kind, first, name, start, end in reversed(blocks(text)):
        if (kind, first) == ("data", "archive_file"):
            body = text[start:end]
            path, folder = (re.search(rf'{key}\s*=\s*"([^"]+)"', body)[1] for key in ("output_path", "source_dir"))  # type: ignore[index]
            zips.append((path, folder))
            values = f'output_path = "{path}", output_base64sha256 = filebase64sha256("{path}")'
            text = text[:start] + f"locals {{\n  archive_{name} = {{ {values} }}\n}}" + text[end:]
    return re.sub(r"data\.archive_file\.(\w+)", r"local.archive_\1", text), zips
