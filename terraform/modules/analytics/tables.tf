# columns.json is made from the tables of columns in the functions' code: `python -m local.commands.catalogue`.
# The partitions are projected. So no crawler runs, and the objects of a new day are there at once.
# https://docs.aws.amazon.com/athena/latest/ug/partition-projection.html
locals {
  tables = jsondecode(file("${path.module}/columns.json"))
}

resource "aws_glue_catalog_table" "this" {
  for_each = local.tables

  name          = each.key
  description   = each.value.description
  database_name = aws_glue_catalog_database.this.name
  table_type    = "EXTERNAL_TABLE"

  parameters = {
    EXTERNAL                    = "TRUE"
    classification              = "parquet"
    "projection.enabled"        = "true"
    "projection.date.type"      = "date"
    "projection.date.format"    = "yyyy-MM-dd"
    "projection.date.range"     = "NOW-${var.retention_days}DAYS,NOW"
    "storage.location.template" = "s3://${var.enriched_bucket.name}/${each.value.prefix}date=$${date}/"
  }

  partition_keys {
    name    = "date"
    type    = "date"
    comment = "The local day"
  }

  storage_descriptor {
    location      = "s3://${var.enriched_bucket.name}/${each.value.prefix}"
    input_format  = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat"
    output_format = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat"

    ser_de_info {
      serialization_library = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"
    }

    dynamic "columns" {
      for_each = each.value.columns

      content {
        name = columns.value.name
        type = columns.value.type
      }
    }
  }
}
