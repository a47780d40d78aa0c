/** Reads a device by its handle in any spelling. */
import { normalFormsOf } from '../vocabulary.ts';
import type { FleetConnection } from './fleet-connection.ts';
import { findOtherForms } from './meant.ts';
import type { DeviceDetails } from './source.ts';

/** The devices of one connection that a handle means: by its normal form, else with or without its check digit or country code. */
export async function readHandle({ provider, ...member }: FleetConnection, handle: string, signal?: AbortSignal): Promise<DeviceDetails[]> {
  const forms = normalFormsOf(handle);
  const found: DeviceDetails[] = [];
  const read = async (id: string): Promise<void> => {
    if (!provider.isHandle(id)) return;
    const one = await member.source.read(id, signal);
    if (one && !found.some(({ device }) => device.device === one.device.device)) found.push(one);
  };
  for (const id of forms.length > 0 ? forms : [handle]) await read(id);
  if (found.length > 0) return found;
  for (const { device } of await findOtherForms({ provider, ...member }, handle, signal)) await read(device);
  return found;
}
