import { details } from '../../clients/thingspace/details.ts';
import type { DeviceRow } from '../../clients/thingspace/device-pages.ts';
import { asIccid, attributeOf, byIccid } from '../../clients/thingspace/ids.ts';
import { canonicalJson } from '../../text/canonical-json.ts';
import { quoteName, sanitize } from '../../text/sanitize.ts';
import { mapWithConcurrency } from '../map-with-concurrency.ts';
import { planner } from '../planner.ts';
import { rowOf } from './sim-rows.ts';
import { requestIdOf, settleByFoundRows } from './sim-settling.ts';
import {
  elementsOf,
  inAccount,
  inspectSims,
  narrowBy,
  requestsFor,
  requireSingleIdentity,
  resolveSims,
  selectionOf,
  simTarget,
  withoutFilter,
} from './sims.ts';

const halfHour = 1_800_000;

function fieldOf(row: DeviceRow | undefined, key: string): string {
  return row?.customFields?.find((one) => one.key === key)?.value?.toString() ?? '';
}

/** Sets custom fields of SIMs. CustomField1 is shown as the SIM's name. */
export const setCustomFields = planner({
  operation: details.customFields,
  async inspect(inputs, at) {
    const inspected = await inspectSims(inputs, at, {
      selection: ({ body }) => selectionOf(body),
      verdictOf(sim, { body: { customFieldsToUpdate } }) {
        const facts = Object.fromEntries(customFieldsToUpdate.map(({ key }) => [key, sanitize(fieldOf(sim.row, key) || 'empty', 50)]));
        return { verdict: customFieldsToUpdate.every(({ key, value }) => fieldOf(sim.row, key) === value) ? 'unchanged' : 'change', facts };
      },
      request: ({ body }, sims, account) => ({ body: { ...withoutFilter(body), ...inAccount(account), devices: elementsOf(sims) } }),
    });
    const fields = inputs[0]?.body.customFieldsToUpdate ?? [];
    return {
      ...inspected,
      effect: `set ${fields.map(({ key, value }) => (value === '' ? `${key} to nothing` : `${key} to ${quoteName(value)}`)).join(', ')}`,
      effects: details.customFields.effects,
      undo: 'setting the previous values again, which are in the record',
    };
  },
  narrow: narrowBy('devices'),
  providerRequestIdOf: requestIdOf,
  settleAll: (steps, at) =>
    settleByFoundRows(steps, at, (row, step) => {
      const requested = step.input.body.customFieldsToUpdate;
      return {
        done: requested.every(({ key, value }) => fieldOf(row, key) === value),
        after: Object.fromEntries(requested.map(({ key }) => [key, sanitize(fieldOf(row, key) || 'empty', 50)])),
      };
    }),
  inverse({ input: { body } }, done) {
    const keys = body.customFieldsToUpdate.map(({ key }) => key);
    const former = Map.groupBy(done, ({ before }) => JSON.stringify(keys.map((key) => before[key])));
    const inputs = [...former.values()].map((those) => {
      const before = those[0]?.before ?? {};
      const customFieldsToUpdate = keys.map((key) => ({ key, value: before[key] === 'empty' ? '' : (before[key] ?? '') }));
      return { body: { ...inAccount(body.accountName), customFieldsToUpdate, devices: those.map(({ device }) => byIccid(device)) } };
    });
    // A value that was cut for display cannot be restored.
    const cut = done.some(({ before }) => keys.some((key) => before[key] === undefined || before[key].endsWith('…')));
    return cut ? undefined : { operation: details.customFields, inputs };
  },
  settleTimeout: { ms: halfHour, onTimeout: 'unknown' },
});

const costCenterOf = (row: DeviceRow | undefined): string => (row && attributeOf(row, 'CostCenterCode')) ?? '';

/** Sets the cost center of SIMs. The carrier returns it only when a SIM is read individually. */
export const setCostCenter = planner({
  operation: details.costCenter,
  async inspect(inputs, at) {
    const inspected = await inspectSims(inputs, at, {
      selection: ({ body }) => selectionOf(body),
      verdictOf(sim, { body }) {
        const present = costCenterOf(sim.row);
        const same = !body.primaryPlaceOfUse && present === (body.removeCostCenter ? '' : body.costCenter);
        return { verdict: same ? 'unchanged' : 'change', facts: { 'cost center': sanitize(present || 'none', 40) } };
      },
      request: ({ body }, sims, account) => ({ body: { ...withoutFilter(body), ...inAccount(account), devices: elementsOf(sims) } }),
      readIndividually: true,
    });
    const body = inputs[0]?.body;
    return {
      ...inspected,
      effect: body?.removeCostCenter ? 'remove the cost center' : `set the cost center to ${quoteName(body?.costCenter ?? '')}`,
      effects: details.costCenter.effects,
      undo: 'setting the previous cost center again, which is in the record',
    };
  },
  narrow: narrowBy('devices'),
  providerRequestIdOf: requestIdOf,
  async settle(step, at) {
    const requested = step.input.body.removeCostCenter ? '' : step.input.body.costCenter;
    return mapWithConcurrency(step.targets, async (device) => {
      const present = costCenterOf(await rowOf(asIccid(device), at));
      return { device, outcome: present === requested ? 'applied' : 'pending', after: { 'cost center': sanitize(present || 'none', 40) } };
    });
  },
  inverse({ input: { body } }, done) {
    const former = Map.groupBy(done, ({ before }) => before['cost center'] ?? '…');
    if (body.primaryPlaceOfUse || [...former.keys()].some((one) => one.endsWith('…'))) return undefined;
    const inputs = [...former].map(([costCenter, those]) => ({
      body: {
        ...inAccount(body.accountName),
        devices: those.map(({ device }) => byIccid(device)),
        ...(costCenter === 'none' ? { removeCostCenter: true } : { costCenter }),
      },
    }));
    return { operation: details.costCenter, inputs };
  },
  settleTimeout: { ms: halfHour, onTimeout: 'unknown' },
});

