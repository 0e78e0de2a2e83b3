#!/bin/sh
# One run of the pipeline. What it needs: read access to the stack's state, and to ECR the permissions that
# `pulumi-ecr drift --permissions` prints. It writes nothing but its reports. Exit codes: 0 in sync, 1 error, 2 drift,
# 3 something could not be read.
set -u
pulumi stack export --stack "${STACK:-dev}" --file export.json || exit 1
pulumi-ecr drift --file export.json --baseline baseline.json \
  --output json=drift.json --output markdown=drift.md --output html=drift.html \
  --output sarif=drift.sarif --output junit=drift.xml --output prometheus=drift.prom
