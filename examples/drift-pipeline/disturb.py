"""What may happen to a registry from outside, one function each; `python disturb.py NAME` does it. The endpoint comes from AWS_ENDPOINT_URL_ECR."""

import json
import sys

import boto3

ecr = boto3.client("ecr")
api = "team/api"


def arn(name):
    return ecr.describe_repositories(repositoryNames=[name])["repositories"][0]["repositoryArn"]


def pull(*accounts):
    return {
        "Sid": "pull",
        "Effect": "Allow",
        "Principal": {"AWS": list(accounts)},
        "Action": ["ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"],
    }


def set_policy(*statements):
    text = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
    ecr.set_repository_policy(repositoryName=api, policyText=text)


def let_somebody_in():
    set_policy(pull("111111111111", "222222222222", "999999999999"))


def shut_somebody_out():
    set_policy(pull("111111111111"))


def keep_less():
    rule = {
        "rulePriority": 1,
        "description": "keep fifty untagged images",
        "selection": {"tagStatus": "untagged", "countType": "imageCountMoreThan", "countNumber": 5},
        "action": {"type": "expire"},
    }
    ecr.put_lifecycle_policy(repositoryName=api, lifecyclePolicyText=json.dumps({"rules": [rule]}))


def delete_lifecycle_policy():
    ecr.delete_lifecycle_policy(repositoryName="team/worker")


def make_tags_mutable():
    ecr.put_image_tag_mutability(repositoryName=api, imageTagMutability="MUTABLE")


def stop_scanning():
    ecr.put_image_scanning_configuration(repositoryName=api, imageScanningConfiguration={"scanOnPush": False})


def change_a_tag():
    ecr.tag_resource(resourceArn=arn(api), tags=[{"Key": "stage", "Value": "test"}])


def take_a_tag_away():
    ecr.untag_resource(resourceArn=arn("team/worker"), tagKeys=["team"])


def replicate_elsewhere():
    rules = [{"destinations": [{"region": "ap-south-1", "registryId": "333333333333"}]}]
    ecr.put_replication_configuration(replicationConfiguration={"rules": rules})


def open_the_registry():
    statement = {
        "Sid": "replicate",
        "Effect": "Allow",
        "Principal": {"AWS": ["arn:aws:iam::111111111111:root", "arn:aws:iam::333333333333:root"]},
        "Action": "ecr:ReplicateImage",
        "Resource": "*",
    }
    ecr.put_registry_policy(policyText=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))


def delete_the_cache_rule():
    ecr.delete_pull_through_cache_rule(ecrRepositoryPrefix="mirror")


def make_a_repository():
    ecr.create_repository(repositoryName="somebody/else")


# What is no drift.


def reorder_the_policy():
    set_policy(pull("arn:aws:iam::222222222222:root", "111111111111"))


def try_something_out():
    ecr.create_repository(repositoryName="sandbox/try")


def make_a_function():
    lambda_statement = {
        "Sid": "LambdaECRImageRetrievalPolicy",
        "Effect": "Allow",
        "Principal": {"Service": "lambda.amazonaws.com"},
        "Action": ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
    }
    set_policy(pull("111111111111", "222222222222"), lambda_statement)


for name in sys.argv[1:]:
    globals()[name]()
