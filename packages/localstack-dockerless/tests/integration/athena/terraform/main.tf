# A catalogue with projected partitions, a workgroup and a saved query, as a test applies them. The settings that a real
# module has: encryption, a scan limit, tags, and a column of a nested type.

terraform {
  required_version = ">= 1.5"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "5.100.0"
    }
  }
}

variable "name" {
  type        = string
  description = "Prefix of every name."
}

variable "description" {
  type        = string
  description = "Description of the table, which a second apply changes."
}

provider "aws" {
  s3_use_path_style = true

  default_tags {
    tags = { project = "example" }
  }
}

resource "aws_s3_bucket" "results" {
  bucket        = "${var.name}-results"
  force_destroy = true
}

resource "aws_glue_catalog_database" "this" {
  name         = "${var.name}_energy"
  description  = "Readings"
  location_uri = "s3://${aws_s3_bucket.results.bucket}/tables/"
  parameters   = { owner = "example" }
}

resource "aws_glue_catalog_table" "readings" {
  name          = "readings"
  database_name = aws_glue_catalog_database.this.name
  description   = var.description
  table_type    = "EXTERNAL_TABLE"

  parameters = {
    EXTERNAL                    = "TRUE"
    classification              = "parquet"
    "projection.enabled"        = "true"
    "projection.date.type"      = "date"
    "projection.date.format"    = "yyyy-MM-dd"
    "projection.date.range"     = "2024-01-01,NOW"
    "storage.location.template" = "s3://${aws_s3_bucket.results.bucket}/tables/date=$${date}/"
  }

  partition_keys {
    name    = "date"
    type    = "date"
    comment = "The local day"
  }

  storage_descriptor {
    location      = "s3://${aws_s3_bucket.results.bucket}/tables/"
    input_format  = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat"
    output_format = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat"

    ser_de_info {
      name                  = "parquet"
      serialization_library = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"
      parameters            = { "serialization.format" = "1" }
    }

    columns {
      name = "number"
      type = "string"
    }

    columns {
      name    = "findings"
      type    = "array<struct<code:string,severity:string>>"
      comment = "What the checks found"
    }
  }
}

resource "aws_glue_partition" "first" {
  database_name    = aws_glue_catalog_database.this.name
  table_name       = aws_glue_catalog_table.readings.name
  partition_values = ["2024-01-01"]

  storage_descriptor {
    location = "s3://${aws_s3_bucket.results.bucket}/tables/date=2024-01-01/"
  }
}

resource "aws_athena_workgroup" "this" {
  name          = var.name
  description   = "Analysts"
  force_destroy = true

  configuration {
    enforce_workgroup_configuration    = true
    publish_cloudwatch_metrics_enabled = false
    bytes_scanned_cutoff_per_query     = 20000000

    result_configuration {
      output_location = "s3://${aws_s3_bucket.results.bucket}/results/"

      encryption_configuration {
        encryption_option = "SSE_S3"
      }
    }
  }
}

resource "aws_athena_named_query" "count" {
  name        = "count"
  description = "Counts the readings"
  workgroup   = aws_athena_workgroup.this.name
  database    = aws_glue_catalog_database.this.name
  query       = "SELECT count(*) FROM readings WHERE date = DATE '2024-01-01'"
}

output "query" {
  description = "Id of the saved query."
  value       = aws_athena_named_query.count.id
}
