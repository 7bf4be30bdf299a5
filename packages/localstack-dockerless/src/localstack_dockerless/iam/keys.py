"""Lists the actions of KMS that services use in the name of their caller."""

DECRYPT, GENERATE = "kms:Decrypt", "kms:GenerateDataKey"
