# ghcr.io/verifluence/backend: both processes of the backend in one image.
#
#   docker build --build-arg BUILD_VERSION=1.2.3 --build-arg BUILD_REVISION=$(git rev-parse HEAD) .
#
# `npm run image` builds it and tests what operations/README.md promises of it. The base images are pinned by digest;
# Dependabot raises tag and digest together, and the build tests the result.
ARG NODE_IMAGE=docker.io/library/node:24-bookworm-slim@sha256:6f7b03f7c2c8e2e784dcf9295400527b9b1270fd37b7e9a7285cf83b6951452d
ARG DEBIAN_IMAGE=docker.io/library/debian:bookworm-slim@sha256:96e378d7e6531ac9a15ad505478fcc2e69f371b10f5cdf87857c4b8188404716

FROM ${NODE_IMAGE} AS build
WORKDIR /source
COPY package.json package-lock.json .npmrc ./
COPY api/package.json api/
COPY packages/sideport/package.json packages/sideport/
# Installing runs no script of a package. The compiled commands include their dependencies, so none of this is copied on.
RUN npm ci --workspace=@verifluence/api --include-workspace-root=false --ignore-scripts --no-audit --no-fund
COPY packages/sideport/src packages/sideport/src
COPY api/build.mjs api/entrypoint.sh api/
COPY api/src api/src
# Source maps stay here: the code is not minified, so stack traces are readable without them.
RUN node api/build.mjs /app && rm /app/*.map
# psql for the runbooks, without the Perl that its package brings; binutils for `strip`.
RUN apt-get update \
  && apt-get install --yes --no-install-recommends binutils postgresql-client \
  && mkdir -p /tools/usr/local/bin /tools/usr/local/lib/psql \
  && cp /usr/lib/postgresql/*/bin/psql /tools/usr/local/lib/psql/ \
  && ldd /tools/usr/local/lib/psql/psql | awk '$3 ~ /^\// && $3 !~ /lib(c|m|resolv)\.so/ { print $3 }' \
    | xargs -I{} cp -L {} /tools/usr/local/lib/psql/
RUN strip --strip-unneeded -o /tools/usr/local/bin/node "$(command -v node)" \
  && cp api/entrypoint.sh /tools/usr/local/bin/backend \
  && for command in run-job redrive psql; do ln -s backend /tools/usr/local/bin/$command; done

FROM ${DEBIAN_IMAGE}
# Nothing in the image may raise its privileges.
RUN find / -xdev -type f -perm /6000 -exec chmod a-s {} +
COPY --from=build /tools /
COPY --from=build /app /app
ARG BUILD_VERSION=dev
ARG BUILD_REVISION=unknown
ENV NODE_ENV=production BUILD_VERSION=${BUILD_VERSION} BUILD_REVISION=${BUILD_REVISION}
LABEL org.opencontainers.image.title="Verifluence backend" \
  org.opencontainers.image.description="The api and the worker; the first argument names the process" \
  org.opencontainers.image.source="https://github.com/verifluence/monitoring" \
  org.opencontainers.image.licenses="Apache-2.0" \
  org.opencontainers.image.version="${BUILD_VERSION}" \
  org.opencontainers.image.revision="${BUILD_REVISION}"
WORKDIR /app
USER 10001:10001
EXPOSE 3000 3002
STOPSIGNAL SIGTERM
ENTRYPOINT ["backend"]
