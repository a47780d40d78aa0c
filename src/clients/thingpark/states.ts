/** The state words of ThingPark, in one place for lists, plans and settling. Words are read in any case and with any separator. */

export const healthStates = ['INIT', 'ACTIVE', 'RF_CNX_ERROR', 'SUSPENDED'] as const;
export type HealthState = (typeof healthStates)[number];

const suspensions = ['NONE', 'SUBSCRIBER_SUSPENDED'] as const;

type Words = string | null | undefined;

const wordOf = <W extends string>(words: readonly W[], text: Words): W | undefined => {
  const normal = text
    ?.trim()
    .toUpperCase()
    .replace(/[\s-]+/g, '_');
  return words.find((one) => one === normal);
};

/** The health that a device's `healthState` states; undefined where it is missing or not understood. */
export const healthStateOf = (text: Words): HealthState | undefined => wordOf(healthStates, text);

/**
 * Why an application server delivers nothing, or may not; undefined where its words do not say so. `state` and `healthState` are DEACTIVATED when
 * it is switched off, `healthState` is ERROR while deliveries fail, `validationState` is SUSPENDED when its licence has expired (Devices API 7.3).
 */
export function serverTroubleOf(server: { state?: Words; healthState?: Words; validationState?: Words }): ServerTrouble | undefined {
  const words = [server.state, server.healthState, server.validationState].map((text) => wordOf(serverTroubles, text));
  return serverTroubles.find((one) => words.includes(one));
}

const serverTroubles = ['DEACTIVATED', 'SUSPENDED', 'ERROR'] as const;
export type ServerTrouble = (typeof serverTroubles)[number];

export type ServiceState = 'in service' | 'suspended' | 'unknown';

/** Whether a device is in service. `suspension` decides where it is understood, otherwise `healthState`, the only one that lists contain. */
export function serviceStateOf(device: { suspension?: Words; healthState?: Words }): ServiceState {
  const suspension = wordOf(suspensions, device.suspension);
  if (suspension) return suspension === 'NONE' ? 'in service' : 'suspended';
  const health = healthStateOf(device.healthState);
  return health === undefined ? 'unknown' : health === 'SUSPENDED' ? 'suspended' : 'in service';
}
