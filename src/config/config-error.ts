/** A problem of the configuration, as one line for the operator. */
export class ConfigError extends Error {}
