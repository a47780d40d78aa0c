/** Warnings about the SIMs of a plan. */
import type { CallbackService } from '../../clients/thingspace/callbacks.ts';
import type { DeviceRow } from '../../clients/thingspace/device-pages.ts';
import { mainIdOf } from '../../clients/thingspace/identity.ts';
import { idOf, stateOf } from '../../clients/thingspace/ids.ts';
import { checkDigitWarning } from '../../vocabulary.ts';
import { warning } from '../document/approval-document.ts';
import { fixed, nothing, phrase, quoted, quotedList } from '../document/phrase.ts';
import { mapWithConcurrency } from '../map-with-concurrency.ts';
import type { Warning } from '../planner.ts';
import { isSameDevice } from '../same-device.ts';
import type { DeviceElement } from './named-ids.ts';
import { recordsOfImei, type SimReadContext } from './sim-rows.ts';
import { hasListener } from './sim-settling.ts';

interface NamedSim {
  device: string;
  account: string | undefined;
}

/** A warning for each ICCID with a wrong check digit. What the account itself has on record is no typing mistake. */
export function digitWarnings(sims: readonly (Pick<NamedSim, 'device'> & { row: DeviceRow | undefined })[]): Warning[] {
  return sims.flatMap(({ device, row }) => (row && idOf(row, 'iccid') === device ? [] : digitWarning('iccid', device)));
}

/** A warning when the check digit of an identifier is wrong. */
export function digitWarning(kind: 'iccid' | 'imei', id: string): Warning[] {
  if (checkDigitWarning(kind, id) === undefined) return [];
  const name = kind === 'iccid' ? phrase`ICCID` : phrase`IMEI`;
  return [warning('wrong-check-digit', phrase`${name} ${quoted(id)}: wrong check digit, a digit may be mistyped`)];
}

/**
 * A warning for each SIM that the request names by an EID alone and whose record states no EID: only the carrier's look-up says that they belong
 * together.
 */
export function eidWarnings(
  sims: readonly (Pick<NamedSim, 'device'> & { row: DeviceRow | undefined; element: DeviceElement })[],
): Warning[] {
  return sims.flatMap(({ device, row, element: { deviceIds } }) => {
    const eids = deviceIds.filter(({ kind }) => kind.toLowerCase() === 'eid');
    const byOther = row && deviceIds.some(({ id, kind }) => kind.toLowerCase() !== 'eid' && isSameDevice(idOf(row, kind) ?? '', id));
    if (!row || byOther || idOf(row, 'eid') !== undefined) return [];
    return eids.map(({ id }) =>
      warning(
        'eid-not-on-record',
        phrase`the request names EID ${quoted(id)}; the record of SIM ${quoted(device)}, found by it, states no EID`,
      ),
    );
  });
}

/** A warning when the account has no listener for the results of a service. */
export async function missingListenerWarnings(service: CallbackService, account: string, at: SimReadContext): Promise<Warning[]> {
  if (await hasListener(service, account, at)) return [];
  return [
    warning('no-listener', phrase`account ${quoted(account)} has no listener for ${fixed(service)}: the result will not be delivered`),
  ];
}

// Each comparison of an IMEI costs one to three reads.
const mostCompared = 50;

/** Warns about an IMEI that another SIM holds, or that two SIMs of the request share. */
export async function sharedImeiWarnings(sims: readonly { sim: NamedSim; imei: string }[], at: SimReadContext): Promise<Warning[]> {
  const twice = [...Map.groupBy(sims, ({ imei }) => imei.slice(0, 14)).values()].flatMap((those) =>
    those.length > 1
      ? [
          warning(
            'imei-of-several-sims',
            phrase`IMEI ${quoted(those[0]?.imei)} is to be used with ${those.length} SIMs: ${quotedList(those.map(({ sim }) => sim.device))}`,
          ),
        ]
      : [],
  );
  if (sims.length > mostCompared)
    return [
      ...twice,
      warning('imei-not-compared', phrase`whether other SIMs hold the IMEIs is not compared for more than ${mostCompared} SIMs`),
    ];
  const holders = await mapWithConcurrency(sims, async ({ sim, imei }) => {
    const rows = await recordsOfImei(imei, at);
    const others = rows.filter((row) => ![mainIdOf(row)?.id, idOf(row, 'iccid')].some((id) => id && isSameDevice(id, sim.device)));
    return others.map((row) => {
      const holder = mainIdOf(row)?.id;
      const other = holder === undefined ? phrase`a SIM without an identifier` : phrase`SIM ${quoted(holder)}`;
      const where = row.accountName && row.accountName !== sim.account ? phrase` in account ${quoted(row.accountName)}` : nothing;
      return warning(
        'imei-of-another-sim',
        phrase`${quoted(sim.device)}: ${other} (${fixed(stateOf(row))})${where} holds IMEI ${quoted(imei)} already`,
      );
    });
  });
  return [...twice, ...holders.flat()];
}
