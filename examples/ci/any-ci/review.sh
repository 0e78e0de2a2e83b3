#!/bin/sh
# Reviews what merging HEAD into a branch does: review.sh origin/main FOLDER, run in a clone with the history of both.
# FOLDER is outside of the clone and has the package.json and package-lock.json of ../tool, which pin pulumi-ecr.
# Exits with 0 for passed, 2 for blocked, 3 for incomplete, 1 for an error. Keep this script outside of the clone as well.
set -euf
unset CDPATH
fail() {
  echo "review.sh: $1" >&2
  exit 1
}
branch="${1:?give the branch that the change goes to, such as origin/main}"
tool="$(cd "${2:?give the folder that pins pulumi-ecr}" && pwd -P)" || fail "there is no folder $2"

clone="$(pwd -P)"
while [ ! -e "$clone/.git" ]; do
  [ -n "$clone" ] || fail "run it in a clone"
  clone="${clone%/*}"
done
case "$tool/" in "$clone"/*) fail "$tool is in the clone, so that a pull request could change it; copy it elsewhere" ;; esac

# Programs are looked for outside of the clone only: neither in relative folders nor in those of the clone.
outside=""
IFS=:
for folder in $PATH; do
  case "$folder" in /*) ;; *) continue ;; esac
  real="$(cd "$folder" 2>/dev/null && pwd -P)" || continue
  case "$real/" in "$clone"/*) continue ;; esac
  outside="${outside:+$outside:}$folder"
done
unset IFS
export PATH="$outside"

(cd "$tool" && npm ci --ignore-scripts --no-audit --no-fund >&2) || fail "pulumi-ecr could not be installed"
exec "$tool/node_modules/.bin/pulumi-ecr" review --repo "$clone" --base "$branch" --head HEAD \
  --output json=review.json --output junit=review.xml --output sarif=review.sarif --output html=review.html
