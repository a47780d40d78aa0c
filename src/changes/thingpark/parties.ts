/** Creates and deletes subscribers, suppliers and vendors, and creates users. Creating one gives a person access. */
import type { Effect, InputOf } from '../../clients/http/endpoint.ts';
import { baseStations } from '../../clients/thingpark/base-stations.ts';
import { devices } from '../../clients/thingpark/devices.ts';
import { orders } from '../../clients/thingpark/orders.ts';
import { subscribers } from '../../clients/thingpark/subscribers.ts';
import { subscription } from '../../clients/thingpark/subscription.ts';
import { suppliers } from '../../clients/thingpark/suppliers.ts';
import { users } from '../../clients/thingpark/users.ts';
import { vendors } from '../../clients/thingpark/vendors.ts';
import { textMemberOf } from '../../text/is-object.ts';
import { sanitize } from '../../text/sanitize.ts';
import { warning } from '../document/approval-document.ts';
import { field, joined, nothing, ownText, phrase, quoted, stated } from '../document/phrase.ts';
import { mapWithConcurrency } from '../map-with-concurrency.ts';
import { type Dependents, type PlannerContext, planner, type SentStep, type Settled } from '../planner.ts';
import { settleDeletion, undefinedIfMissing } from './read-back.ts';

type ReadContext = Pick<PlannerContext, 'connection' | 'signal'>;

/** What is deleted with a subscriber. Devices and base stations can be counted only for this connection's own subscriber. */
async function cascadeOf(id: string, { connection, signal }: ReadContext): Promise<Record<string, string>> {
  const all = await connection.call(orders.list, {}, { signal });
  const own = connection.hasCredentialsFor('oss') ? (await connection.call(subscription.read, {}, { signal })).subscriber?.ID : undefined;
  const counts = { orders: String(all.filter((one) => one.subscriberId === id).length) };
  if (own !== id) return { ...counts, devices: 'not countable from here', 'base stations': 'not countable from here' };
  const [deviceCounters, stationCounters] = await Promise.all([
    connection.call(devices.counters, {}, { signal }),
    connection.call(baseStations.counters, {}, { signal }),
  ]);
  type Counters = { briefs: { count?: number | null | undefined }[]; totalCount?: number | null | undefined };
  const sum = ({ totalCount, briefs }: Counters): string => {
    if (typeof totalCount === 'number') return String(totalCount);
    const known = briefs.flatMap(({ count }) => (typeof count === 'number' ? [count] : []));
    return known.length < briefs.length ? 'of an unknown number' : String(known.reduce((total, count) => total + count, 0));
  };
  return { ...counts, devices: sum(deviceCounters), 'base stations': sum(stationCounters) };
}

/** The devices that are deleted with subscribers. Where they cannot be counted, any device of the connection may be one of them. */
function dependentsOf(cascades: readonly Readonly<Record<string, string>>[]): Dependents | undefined {
  const counts = cascades.flatMap(({ devices: count }) => count ?? []);
  const atLeast = counts.some((count) => !/^\d+$/.test(count));
  const count = counts.reduce((sum, one) => sum + (/^\d+$/.test(one) ? Number(one) : 0), 0);
  return count === 0 && !atLeast ? undefined : { noun: 'device', count, isInEffect: true, ...(atLeast ? { atLeast } : {}), devices: [] };
}

const describeCounts = (cascade: Record<string, string>): string =>
  Object.entries(cascade)
    .map(([what, count]) => (/^\d+$/.test(count) ? `${count} ${count === '1' ? what.replace(/s$/, '') : what}` : `${what} ${count}`))
    .join(', ');

export const deleteSubscriber = planner({
  operation: subscribers.delete,
  async inspect(inputs, at) {
    const { connection, signal } = at;
    const inspected = await mapWithConcurrency(inputs, async (input) => {
      const ref = input.path.subscriberRef;
      const row = await undefinedIfMissing(connection.call(subscribers.read, { path: input.path }, { signal }));
      const target = { device: ref, label: `subscriber ${ref}`, before: {} };
      if (!row) return { input, cascade: {}, target: { ...target, verdict: 'refuse' as const, why: 'there is no such subscriber' } };
      const cascade = await cascadeOf(row.id ?? ref, at);
      const before = { id: row.id ?? 'unknown', name: row.name ?? 'unknown', ...cascade };
      const holds = Object.values(cascade).some((count) => /^[1-9]|unknown/.test(count));
      if (holds && !input.query?.force)
        return {
          input,
          cascade,
          target: {
            ...target,
            before,
            verdict: 'refuse' as const,
            why: `it still has ${describeCounts(cascade)}; only force deletes them too`,
          },
        };
      return { input, cascade, target: { ...target, before, verdict: 'change' as const } };
    });
    const changing = inspected.filter(({ target }) => target.verdict === 'change');
    const first = inspected[0];
    const forced = inputs.some(({ query }) => query?.force === true);
    return {
      targets: inspected.map(({ target }) => target),
      steps: inspected.flatMap(({ input, target }) => (target.verdict === 'change' ? [{ input, targets: [target.device] }] : [])),
      effect: forced
        ? phrase`${stated('query.force', true, phrase`DELETE WITH ALL IT HAS`)}: ${inspected.length === 1 ? ownText(describeCounts(first?.cascade ?? {})) : phrase`orders, devices and base stations as listed`}`
        : phrase`DELETE the subscriber`,
      dependents: dependentsOf(changing.map(({ cascade }) => cascade)),
      noun: 'subscriber',
      effects: subscribers.delete.effects,
      warnings: forced
        ? inspected.map(({ target, cascade }) =>
            warning('deleted-with-it', phrase`${quoted(target.device)}: ${ownText(describeCounts(cascade))} are deleted with it`),
          )
        : [],
    };
  },
  async settle(step, { connection, signal }) {
    const device = step.input.path.subscriberRef;
    const found = await undefinedIfMissing(connection.call(subscribers.read, { path: step.input.path }, { signal }));
    return [settleDeletion(found, device)];
  },
  settleTimeout: { ms: 600_000, onTimeout: 'unknown' },
});

