# The embedded backend: Headwater with nothing but Node. Functions of other runtimes need their interpreter in the image.
FROM node:22-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
RUN npm run build && npm prune --omit=dev

FROM node:22-bookworm-slim
ENV NODE_ENV=production
WORKDIR /opt/headwater
COPY --from=build /build/package.json /build/LICENSE /build/NOTICE ./
COPY --from=build /build/node_modules ./node_modules
COPY --from=build /build/dist ./dist
RUN ln -s /opt/headwater/dist/src/cli.js /usr/local/bin/headwater && mkdir -p /data /var/task && chown node:node /data
USER node
WORKDIR /work
VOLUME /data
EXPOSE 4566
HEALTHCHECK --interval=2s --timeout=2s --start-period=5s --retries=15 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:4566/_headwater/health').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# 0.0.0.0 is the container's own; publish the port on loopback, as docker-compose.yml does.
CMD ["headwater", "up", "--host", "0.0.0.0", "--data-dir", "/data"]