const prefix = 'PrimaryPlaceOfUse';
const attributeNameOf = (member: string): string =>
  `${prefix}${member === 'zip' ? 'ZipCode' : `${member.charAt(0).toUpperCase()}${member.slice(1)}`}`;
const optionalName = ['title', 'middleName', 'suffix'] as const;
const optionalAddress = ['addressLine2', 'zip4', 'phone', 'phoneType', 'emailAddress'] as const;

/** The recorded values of members that the request leaves out and would otherwise clear. */
function recordedMembers<T extends string>(
  given: { readonly [name in T]?: string | undefined },
  names: readonly T[],
  row: DeviceRow | undefined,
) {
  const found: { [name in T]?: string } = {};
  for (const name of names) {
    const present = row && attributeOf(row, attributeNameOf(name));
    if (given[name] === undefined && present) found[name] = present;
  }
  return found;
}

/** Replaces the whole place of use. Optional members that the request leaves out are read first and sent again. The values are personal and stay out of the plan. */
export const setContactInfo = planner({
  operation: details.contactInfo,
  async inspect(inputs, at) {
    const inspected = await mapWithConcurrency(
      inputs,
      async ({ body }) => {
        const sims = await resolveSims({ devices: body.devices, accountName: body.accountName }, at, true);
        requireSingleIdentity(sims);
        const merged = sims.map((sim) => {
          const { customerName, address } = body.primaryPlaceOfUse;
          return {
            customerName: { ...recordedMembers(customerName, optionalName, sim.row), ...customerName },
            address: { ...recordedMembers(address, optionalAddress, sim.row), ...address },
          };
        });
        const same = Map.groupBy(
          sims.flatMap((sim, i) => (sim.row ? [{ sim, place: merged[i] ?? body.primaryPlaceOfUse }] : [])),
          ({ place }) => canonicalJson(place),
        );
        return {
          targets: sims.map((sim) => {
            const facts = { ZIP: sanitize((sim.row && attributeOf(sim.row, attributeNameOf('zip'))) ?? 'unknown', 12) };
            return simTarget(sim, sim.row ? { verdict: 'change', facts } : { verdict: 'refuse', why: 'the carrier does not know it' });
          }),
          steps: [...same.values()].flatMap((entries) =>
            requestsFor(entries.map(({ sim }) => sim)).map(([account, group]) => ({
              input: {
                body: {
                  ...inAccount(account),
                  devices: elementsOf(group),
                  primaryPlaceOfUse: entries[0]?.place ?? body.primaryPlaceOfUse,
                },
              },
              targets: group.map((sim) => sim.device),
            })),
          ),
        };
      },
      1,
    );
    const place = inputs[0]?.body.primaryPlaceOfUse.address;
    return {
      targets: inspected.flatMap((one) => one.targets),
      steps: inspected.flatMap((one) => one.steps),
      effect: `replace the whole place of use, now in ${quoteName(`${place?.city ?? ''} ${place?.state ?? ''} ${place?.zip ?? ''}`)}; the address decides the taxes`,
      noun: 'SIM',
      effects: details.contactInfo.effects,
      undo: 'writing the previous place again; read it with get_device raw first, it is not kept here',
    };
  },
  providerRequestIdOf: requestIdOf,
  async settle(step, at) {
    const { address } = step.input.body.primaryPlaceOfUse;
    return mapWithConcurrency(step.targets, async (device) => {
      const row = await rowOf(asIccid(device), at);
      const is = (member: 'addressLine1' | 'city' | 'zip'): boolean =>
        row !== undefined && attributeOf(row, attributeNameOf(member)) === address[member];
      const done = is('addressLine1') && is('city') && is('zip');
      return {
        device,
        outcome: done ? 'applied' : 'pending',
        after: { ZIP: sanitize((row && attributeOf(row, attributeNameOf('zip'))) ?? 'unknown', 12) },
      };
    });
  },
  settleTimeout: { ms: halfHour, onTimeout: 'unknown' },
});