interface PartyInput {
  body: {
    id?: string | undefined;
    name?: string | undefined;
    primaryUser: { email: string };
  };
}
interface Party {
  ref?: string | null | undefined;
  id?: string | null | undefined;
  name?: string | null | undefined;
  contactEmail?: string | null | undefined;
}

/** The planner members that create a subscriber, supplier or vendor, each with a first user who gets access. */
function partyCreation<I extends PartyInput>(noun: string, effects: readonly Effect[], list: (at: ReadContext) => Promise<Party[]>) {
  return {
    async inspect(inputs: readonly I[], at: PlannerContext) {
      const all = await list(at);
      const targets = inputs.map(({ body }) => {
        const key = body.id ?? body.name ?? body.primaryUser.email;
        const present = all.some(
          (one) => (body.id !== undefined && one.id === body.id) || (body.name !== undefined && one.name === body.name),
        );
        const target = { device: key, label: sanitize(key, 60), before: { present: present ? 'yes' : 'no' } };
        return present
          ? { ...target, verdict: 'refuse' as const, why: `a ${noun} of this id or name is there already` }
          : { ...target, verdict: 'change' as const };
      });
      return {
        targets,
        steps: inputs.map((input, i) => ({ input, targets: [targets[i]?.device ?? ''] })),
        effect: phrase`add it and GIVE ACCESS to its first user ${field('body.primaryUser.email', 60)}`,
        noun,
        effects,
        undo: phrase`deleting it; its user stays until an operator removes it`,
      };
    },
    providerRequestIdOf: refOf,
    async settle(step: SentStep<I>, at: PlannerContext): Promise<Settled[]> {
      const { id, name, primaryUser } = step.input.body;
      const created = (await list(at)).find((one) =>
        step.providerRequestId
          ? one.ref === step.providerRequestId
          : (id ?? one.id) === one.id && (name ?? one.name) === one.name && one.contactEmail === primaryUser.email,
      );
      const device = step.targets[0] ?? '';
      if (!created) return [{ device, outcome: 'pending', why: `no such ${noun} when read back` }];
      return [{ device, outcome: 'applied', after: { ref: created.ref ?? 'unknown', id: created.id ?? 'unknown' } }];
    },
    settleTimeout: { ms: 120_000, onTimeout: 'unknown' as const },
  };
}

export const createSubscriber = planner({
  operation: subscribers.create,
  givesAccess: true,
  ...partyCreation<InputOf<typeof subscribers.create>>('subscriber', subscribers.create.effects, ({ connection, signal }) =>
    connection.call(subscribers.list, { query: {} }, { signal }),
  ),
});
export const createSupplier = planner({
  operation: suppliers.create,
  givesAccess: true,
  ...partyCreation<InputOf<typeof suppliers.create>>('supplier', suppliers.create.effects, ({ connection, signal }) =>
    connection.call(suppliers.list, { query: {} }, { signal }),
  ),
});
export const createVendor = planner({
  operation: vendors.create,
  givesAccess: true,
  ...partyCreation<InputOf<typeof vendors.create>>('vendor', vendors.create.effects, ({ connection, signal }) =>
    connection.call(vendors.list, { query: {} }, { signal }),
  ),
});

export const createUser = planner({
  operation: users.create,
  givesAccess: true,
  async inspect(inputs, { connection, signal }) {
    const targets = await mapWithConcurrency(inputs, async ({ body }) => {
      const found = await connection.call(users.list, { query: { email: body.email } }, { signal });
      const present = found.find((one) => one.email?.toLowerCase() === body.email.toLowerCase());
      const target = { device: body.email, label: body.email, before: { present: present ? 'yes' : 'no' } };
      return present
        ? { ...target, verdict: 'refuse' as const, why: `is user ${present.ref ?? ''} already` }
        : { ...target, verdict: 'change' as const };
    });
    const first = inputs[0]?.body;
    const name = ['firstName', 'lastName'] as const;
    const given = name.filter((one) => first?.[one] !== undefined).map((one) => phrase`${field(`body.${one}`)}`);
    return {
      targets,
      steps: inputs.map((input) => ({ input, targets: [input.body.email] })),
      effect: phrase`GIVE ACCESS as a user${given.length > 0 ? phrase` ${joined(given, phrase` `)}` : nothing}${first?.scopes ? phrase` with ${field('body.scopes', 80)}` : phrase` with the scope of this connection`}`,
      noun: 'person',
      effects: users.create.effects,
    };
  },
  providerRequestIdOf: (reply) => refOf(reply),
  async settle(step, { connection, signal }) {
    const { email } = step.input.body;
    const found = await connection.call(users.list, { query: { email } }, { signal });
    const created = found.find((one) => one.email?.toLowerCase() === email.toLowerCase());
    if (!created) return [{ device: email, outcome: 'pending', why: 'no such user when read back' }];
    return [
      { device: email, outcome: 'applied', after: { ref: created.ref ?? 'unknown', scopes: created.scopes?.join(' ') ?? 'unknown' } },
    ];
  },
  settleTimeout: { ms: 120_000, onTimeout: 'unknown' },
});

function refOf(reply: unknown): string | undefined {
  return textMemberOf(reply, 'ref');
}
