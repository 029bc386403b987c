#!/usr/bin/env bash
# The driver of buckets, and images in them by way of the API, against a real S3 server, which is built from its module and
# keeps its data in a directory of its own.
set -euo pipefail
cd "$(dirname "$0")/.."

server=github.com/versity/versitygw/cmd/versitygw@v1.8.0
port=${FAUXSTACK_S3_PORT:-18670}

work=$(mktemp -d)
pid=
cleanup() {
	trap - EXIT
	[ -z "$pid" ] || { kill "$pid" && wait "$pid" || true; } 2>/dev/null
	rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 1' INT TERM

GOBIN=$work go install "$server"
mkdir -p "$work/data/images"
export AWS_ACCESS_KEY_ID=access AWS_SECRET_ACCESS_KEY=not-a-secret
ROOT_ACCESS_KEY=$AWS_ACCESS_KEY_ID ROOT_SECRET_KEY=$AWS_SECRET_ACCESS_KEY \
	"$work/versitygw" --port "127.0.0.1:$port" posix "$work/data" >"$work/log" 2>&1 &
pid=$!
for _ in $(seq 100); do
	(exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && break
	kill -0 $pid 2>/dev/null || { cat "$work/log" >&2; exit 1; }
	sleep 0.1
done
FAUXSTACK_S3="s3://images?endpoint=http://127.0.0.1:$port&region=us-east-1&use_path_style=true" \
	go test -count=1 -run "S3|TestServeWithABucket" ./emulator/glance/stores/cloudblob ./cmd/fauxstack
