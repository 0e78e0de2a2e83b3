"""Drives an ECR endpoint through boto3: argv[1] is its URL. Prints what was called and what came back, as JSON.

The operations, paginators and waiters are those of boto3's ECR client of 2021.
"""

import base64
import hashlib
import json
import sys
import urllib.request

import boto3

url = sys.argv[1]
ecr = boto3.client(
    "ecr", region_name="us-east-1", endpoint_url=url, aws_access_key_id="test", aws_secret_access_key="test"
)
methods = {operation: method for method, operation in ecr.meta.method_to_api_mapping.items()}
called, paged, waited, facts = set(), {}, {}, {}
ecr.meta.events.register("before-call.ecr", lambda model, **_: called.add(methods[model.name]))


def control(path, body):
    data = json.dumps(body).encode()
    urllib.request.urlopen(urllib.request.Request(f"{url}/_emulator/{path}", data=data, method="POST")).read()


def sha256(content):
    return "sha256:" + hashlib.sha256(content).hexdigest()


def push_layer(repository, content):
    upload = ecr.initiate_layer_upload(repositoryName=repository)["uploadId"]
    ecr.upload_layer_part(
        repositoryName=repository, uploadId=upload, partFirstByte=0, partLastByte=len(content) - 1, layerPartBlob=content
    )
    return ecr.complete_layer_upload(repositoryName=repository, uploadId=upload, layerDigests=[sha256(content)])[
        "layerDigest"
    ]


def push_image(repository, tag, label):
    config, layer = json.dumps({"label": label}).encode(), f"layer of {label}".encode()
    for content in (config, layer):
        push_layer(repository, content)
    manifest = json.dumps(
        {
            "schemaVersion": 2,
            "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "config": {
                "mediaType": "application/vnd.oci.image.config.v1+json",
                "digest": sha256(config),
                "size": len(config),
            },
            "layers": [
                {
                    "mediaType": "application/vnd.oci.image.layer.v1.tar+gzip",
                    "digest": sha256(layer),
                    "size": len(layer),
                }
            ],
        }
    )
    image = ecr.put_image(repositoryName=repository, imageManifest=manifest, imageTag=tag)["image"]
    return image["imageId"]["imageDigest"], sha256(layer), layer, manifest


def pages(name, member, size, **arguments):
    answers = list(ecr.get_paginator(name).paginate(PaginationConfig={"PageSize": size}, **arguments))
    paged[name] = [len(member(answer)) for answer in answers]


# Repositories, their settings and tags
for number in range(5):
    ecr.create_repository(repositoryName=f"team/r{number}", tags=[{"Key": "n", "Value": str(number)}])
pages("describe_repositories", lambda answer: answer["repositories"], 2)
arn = ecr.describe_repositories(repositoryNames=["team/r1"])["repositories"][0]["repositoryArn"]
ecr.tag_resource(resourceArn=arn, tags=[{"Key": "owner", "Value": "core"}])
ecr.untag_resource(resourceArn=arn, tagKeys=["n"])
facts["tags"] = ecr.list_tags_for_resource(resourceArn=arn)["tags"]
ecr.put_image_tag_mutability(repositoryName="team/r1", imageTagMutability="IMMUTABLE")
ecr.put_image_scanning_configuration(repositoryName="team/r1", imageScanningConfiguration={"scanOnPush": True})
described = ecr.describe_repositories(repositoryNames=["team/r1"])["repositories"][0]
facts["settings"] = [described["imageTagMutability"], described["imageScanningConfiguration"]["scanOnPush"]]

# Policies of a repository and of the registry
policy = json.dumps({"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "ecr:BatchGetImage"}]})
ecr.set_repository_policy(repositoryName="team/r1", policyText=policy)
facts["action"] = json.loads(ecr.get_repository_policy(repositoryName="team/r1")["policyText"])["Statement"][0]["Action"]
ecr.delete_repository_policy(repositoryName="team/r1")
try:
    ecr.get_repository_policy(repositoryName="team/r1")
except ecr.exceptions.RepositoryPolicyNotFoundException as error:
    facts["gone"] = error.response["Error"]["Code"]
registry_policy = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "in",
                "Effect": "Allow",
                "Principal": {"AWS": "111122223333"},
                "Action": ["ecr:ReplicateImage"],
                "Resource": "*",
            }
        ],
    }
)
ecr.put_registry_policy(policyText=registry_policy)
facts["registry policy"] = json.loads(ecr.get_registry_policy()["policyText"])["Statement"][0]["Principal"]["AWS"]
ecr.delete_registry_policy()
ecr.put_replication_configuration(
    replicationConfiguration={
        "rules": [
            {
                "destinations": [{"region": "eu-west-1", "registryId": "123456789012"}],
                "repositoryFilters": [{"filter": "team/r0", "filterType": "PREFIX_MATCH"}],
            }
        ]
    }
)
registry = ecr.describe_registry()
facts["registry"] = [registry["registryId"], len(registry["replicationConfiguration"]["rules"])]

