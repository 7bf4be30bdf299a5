"""Keeps resources of S3, DynamoDB, Secrets Manager, Systems Manager, KMS and ECR."""

from collections.abc import Iterator

from dockerless_testing.emulator import REGION, Emulator

PART = b"p" * (5 * 2**20)


def s3(emulator: Emulator) -> Iterator[None]:
    """Keeps objects with their versions, and an upload in parts that continues."""
    s3 = emulator.client("s3")
    s3.create_bucket(Bucket="kept-bucket", CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_bucket_versioning(Bucket="kept-bucket", VersioningConfiguration={"Status": "Enabled"})
    first = s3.put_object(Bucket="kept-bucket", Key="a/b", Body=b"first")["VersionId"]
    s3.put_object(Bucket="kept-bucket", Key="a/b", Body=b"second", Metadata={"m": "1"})
    s3.put_object(Bucket="kept-bucket", Key="large", Body=PART)
    upload = {"Bucket": "kept-bucket", "Key": "parts"}
    upload["UploadId"] = s3.create_multipart_upload(**upload)["UploadId"]
    parts = [s3.upload_part(**upload, PartNumber=1, Body=PART)["ETag"]]
    yield
    newest = s3.get_object(Bucket="kept-bucket", Key="a/b")
    assert (newest["Body"].read(), newest["Metadata"]) == (b"second", {"m": "1"})
    assert s3.get_object(Bucket="kept-bucket", Key="a/b", VersionId=first)["Body"].read() == b"first"
    assert s3.get_object(Bucket="kept-bucket", Key="large", Range="bytes=10-12")["Body"].read() == b"ppp"
    parts.append(s3.upload_part(**upload, PartNumber=2, Body=b"end")["ETag"])
    listed = [{"PartNumber": number, "ETag": tag} for number, tag in enumerate(parts, start=1)]
    s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": listed})
    assert s3.get_object(Bucket="kept-bucket", Key="parts")["Body"].read() == PART + b"end"
    s3.put_object(Bucket="kept-bucket", Key="a/b", Body=b"third")
    assert s3.get_object(Bucket="kept-bucket", Key="a/b", VersionId=first)["Body"].read() == b"first"


def dynamodb(emulator: Emulator) -> Iterator[None]:
    """Keeps a table with an index."""
    dynamodb = emulator.client("dynamodb")
    dynamodb.create_table(
        TableName="kept",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("id", "owner")],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by-owner",
                "KeySchema": [{"AttributeName": "owner", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    item = {"id": {"S": "1"}, "owner": {"S": "ana"}, "n": {"N": "1.5"}, "b": {"B": b"\0"}}
    dynamodb.put_item(TableName="kept", Item=item)
    yield
    found = dynamodb.query(
        TableName="kept",
        IndexName="by-owner",
        KeyConditionExpression="#o = :o",
        ExpressionAttributeNames={"#o": "owner"},
        ExpressionAttributeValues={":o": {"S": "ana"}},
    )["Items"]
    assert found == [item]
    changed = dynamodb.update_item(
        TableName="kept",
        Key={"id": {"S": "1"}},
        UpdateExpression="ADD n :one",
        ExpressionAttributeValues={":one": {"N": "1"}},
        ReturnValues="UPDATED_NEW",
    )
    assert changed["Attributes"]["n"] == {"N": "2.5"}


def secretsmanager(emulator: Emulator) -> Iterator[None]:
    """Keeps a secret with two versions."""
    secrets = emulator.client("secretsmanager")
    secrets.create_secret(Name="kept", SecretString="one")
    secrets.put_secret_value(SecretId="kept", SecretString="two")
    yield
    assert secrets.get_secret_value(SecretId="kept")["SecretString"] == "two"
    assert secrets.get_secret_value(SecretId="kept", VersionStage="AWSPREVIOUS")["SecretString"] == "one"


def ssm(emulator: Emulator) -> Iterator[None]:
    """Keeps a parameter with its history."""
    ssm = emulator.client("ssm")
    ssm.put_parameter(Name="/kept", Value="one", Type="SecureString")
    ssm.put_parameter(Name="/kept", Value="two", Type="SecureString", Overwrite=True)
    yield
    assert ssm.get_parameter(Name="/kept", WithDecryption=True)["Parameter"]["Value"] == "two"
    assert [each["Version"] for each in ssm.get_parameter_history(Name="/kept")["Parameters"]] == [1, 2]


def kms(emulator: Emulator) -> Iterator[None]:
    """Decrypts a text that was encrypted before the restart."""
    kms = emulator.client("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName="alias/kept", TargetKeyId=key)
    cipher = kms.encrypt(KeyId="alias/kept", Plaintext=b"text")["CiphertextBlob"]
    yield
    assert kms.decrypt(CiphertextBlob=cipher, KeyId="alias/kept")["Plaintext"] == b"text"


def ecr(emulator: Emulator) -> Iterator[None]:
    """Keeps a repository."""
    ecr = emulator.client("ecr")
    ecr.create_repository(repositoryName="kept", tags=[{"Key": "k", "Value": "v"}])
    yield
    (found,) = ecr.describe_repositories(repositoryNames=["kept"])["repositories"]
    assert ecr.list_tags_for_resource(resourceArn=found["repositoryArn"])["tags"] == [{"Key": "k", "Value": "v"}]
