#!/bin/sh
# Reviews the policies that HEAD changes against a branch: review.sh origin/main
# Exits with 0 for nothing in the way, 2 for blocked, 3 for not decided, 1 for an error.
set -eu
base="${1:?give the branch that the change goes to}"
exec npx --yes pulumi-ecr review --base "$base" --head "$(git rev-parse HEAD)" \
  --output json=review.json --output junit=review.xml --output sarif=review.sarif --output html=review.html
