# Headwater with Node and Python, and the interpreters of no other runtime.
FROM node:22.23.3-bookworm-slim AS build
WORKDIR /build
ENV npm_config_cache=/npm-cache
COPY package.json package-lock.json .npmrc ./
RUN --mount=type=cache,target=/npm-cache npm ci --omit=dev
COPY scripts/build.mjs scripts/
COPY src src
COPY connectors connectors
COPY mappings mappings
RUN node scripts/build.mjs --no-types

FROM node:22.23.3-bookworm-slim
# pip fetches boto3, as npm fetches the SDK for JavaScript, when a function first needs it.
RUN apt-get update && apt-get install -y --no-install-recommends python3-minimal python3-pip && rm -rf /var/lib/apt/lists/*
ENV NODE_ENV=production XDG_CACHE_HOME=/cache
WORKDIR /opt/headwater
COPY package.json LICENSE NOTICE ./
COPY --from=build /build/node_modules ./node_modules
COPY --from=build /build/dist ./dist
RUN chmod +x dist/src/cli.js && ln -s /opt/headwater/dist/src/cli.js /usr/local/bin/headwater \
  && mkdir /data /cache && chown node:node /data /cache
USER node
WORKDIR /work
VOLUME /data
EXPOSE 4566
HEALTHCHECK --interval=2s --timeout=5s --start-period=110s --retries=15 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:4566/_headwater/health').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# 0.0.0.0 is the container's own; publish the port on loopback, as docker-compose.yml does.
CMD ["headwater", "up", "--host", "0.0.0.0", "--data-dir", "/data"]