# Layers and images
digest, layer_digest, layer, manifest = push_image("team/r0", "v0", "zero")
facts["layers"] = [
    entry["layerAvailability"]
    for entry in ecr.batch_check_layer_availability(
        repositoryName="team/r0", layerDigests=[layer_digest, sha256(b"another")]
    )["layers"]
]
download = ecr.get_download_url_for_layer(repositoryName="team/r0", layerDigest=layer_digest)["downloadUrl"]
facts["download"] = urllib.request.urlopen(download).read() == layer
facts["digest"] = digest == sha256(manifest.encode())
for number in range(1, 5):
    push_image("team/r0", f"v{number}", f"image {number}")
facts["manifest"] = (
    ecr.batch_get_image(repositoryName="team/r0", imageIds=[{"imageTag": "v0"}])["images"][0]["imageManifest"] == manifest
)
pages("list_images", lambda answer: answer["imageIds"], 2, repositoryName="team/r0")
pages("describe_images", lambda answer: answer["imageDetails"], 3, repositoryName="team/r0")
facts["sizes"] = all(detail["imageSizeInBytes"] > 0 for detail in ecr.describe_images(repositoryName="team/r0")["imageDetails"])
statuses = [
    ecr.describe_image_replication_status(repositoryName="team/r0", imageId={"imageTag": "v0"})["replicationStatuses"][0]
    for _ in range(2)
]
facts["replication"] = [status["status"] for status in statuses]
europe = boto3.client(
    "ecr", region_name="eu-west-1", endpoint_url=url, aws_access_key_id="test", aws_secret_access_key="test"
)
facts["replica"] = europe.describe_images(repositoryName="team/r0")["imageDetails"][0]["imageDigest"] == digest

# A scan with findings, awaited
severities = ["CRITICAL", "HIGH", "HIGH", "LOW", "INFORMATIONAL"]
control(
    "seed",
    {
        "scans": [
            {
                "repository": "team/r0",
                "findings": [
                    {
                        "name": f"CVE-2026-000{number}",
                        "uri": f"https://example.com/{number}",
                        "severity": severity,
                        "attributes": [{"key": "package_name", "value": "zlib"}],
                    }
                    for number, severity in enumerate(severities)
                ],
            }
        ]
    },
)
facts["scan"] = [
    ecr.start_image_scan(repositoryName="team/r0", imageId={"imageTag": "v0"})["imageScanStatus"]["status"]
]
ecr.get_waiter("image_scan_complete").wait(
    repositoryName="team/r0", imageId={"imageTag": "v0"}, WaiterConfig={"Delay": 0, "MaxAttempts": 5}
)
found = ecr.describe_image_scan_findings(repositoryName="team/r0", imageId={"imageTag": "v0"})
waited["image_scan_complete"] = found["imageScanStatus"]["status"]
facts["counts"] = found["imageScanFindings"]["findingSeverityCounts"]
pages(
    "describe_image_scan_findings",
    lambda answer: answer["imageScanFindings"]["findings"],
    2,
    repositoryName="team/r0",
    imageId={"imageTag": "v0"},
)

# A lifecycle policy, previewed and awaited
lifecycle = json.dumps(
    {
        "rules": [
            {
                "rulePriority": 1,
                "description": "keep one",
                "selection": {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 1},
                "action": {"type": "expire"},
            }
        ]
    }
)
ecr.put_lifecycle_policy(repositoryName="team/r0", lifecyclePolicyText=lifecycle)
facts["lifecycle"] = json.loads(ecr.get_lifecycle_policy(repositoryName="team/r0")["lifecyclePolicyText"]) == json.loads(
    lifecycle
)
facts["preview"] = ecr.start_lifecycle_policy_preview(repositoryName="team/r0")["status"]
ecr.get_waiter("lifecycle_policy_preview_complete").wait(
    repositoryName="team/r0", WaiterConfig={"Delay": 0, "MaxAttempts": 5}
)
preview = ecr.get_lifecycle_policy_preview(repositoryName="team/r0")
waited["lifecycle_policy_preview_complete"] = preview["status"]
facts["expiring"] = preview["summary"]["expiringImageTotalCount"]
pages("get_lifecycle_policy_preview", lambda answer: answer["previewResults"], 3, repositoryName="team/r0")
ecr.delete_lifecycle_policy(repositoryName="team/r0")

# The end of it
token = ecr.get_authorization_token()["authorizationData"][0]
facts["token"] = base64.b64decode(token["authorizationToken"]).decode().split(":")[0]
deleted = ecr.batch_delete_image(repositoryName="team/r0", imageIds=[{"imageTag": "v4"}, {"imageTag": "none"}])
facts["deleted"] = [deleted["imageIds"][0]["imageTag"], deleted["failures"][0]["failureCode"]]
try:
    ecr.delete_repository(repositoryName="team/r0")
except ecr.exceptions.RepositoryNotEmptyException as error:
    facts["not empty"] = error.response["Error"]["Code"]
for number in range(5):
    ecr.delete_repository(repositoryName=f"team/r{number}", force=True)
facts["left"] = ecr.describe_repositories()["repositories"]
print(json.dumps({"called": sorted(called), "pages": paged, "waiters": waited, "facts": facts}))
