/** The devices of the sandbox's seed that the cases use, and the wishes of operators who know them. */
import type { ServedWorld } from '../../src/sandbox/make-world.ts';
import type { TpDevice } from '../../src/sandbox/thingpark/state.ts';
import type { TsDevice } from '../../src/sandbox/thingspace/state.ts';
import type { Wish } from './reviewer.ts';

export const account = '0442000123-00001';
export const otherAccount = '0442000123-00002';

/** ICCID, IMEI and name of the n-th of the twelve fixed SIMs. 1 to 8 are active, 9 and 10 suspended, 11 deactivated, 12 in stock. */
export const iccid = (n: number): string => `89148000000077${String(37 * n).padStart(6, '0')}`;
export const imei = (n: number): string => `35900000${1_200_000 + 91 * n}`;
export const simName = (n: number): string => `tank-${String(n).padStart(4, '0')}`;

export const element = (n: number) => ({ deviceIds: [{ id: iccid(n), kind: 'iccid' }] });
export const elements = (...ns: number[]) => ns.map(element);

/** DevEUI, key in a path and name of the n-th LoRaWAN device. */
export const devEui = (n: number): string => `A81758FFFE${(0x0a0000 + n).toString(16).toUpperCase().padStart(6, '0')}`;
export const deviceUid = (n: number): string => `e${devEui(n)}`;

export const subscriber = '8944990000001000010';
export const otherSubscriber = '8944990000001000028';

export function simOf(world: ServedWorld, n: number): TsDevice {
  const found = world.thingspace.devices.find((one) => one.iccid === iccid(n));
  if (!found) throw new Error(`the seed has no SIM ${n}`);
  return found;
}

export function deviceOf(world: ServedWorld, n: number): TpDevice {
  const found = world.thingpark.devices.get(devEui(n));
  if (!found) throw new Error(`the seed has no device ${n}`);
  return found;
}

/** A wish about fixed SIMs, which the person knows by all their identifiers; the question must name each. */
export function simWish(text: string, words: readonly string[], ns: readonly number[], more: Partial<Wish> = {}): Wish {
  const own = ns.flatMap((n) => [iccid(n), imei(n), simName(n)]);
  return {
    text,
    words: [...words, ...ns.map(iccid)],
    count: ns.length,
    ...more,
    knows: [
      ...own,
      account,
      otherAccount,
      'West tanks',
      `Default ${account}`,
      `Default: ${account}`,
      `Default: ${otherAccount}`,
      ...(more.knows ?? []),
    ],
  };
}

/** A wish about LoRaWAN devices of the sandbox. */
export function deviceWish(text: string, words: readonly string[], ns: readonly number[], more: Partial<Wish> = {}): Wish {
  return { text, words: [...words, ...ns.map(devEui)], count: ns.length, ...more, knows: [...ns.map(devEui), ...(more.knows ?? [])] };
}

export const suspend = (...ns: number[]) => ({ body: { devices: elements(...ns) } });
export const sms = (message: string, ...ns: number[]) => ({
  body: { accountName: account, smsMessage: message, deviceIds: ns.map((n) => ({ id: iccid(n), kind: 'iccid' })) },
});

/** Gives the iot-x key of the sandbox the right to buy. */
export function mayBuy(world: ServedWorld): void {
  for (const key of world.iotx.keys.values()) key.permissions = [...key.permissions, 'Order New Stock'];
}
