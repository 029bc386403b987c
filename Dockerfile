# The standalone server: one static binary on nothing else.
#
#   docker build -t fauxstack .
#   docker run --rm -p 127.0.0.1:4580:4580 fauxstack
#
# GO_IMAGE is what it is built with: any image with Go and a shell. Go's own settings (GOPROXY and its like) are build
# arguments too, for builders that reach modules in a way of their own.
ARG GO_IMAGE=golang:1.26

FROM ${GO_IMAGE} AS build
ARG GOPROXY
ARG GOFLAGS
ARG GOPRIVATE
ARG GONOSUMDB
ARG GOSUMDB
ARG VERSION
WORKDIR /src
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -tags server -ldflags="-s -w -X main.stamped=${VERSION}" -o /out/server/fauxstack ./cmd/fauxstack && \
    CGO_ENABLED=0 go build -trimpath -ldflags="-s -w -X main.stamped=${VERSION}" -o /out/conform/fauxstack ./cmd/fauxstack
# What a server writes to, besides its output: files of conversions, and what --data keeps.
RUN mkdir -p /rootfs/tmp /rootfs/data && chmod 1777 /rootfs/tmp

FROM scratch AS base
ARG VERSION
ARG REVISION
LABEL org.opencontainers.image.title="fauxstack" \
      org.opencontainers.image.description="An OpenStack that starts in a millisecond: Keystone, Glance with multiple stores, and Cinder, emulated" \
      org.opencontainers.image.source="https://github.com/fauxstack/fauxstack" \
      org.opencontainers.image.documentation="https://github.com/fauxstack/fauxstack#readme" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
COPY --from=build --chown=65532:65532 /rootfs/ /
USER 65532:65532
# Flags are variables too (--stores is FAUXSTACK_STORES), so that a command of yours need not repeat the address:
#   docker run fauxstack serve --release zed
ENV PATH=/ FAUXSTACK_LISTEN=0.0.0.0:4580
# The cloud, and the control API for who opens it: FAUXSTACK_CONTROL=0.0.0.0:4581 with a FAUXSTACK_CONTROL_TOKEN.
EXPOSE 4580 4581
HEALTHCHECK --interval=2s --timeout=2s --start-period=10s CMD ["/fauxstack", "health"]
ENTRYPOINT ["/fauxstack"]

# The whole program, with the runner of the features: docker build --target conform -t fauxstack:conform .
FROM base AS conform
COPY --from=build /out/conform/fauxstack /fauxstack
CMD ["conform"]

FROM base AS server
COPY --from=build /out/server/fauxstack /fauxstack
CMD ["serve"]
