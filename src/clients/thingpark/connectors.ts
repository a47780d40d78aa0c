/** IoT Flow connectors: their required settings, and the settings that are masked when read. */

/** Placeholder of a secret in responses; it must never be written back. */
export const maskedSecret = '*****';

/** Settings of one connector type, by name. */
export interface Connector {
  /** A connection without these is rejected. */
  required: readonly string[];
  /** Masked when read. */
  secret: readonly string[];
}

/** Known connectors by connectorId. */
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

/** The reason why a configuration must not be sent, or undefined. Configurations of unknown connectors are not checked for required settings. */
export function configurationError(connectorId: string, configuration: Readonly<Record<string, unknown>>): string | undefined {
  const name = Object.keys(configuration).find((key) => containsMask(configuration[key]));
  if (name) return `configuration.${name} is a masked value; use the real one, otherwise the asterisks would be stored`;
  const connector = connectors[connectorId];
  const missing = connector?.required.filter((key) => configuration[key] === undefined || configuration[key] === '');
  return missing?.length ? `${connectorId} needs ${missing.join(', ')}` : undefined;
}

function containsMask(value: unknown): boolean {
  if (typeof value === 'string') return value === maskedSecret;
  return value !== null && typeof value === 'object' && Object.values(value).some(containsMask);
}
