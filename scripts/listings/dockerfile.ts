import { facts } from './facts.ts';

/** The image: built with npm, run without it, by a user that owns nothing but the state directory. */
export function dockerfile(): string {
  return `# Printed by \`npm run docs\` from scripts/listings/dockerfile.ts; do not edit.
FROM node:24-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN node scripts/build.ts && mkdir /state

# No shell and no package manager. Its user nonroot is 65532.
FROM gcr.io/distroless/nodejs24-debian12:nonroot
LABEL io.modelcontextprotocol.server.name="${facts.mcpName}" \\
      org.opencontainers.image.title="${facts.packageName}" \\
      org.opencontainers.image.description="${facts.summary}" \\
      org.opencontainers.image.version="${facts.version}" \\
      org.opencontainers.image.source="${facts.repositoryUrl}" \\
      org.opencontainers.image.licenses="${facts.license}"
COPY --from=build /build/dist /app
COPY --from=build /build/LICENSE /app/LICENSE
COPY --from=build --chown=65532:65532 /state /state
ENV NODE_ENV=production IOT_OPS_STATE_DIR=/state
VOLUME ["/state"]
EXPOSE 8383
USER 65532:65532
ENTRYPOINT ["/nodejs/bin/node", "/app/iot-ops-mcp.mjs"]
CMD ["stdio"]
`;
}
