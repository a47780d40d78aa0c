import { Refusal } from '../clients/http/errors.ts';
import { rowOf } from '../fleet/row.ts';
import { connectionNames, deviceHandles, type Resource } from './define.ts';

export const deviceResource: Resource = {
  name: 'device',
  title: 'A device',
  description: 'One device or SIM with all its identifiers, state, plan and last activity.',
  uri: 'iot://{connection}/devices/{device}',
  sameAs: { name: 'get_device', toolset: 'fleet' },
  async read({ connection, device }, { fleet }, signal) {
    const found = await undefinedIfRefused(() => fleet.getDevice(device ?? '', connection, signal));
    return found && { device: rowOf(found.device, ['provider', 'providerState', 'identifiers']) };
  },
  complete: { connection: connectionNames, device: deviceHandles },
};

/** Maps a Refusal to undefined, because it means that the device or connection does not exist. Provider errors are rethrown. */
export async function undefinedIfRefused<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}
