# Each file of the folder `queries` is a saved query. The lines of its first comment explain it.
locals {
  queries = { for file in fileset("${path.module}/queries", "*.sql") : trimsuffix(file, ".sql") => file }
}

resource "aws_athena_named_query" "this" {
  for_each = local.queries

  name        = each.key
  description = join(" ", regexall("-- ([^\n]*)\n", file("${path.module}/queries/${each.value}"))[*][0])
  workgroup   = aws_athena_workgroup.this.name
  database    = aws_glue_catalog_database.this.name
  query       = templatefile("${path.module}/queries/${each.value}", { time_zone = var.time_zone })
}
