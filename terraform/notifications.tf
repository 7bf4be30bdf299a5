module "notifications" {
  source = "./modules/notifications"

  name        = var.name
  region      = var.region
  account_id  = data.aws_caller_identity.current.account_id
  kms_key_arn = module.encryption.key_arn
  admin_email = var.admin_email
}

# The notifier is there when `customer_notifications` names a way. With "none" the alarm queue is left to a consumer of
# the utility's own (docs/consumers.md).
module "notifier" {
  source   = "./modules/notifier"
  for_each = setsubtract([var.customer_notifications], ["none"])

  name                = var.name
  package             = "${local.packages_dir}/notifier.zip"
  architecture        = var.cpu_architecture
  queue               = module.publisher.queue
  mail_from           = var.customer_mail_from
  time_zone           = var.time_zone
  kms_key_arn         = module.encryption.key_arn
  deletion_protection = var.deletion_protection
  log_retention_days  = var.log_retention_days
  watching            = local.watching
}
