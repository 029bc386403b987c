#!/usr/bin/env bash
# Drives the store workflow with the openstack command line against any cloud of a clouds.yaml, and checks every answer.
#
#   scripts/store_workflow.sh ADMIN_CLOUD
#
# The cloud needs Glance stores "fast" (the default) and "cheap", and a Cinder backend with 2 GiB to spare. What the
# script makes carries its process id in its name, and is removed again.
set -euo pipefail

cloud=${1:?usage: $0 ADMIN_CLOUD}
openstack=${OPENSTACK:-/usr/bin/openstack}
tag=workflow-$$
work=$(mktemp -d)
checks=0

os() { "$openstack" --os-cloud "$cloud" "$@"; }
fail() { echo "FAIL: $*" >&2; exit 1; }
check() { # check WHAT WANT GOT
	[ "$2" = "$3" ] || fail "$1: want '$2', got '$3'"
	checks=$((checks + 1))
	echo "ok: $1 ($3)"
}
contains() { # contains WHAT WANT TEXT
	case $3 in *"$2"*) ;; *) fail "$1: want '$2' in: $3" ;; esac
	checks=$((checks + 1))
	echo "ok: $1 ($2)"
}
# wait_for WANT COMMAND...: asks until the answer is WANT, two minutes at most.
wait_for() {
	local want=$1 got= deadline=$((SECONDS + 120))
	shift
	while got=$("$@") && [ "$got" != "$want" ]; do
		[ "$got" != error ] && [ $SECONDS -lt $deadline ] || fail "$*: want '$want', got '$got'"
	done
	[ "$got" = "$want" ] || fail "$*: no answer"
}
clean() {
	local store
	for store in cheap default; do
		os image delete "$tag-$store" || true
		os volume delete "$tag-$store" || true
	done
	for store in cheap default; do
		local deadline=$((SECONDS + 60))
		while os volume show "$tag-$store" && [ $SECONDS -lt $deadline ]; do :; done
		os volume type delete "$tag-$store" || true
	done
	os volume type delete "$tag-nowhere" || true
	rm -rf "$work"
} >/dev/null 2>&1
trap clean EXIT

# property NAME IMAGE: one of the properties that "image show" prints.
property() { os image show -f json -c properties "$2" | python3 -c 'import json,sys; print(json.load(sys.stdin)["properties"].get(sys.argv[1], ""))' "$1"; }

upload() { # upload NAME STORE: a volume of type NAME becomes an image, which has to lie in STORE
	local name=$tag-$1 store=$2
	os volume create --type "$name" --size 1 -f value -c id "$name" >/dev/null
	wait_for available os volume show -f value -c status "$name"
	os image create --volume "$name" "$name" -f value -c status >"$work/out"
	check "the volume of $1 is on its way" uploading "$(cat "$work/out")"
	wait_for active os image show -f value -c status "$name"
	wait_for available os volume show -f value -c status "$name"
	check "the image of $1 lies in" "$store" "$(property stores "$name")"
	check "the checksum of $1" cd573cfaace07e7949bc0c46028904ff "$(os image show -f value -c checksum "$name")"
	os image save --file "$work/image" "$name"
	check "the saved bytes of $1" cd573cfaace07e7949bc0c46028904ff "$(md5sum <"$work/image" | cut -d' ' -f1)"
	rm -f "$work/image"
}

token=$(os token issue -f value -c id)
[ -n "$token" ] || fail "no token"
contains "the catalogue has" image "$(os catalog list -f value -c Type)"

os volume type create --property image_service:store_id=cheap "$tag-cheap" -f value -c properties >"$work/out"
contains "the type keeps" "image_service:store_id" "$(cat "$work/out")"
upload cheap cheap

os volume type create "$tag-default" >/dev/null
upload default fast

os volume type create "$tag-nowhere" >/dev/null
if os volume type set --property image_service:store_id=nowhere "$tag-nowhere" >"$work/out" 2>&1; then
	fail "a store that does not exist was accepted"
fi
contains "an unknown store is refused" "Store nowhere not enabled in glance. (HTTP 404)" "$(cat "$work/out")"
if os volume type set --property image_service:store_id=archive "$tag-nowhere" >"$work/out" 2>&1; then
	fail "a read-only store was accepted"
fi
contains "a read-only store is refused" "Store archive is read-only in glance. (HTTP 400)" "$(cat "$work/out")"
check "nothing was kept of them" "{}" "$(os volume type show -f json -c properties "$tag-nowhere" | tr -d ' \n' | sed 's/^{"properties"://; s/}$//')"

echo "$checks passed, 0 failed"
