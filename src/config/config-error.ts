/** A problem of the configuration, in a line for the operator. */
export class ConfigError extends Error {}
