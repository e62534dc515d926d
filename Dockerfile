# Octavo in a container: one file and what it needs, no shell.
#
#   docker build --build-arg VERSION=$(git describe --tags --always) -t octavo .
#   docker run -p 8080:8080 -v octavo:/data octavo
#
# Not tried: this file as a whole, and each of its base images; the machine it was
# written on has no container daemon. Tried there: the Go build line, and the binary
# in a root folder with exactly the files of the last stage, as user 65532.

FROM node:20-bookworm-slim AS web
WORKDIR /src/web
COPY web/package.json web/package-lock.json web/.npmrc ./
RUN npm ci
COPY web/ ./
RUN npm run build

FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
COPY --from=web /src/web/build web/build
ARG VERSION=dev
RUN CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags "-s -w -X main.version=$VERSION" -o /out/octavo ./cmd/octavo
# An empty image has no folder to write to: uploads and SQLite's sorting need /tmp.
RUN mkdir -m 1777 /out/tmp && mkdir -m 0700 /out/data && chown 65532:65532 /out/data

FROM scratch
# Certificates for S3 and PostgreSQL over TLS. Time zones are inside the binary.
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /out/octavo /octavo
COPY --from=build /out/tmp /tmp
COPY --from=build --chown=65532:65532 /out/data /data
USER 65532:65532
ENV OCTAVO_DATA=/data OCTAVO_ADDR=0.0.0.0:8080 OCTAVO_LOG_JSON=true
VOLUME /data
EXPOSE 8080
# Probes: /healthz says that the process answers, /readyz that database and files do.
# Metrics: run with --hostname octavo -e OCTAVO_METRICS_ADDR=octavo:9090, the container's own
# inner address, do not publish the port, and let Prometheus ask by address.
ENTRYPOINT ["/octavo"]
CMD ["serve"]
