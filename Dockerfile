# Printed by `npm run docs` from scripts/listings/dockerfile.ts; do not edit.
FROM node:24-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN node scripts/build.ts && mkdir /state

# No shell and no package manager. Its user nonroot is 65532.
FROM gcr.io/distroless/nodejs24-debian12:nonroot
LABEL io.modelcontextprotocol.server.name="io.github.owner-not-set/iot-ops-mcp" \
      org.opencontainers.image.title="iot-ops-mcp" \
      org.opencontainers.image.description="Operate an IoT fleet on ThingPark, ThingSpace and iot-x; every change is approved first." \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.source="https://github.com/owner-not-set/iot-ops-mcp" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /build/dist /app
COPY --from=build /build/LICENSE /app/LICENSE
COPY --from=build --chown=65532:65532 /state /state
ENV NODE_ENV=production IOT_OPS_STATE_DIR=/state
VOLUME ["/state"]
EXPOSE 8383
USER 65532:65532
ENTRYPOINT ["/nodejs/bin/node", "/app/iot-ops-mcp.mjs"]
CMD ["stdio"]
