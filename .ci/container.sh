#!/usr/bin/env bash
# The image, compose, and the testcontainers module, with a Docker engine of its own (or the one of DOCKER_HOST). No image is
# pulled: what is built upon is made of this machine's Go, busybox and qemu-img.
set -euo pipefail
cd "$(dirname "$0")/.."

export COMPOSE_PROJECT_NAME=fauxstack-ci
limit=$((20 * 1000 * 1000)) # bytes of the image

work=$(mktemp -d)
engine=
cleanup() {
	trap - EXIT
	[ -z "${composed:-}" ] || docker-compose down --volumes >/dev/null 2>&1 || true
	[ -z "$engine" ] || {
		docker ps -aq | xargs -r docker rm -f >/dev/null 2>&1 || true
		kill "$engine" 2>/dev/null && wait "$engine" || true
		umount "$work"/engine/exec/netns/* 2>/dev/null || true # the engine leaves its network namespace mounted
	}
	rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 1' INT TERM

say() { printf -- '--- %s (%ss)\n' "$*" $SECONDS; }
fail() { printf 'FAILED: %s\n' "$*" >&2; exit 1; }
for tool in docker docker-compose go busybox qemu-img openstack; do
	command -v "$tool" >/dev/null || fail "$tool is not installed"
done

# start_engine leaves DOCKER_HOST at an engine that keeps all it has below $work.
start_engine() {
	command -v dockerd >/dev/null || fail "dockerd is not installed"
	mkdir "$work/engine"
	dockerd --data-root "$work/engine/data" --exec-root "$work/engine/exec" --pidfile "$work/engine/pid" \
		-H "unix://$work/engine/socket" >"$work/engine/log" 2>&1 &
	engine=$!
	export DOCKER_HOST=unix://$work/engine/socket
	for _ in $(seq 300); do
		docker info >/dev/null 2>&1 && return
		kill -0 $engine 2>/dev/null || break
		sleep 0.1
	done
	tail -20 "$work/engine/log" >&2
	fail "the Docker engine does not start"
}

# import_image NAME CHANGE PATH...: an image of busybox as its shell, the machine's certificates, and the paths.
import_image() {
	local name=$1 change=$2 root c
	shift 2
	root=$(mktemp -d -p "$work")
	mkdir -p "$root/bin" "$root/tmp" "$root/etc/ssl/certs"
	chmod 1777 "$root/tmp"
	cp "$(command -v busybox)" "$root/bin/busybox"
	for c in sh mkdir chmod; do ln -s busybox "$root/bin/$c"; done
	cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
	tar -ch -C "$root" . -C / "${@#/}" | docker import --change "$change" - "$name" >/dev/null
	rm -rf "$root"
}

build_image() {
	local goroot go_variables=() v
	goroot=$(go env GOROOT)
	import_image fauxstack-go "ENV PATH=$goroot/bin:/bin HOME=/tmp GOTOOLCHAIN=local" \
		"$goroot/bin" "$goroot/src" "$goroot/pkg" "$goroot/lib" "$goroot/go.env" "$goroot/VERSION"
	for v in GOPROXY GOFLAGS GOPRIVATE GONOSUMDB GOSUMDB; do go_variables+=(--build-arg "$v=$(go env $v)"); done
	for v in server conform; do
		DOCKER_BUILDKIT=0 docker build -q --network host --target $v --build-arg GO_IMAGE=fauxstack-go "${go_variables[@]}" \
			--build-arg VERSION="$version" --build-arg REVISION="$(git rev-parse HEAD)" -t fauxstack:$v . 2>"$work/build.log" >/dev/null ||
			{ cat "$work/build.log" >&2; fail "the image $v does not build"; }
	done
	docker tag fauxstack:server fauxstack
}

build_qemu_variant() {
	local qemu
	qemu=$(command -v qemu-img)
	# shellcheck disable=SC2046 # one path a line
	import_image fauxstack-qemu-base "ENV PATH=/usr/local/bin:$(dirname "$qemu"):/bin" "$qemu" \
		$(ldd "$qemu" | grep -o '/[^ ]*')
	DOCKER_BUILDKIT=0 docker build -q --build-arg BASE=fauxstack-qemu-base -t fauxstack:qemu container/qemu 2>"$work/build.log" >/dev/null ||
		{ cat "$work/build.log" >&2; fail "the variant with qemu-img does not build"; }
	docker run --rm --entrypoint qemu-img fauxstack:qemu --version >/dev/null || fail "qemu-img does not run in its variant"
}

of_image() { docker image inspect -f "$1" fauxstack; }

check_image() {
	local size user files
	size=$(of_image '{{.Size}}')
	[ "$size" -le $limit ] || fail "the image has $size bytes, more than $limit"
	user=$(of_image '{{.Config.User}}')
	case $user in ''|0|0:*|root*) fail "the image runs as the user '$user'" ;; esac
	[ "$(of_image '{{index .Config.Labels "org.opencontainers.image.version"}}')" = "$version" ] || fail "the version is not in the labels"
	[ "$(docker run --rm fauxstack version | cut -d' ' -f2)" = "$version" ] || fail "the binary does not know its version"
	! docker run --rm --entrypoint /bin/sh fauxstack -c true 2>/dev/null || fail "there is a shell in the image"
	docker create --name files fauxstack >/dev/null
	files=$(docker export files | tar -t | grep -vE '^(\.dockerenv|dev|etc|proc|sys)' | sort | tr '\n' ' ')
	docker rm files >/dev/null
	[ "$files" = 'data/ fauxstack tmp/ ' ] || fail "the image holds $files"
	echo "image: $((size / 1000)) kB, user $user"
}

ms() { echo $(($(date +%s%N) / 1000000)); }

# From `docker run` to an answer, and to what Docker calls healthy; then what an idle server takes.
measure() {
	local began answered healthy
	began=$(ms)
	docker run -d --name measured --read-only --tmpfs /tmp --cap-drop ALL -p 127.0.0.1::4580 fauxstack >/dev/null
	until curl -sf "http://$(docker port measured 4580)/_fauxstack/health" >/dev/null; do
		[ $(($(ms) - began)) -lt 30000 ] || { docker logs measured >&2; fail "the container does not answer"; }
	done
	answered=$(ms)
	until [ "$(docker inspect -f '{{.State.Health.Status}}' measured)" = healthy ]; do
		[ $(($(ms) - began)) -lt 30000 ] || { docker inspect -f '{{json .State.Health}}' measured >&2; fail "the container is not healthy"; }
		sleep 0.05
	done
	healthy=$(ms)
	echo "docker run to the first answer: $((answered - began)) ms, to healthy: $((healthy - began)) ms"
	echo "idle memory: $(docker stats --no-stream --format '{{.MemUsage}}' measured | cut -d/ -f1)"
	docker stop -t 5 measured >/dev/null
	[ "$(docker inspect -f '{{.State.ExitCode}}' measured)" = 0 ] || fail "a server that is told to end does not end well"
	docker rm measured >/dev/null
}

# As a stranger does it: up, the README's session from this machine, the features from another service.
check_compose() {
	[ "$(grep -v '^#' compose/clouds.yaml)" = "$(
		docker run --rm fauxstack env --format clouds.yaml
		docker run --rm fauxstack env --format clouds.yaml --url http://fauxstack:4580 | sed -e 1d -e 's/^  fauxstack/  compose/'
	)" ] || fail "compose/clouds.yaml is not what fauxstack env prints"
	composed=yes
	docker-compose up -d 2>"$work/compose.log" || { cat "$work/compose.log" >&2; fail "docker-compose up"; }
	docker-compose run --rm -T conform >"$work/conform.log" 2>&1 || { cat "$work/conform.log" >&2; fail "conform in compose"; }
	grep -A9 ' scenarios in ' "$work/conform.log"
	docker-compose run --rm -T conform conform --os-cloud compose --tags '@glance and not (@cinder or @conversion)' >"$work/conform.log" 2>&1 ||
		{ cat "$work/conform.log" >&2; fail "conform by clouds.yaml, from another service"; }
	grep -A9 ' scenarios in ' "$work/conform.log"
	docker-compose down --volumes 2>/dev/null
	docker-compose up -d 2>/dev/null
	scripts/readme_session.py compose/clouds.yaml
	docker-compose down --volumes 2>/dev/null
}

version=$(git describe --always --dirty)
[ -n "${DOCKER_HOST:-}" ] || start_engine
say "image"
build_image
check_image
say "measures"
measure
say "variant with qemu-img"
build_qemu_variant
say "compose"
check_compose
say "testcontainers module, and the features in the container"
(cd container && go vet ./... &&
	FAUXSTACK_REQUIRE_DOCKER=1 FAUXSTACK_IMAGE=fauxstack FAUXSTACK_QEMU_IMAGE=fauxstack:qemu \
		TESTCONTAINERS_RYUK_DISABLED=true TESTCONTAINERS_HOST_OVERRIDE=127.0.0.1 go test -count=1 -timeout 5m -v ./... |
	grep -vE '^ *(=== |--- PASS: TestFeatures)')
say "the container holds"
