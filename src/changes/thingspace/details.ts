import type { InputOf } from '../../clients/http/endpoint.ts';
import { details } from '../../clients/thingspace/details.ts';
import type { DeviceRow } from '../../clients/thingspace/device-pages.ts';
import { attributeOf } from '../../clients/thingspace/ids.ts';
import { canonicalJson } from '../../text/canonical-json.ts';
import { sanitize } from '../../text/sanitize.ts';
import { field, joined, nothing, type Phrase, phrase, stated } from '../document/phrase.ts';
import { mapWithConcurrency } from '../map-with-concurrency.ts';
import { planner } from '../planner.ts';
import { elementNamed } from './named-ids.ts';
import { oneOf } from './shown.ts';
import { rowOfTarget } from './sim-rows.ts';
import { requestIdOf, settleByFoundRows } from './sim-settling.ts';
import {
  customFieldIn,
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

/** Sets custom fields of SIMs. CustomField1 is shown as the SIM's name. */
export const setCustomFields = planner({
  operation: details.customFields,
  async inspect(inputs, at) {
    const inspected = await inspectSims(inputs, at, {
      selection: ({ body }) => selectionOf(body),
      verdictOf(sim, { body: { customFieldsToUpdate } }) {
        const facts = Object.fromEntries(
          customFieldsToUpdate.map(({ key }) => [key, sanitize(customFieldIn(sim.row, key) || 'empty', 50)]),
        );
        const becomes = Object.fromEntries(customFieldsToUpdate.map(({ key, value }) => [key, value || 'empty']));
        const same = customFieldsToUpdate.every(({ key, value }) => customFieldIn(sim.row, key) === value);
        return { verdict: same ? 'unchanged' : 'change', facts, becomes };
      },
      request: ({ body }, sims, account) => ({ body: { ...withoutFilter(body), ...inAccount(account), devices: elementsOf(sims) } }),
    });
    const wanted = new Set(inputs.map(({ body }) => canonicalJson(body.customFieldsToUpdate)));
    return {
      ...inspected,
      effect: wanted.size > 1 ? phrase`set custom fields, each SIM its own` : customFieldsText(inputs[0]?.body.customFieldsToUpdate ?? []),
      effects: details.customFields.effects,
      undo: phrase`setting the previous values again, which are in the record`,
    };
  },
  narrow: narrowBy('devices'),
  providerRequestIdOf: requestIdOf,
  settleAll: (steps, at) =>
    settleByFoundRows(steps, at, (row, step) => {
      const requested = step.input.body.customFieldsToUpdate;
      return {
        done: requested.every(({ key, value }) => customFieldIn(row, key) === value),
        after: Object.fromEntries(requested.map(({ key }) => [key, sanitize(customFieldIn(row, key) || 'empty', 50)])),
      };
    }),
  inverse({ input: { body } }, done) {
    const keys = body.customFieldsToUpdate.map(({ key }) => key);
    const former = Map.groupBy(done, ({ before }) => JSON.stringify(keys.map((key) => before[key])));
    const inputs = [...former.values()].map((those) => {
      const before = those[0]?.before ?? {};
      const customFieldsToUpdate = keys.map((key) => ({ key, value: before[key] === 'empty' ? '' : (before[key] ?? '') }));
      return {
        body: { ...inAccount(body.accountName), customFieldsToUpdate, devices: those.map(({ device }) => elementNamed(body, device)) },
      };
    });
    // A value that was cut for display cannot be restored.
    const cut = done.some(({ before }) => keys.some((key) => before[key] === undefined || before[key].endsWith('…')));
    return cut ? undefined : { operation: details.customFields, inputs };
  },
  settleTimeout: { ms: halfHour, onTimeout: 'unknown' },
});

/** `set CustomField1 to "pump 7", CustomField2 to nothing`. The contract limits the names to CustomField1 to CustomField5. */
function customFieldsText(fields: readonly { key: string; value: string }[]): Phrase {
  const path = 'body.customFieldsToUpdate';
  return phrase`set ${joined(
    fields.map(({ key, value }) => {
      const name = stated(`${path}.key`, key, phrase`CustomField${Number(key.slice('CustomField'.length))}`);
      return value === ''
        ? phrase`${name} to ${stated(`${path}.value`, '', phrase`nothing`)}`
        : phrase`${name} to ${oneOf(`${path}.value`, value)}`;
    }),
  )}`;
}

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
        return {
          verdict: same ? 'unchanged' : 'change',
          facts: { 'cost center': sanitize(present || 'none', 40) },
          becomes: { 'cost center': body.costCenter ?? 'none' },
        };
      },
      request: ({ body }, sims, account) => ({ body: { ...withoutFilter(body), ...inAccount(account), devices: elementsOf(sims) } }),
      readIndividually: true,
    });
    const removes = inputs.some(({ body }) => body.removeCostCenter === true);
    const sets = inputs.some(({ body }) => body.costCenter !== undefined);
    return {
      ...inspected,
      effect: joined([
        ...(removes ? [stated('body.removeCostCenter', true, phrase`remove the cost center`)] : []),
        ...(sets ? [phrase`set the cost center to ${field('body.costCenter')}`] : []),
      ]),
      effects: details.costCenter.effects,
      undo: phrase`setting the previous cost center again, which is in the record`,
    };
  },
  narrow: narrowBy('devices'),
  providerRequestIdOf: requestIdOf,
  async settle(step, at) {
    const requested = step.input.body.removeCostCenter ? '' : step.input.body.costCenter;
    return mapWithConcurrency(step.targets, async (device) => {
      const present = costCenterOf(await rowOfTarget(step.input, device, at));
      return { device, outcome: present === requested ? 'applied' : 'pending', after: { 'cost center': sanitize(present || 'none', 40) } };
    });
  },
  inverse({ input: { body } }, done) {
    const former = Map.groupBy(done, ({ before }) => before['cost center'] ?? '…');
    if (body.primaryPlaceOfUse || [...former.keys()].some((one) => one.endsWith('…'))) return undefined;
    const inputs = [...former].map(([costCenter, those]) => ({
      body: {
        ...inAccount(body.accountName),
        devices: those.map(({ device }) => elementNamed(body, device)),
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

type Place = InputOf<typeof details.contactInfo>['body']['primaryPlaceOfUse'];

/** That name and street are replaced. They are personal: the person who approves is told that they are set, not what they are. */
function personalParts(place: Place | undefined): Phrase {
  if (!place) return nothing;
  const path = 'body.primaryPlaceOfUse';
  const { firstName, lastName } = place.customerName;
  const name = stated(
    `${path}.customerName.firstName`,
    firstName,
    phrase`${stated(`${path}.customerName.lastName`, lastName, phrase`name`)}`,
  );
  return phrase`, ${name} and ${stated(`${path}.address.addressLine1`, place.address.addressLine1, phrase`street`)} too`;
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
            const becomes = { ZIP: body.primaryPlaceOfUse.address.zip };
            return simTarget(
              sim,
              sim.row ? { verdict: 'change', facts, becomes } : { verdict: 'refuse', why: 'the carrier does not know it' },
            );
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
    const places = inputs.map(({ body }) => body.primaryPlaceOfUse);
    return {
      targets: inspected.flatMap((one) => one.targets),
      steps: inspected.flatMap((one) => one.steps),
      effect: phrase`replace the whole place of use${places.length === 1 ? personalParts(places[0]) : nothing}, now in ${field('body.primaryPlaceOfUse.address.city')} ${field('body.primaryPlaceOfUse.address.state')} ${field('body.primaryPlaceOfUse.address.zip')}, country ${field('body.primaryPlaceOfUse.address.country')}; the address decides the taxes`,
      noun: 'SIM',
      effects: details.contactInfo.effects,
      undo: phrase`writing the previous place again; read it with get_device raw first, it is not kept here`,
    };
  },
  providerRequestIdOf: requestIdOf,
  async settle(step, at) {
    const { address } = step.input.body.primaryPlaceOfUse;
    return mapWithConcurrency(step.targets, async (device) => {
      const row = await rowOfTarget(step.input, device, at);
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
