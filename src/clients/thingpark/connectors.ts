/** The connectors of IoT Flow: what each must be told, and which of its settings come back as stars. */

/** What stands in place of a secret in an answer; it must never be written back. */
export const masked = '*****';

export interface Connector {
  /** Without these a connection is refused. */
  required: readonly string[];
  /** Settings that are masked when read. */
  secret: readonly string[];
}

export const connectors: Readonly<Record<string, Connector>> = {
  'actility-mqtt-iot': {
    required: ['hostName', 'protocol', 'uplinkTopicPattern', 'downlinkTopicPattern'],
    secret: ['password', 'certificate', 'privateKey'],
  },
  'actility-http-iot': { required: ['destinationURL'], secret: ['downlinkAsKey'] },
  'actility-aws-iot': { required: ['region', 'accountPrefix'], secret: ['secretAccessKey', 'certificate', 'privateKey'] },
  'actility-azure-iot': { required: ['hostName', 'sharedAccessKeyName', 'sharedAccessKey'], secret: ['sharedAccessKey'] },
  'actility-amqp-0.9.1-iot': { required: ['hostName', 'protocol'], secret: ['password', 'certificate', 'privateKey'] },
  'actility-kafka-iot': { required: ['bootstrapServers'], secret: [] },
  'actility-thingsboard-iot': { required: ['hostName', 'username', 'password'], secret: ['password'] },
  'actility-cumulocity-iot': { required: ['hostName', 'tenantId', 'username', 'password'], secret: ['password'] },
  'actility-watson-iot': { required: [], secret: [] },
};

/** What keeps a configuration from being sent; undefined when nothing does. An unknown connector is left to the provider. */
export function configurationFault(connectorId: string, configuration: Readonly<Record<string, unknown>>): string | undefined {
  const stars = Object.keys(configuration).find((name) => holdsMask(configuration[name]));
  if (stars) return `configuration.${stars} is a masked value; give the real one, or the stars would be stored`;
  const connector = connectors[connectorId];
  const missing = connector?.required.filter((name) => configuration[name] === undefined || configuration[name] === '');
  return missing?.length ? `${connectorId} needs ${missing.join(', ')}` : undefined;
}

function holdsMask(value: unknown): boolean {
  if (typeof value === 'string') return value === masked;
  return value !== null && typeof value === 'object' && Object.values(value).some(holdsMask);
}
