# syntax=docker/dockerfile:1

# Only package.json files, so that a change of the sources does not install anything again.
FROM node:26-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
COPY apps ./apps
COPY libs ./libs
RUN find apps libs -type f ! -name package.json -delete

# This image lends npm; the Node that runs later is the one that the lockfile pins.
FROM node:26-slim AS dependencies
WORKDIR /app
COPY --from=packages /app ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund --loglevel=error \
  && rm -r node_modules/node-linux-*/include

FROM debian:13-slim
ARG VERSION=local
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Cohort Relay" \
  org.opencontainers.image.description="Receives Mixpanel cohort syncs and passes every membership change on" \
  org.opencontainers.image.licenses="MIT" \
  org.opencontainers.image.version="$VERSION" \
  org.opencontainers.image.revision="$REVISION"
# Node needs libatomic and libstdc++, and carries its own certificate authorities.
RUN apt-get update \
  && apt-get install --yes --no-install-recommends libatomic1 libstdc++6 \
  && rm -rf /var/lib/apt/lists/* \
  && install --directory --owner=65532 --group=65532 --mode=0700 /data
WORKDIR /app
# Node strips no types under node_modules, so apps and libs stay beside it and are linked from there.
COPY --from=dependencies /app ./
COPY apps ./apps
COPY libs ./libs
ENV NODE_ENV=production \
  PATH=/app/node_modules/.bin:$PATH \
  DATABASE_URL=sqlite:/data/cohort-relay.db
USER 65532:65532
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "--eval", "fetch('http://127.0.0.1:' + (process.env.PORT || 8080) + '/healthz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "apps/receiver/src/cohort-relay.ts"]
CMD ["serve"]
