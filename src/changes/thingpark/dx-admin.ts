/** DX Admin objects: found by ref, updated, deleted. DX silently ignores members it cannot change, so every value is read back. */
import type { Effect, InputOf } from '../../clients/http/endpoint.ts';
import { offers } from '../../clients/thingpark/offers.ts';
import { subscribers } from '../../clients/thingpark/subscribers.ts';
import { suppliers } from '../../clients/thingpark/suppliers.ts';
import { users } from '../../clients/thingpark/users.ts';
import { vendors } from '../../clients/thingpark/vendors.ts';
import { textMemberOf } from '../../text/is-object.ts';
import { sanitize } from '../../text/sanitize.ts';
import { field, nothing, type Phrase, phrase, quoted, settings, stated } from '../document/phrase.ts';
import { mapWithConcurrency } from '../map-with-concurrency.ts';
import { type PlannerContext, planner, type SentStep, type Settled, type TargetState } from '../planner.ts';
import { factText } from './fact-text.ts';
import { type MemberFact, readMember, settleDeletion, settleMembers, undefinedIfMissing } from './read-back.ts';

type ReadContext = Pick<PlannerContext, 'connection' | 'signal'>;
type Row = Readonly<Record<string, unknown>>;

/** How objects of one kind are named and read. */
interface Kind<I> {
  noun: string;
  refOf(input: I): string;
  read(input: I, at: ReadContext): Promise<Row | undefined>;
}

const timeout = { ms: 120_000, onTimeout: 'failed' } as const;

/** The members that the body sets, each with its requested and its present value. */
const requestedMembers = (body: object, row: Row): MemberFact[] =>
  Object.entries(body).map(([name, requested]) => ({ name, requested: factText(requested), ...readMember(row, name) }));

function snapshotOf(row: Row): Record<string, string> {
  const names = ['id', 'name', 'firstName', 'lastName', 'email', 'contactEmail', 'organization', 'state'];
  return Object.fromEntries(names.flatMap((name) => (row[name] === undefined ? [] : [[name, sanitize(factText(row[name]), 80)]])));
}

async function inspect<I>({ noun, refOf, read }: Kind<I>, input: I, at: ReadContext, differs: (row: Row) => boolean): Promise<TargetState> {
  const device = refOf(input);
  const row = await read(input, at);
  const target = { device, label: `${noun} ${device}` };
  if (!row) return { ...target, before: {}, verdict: 'refuse', why: `there is no such ${noun}` };
  return { ...target, before: snapshotOf(row), verdict: differs(row) ? 'change' : 'unchanged', name: textMemberOf(row, 'name') };
}

const stepsOf = <I>(inputs: readonly I[], targets: readonly TargetState[]) =>
  inputs.flatMap((input, i) => (targets[i]?.verdict === 'change' ? [{ input, targets: [targets[i].device] }] : []));

/** The planner members that update an object of this kind. */
function recordUpdate<I extends { body: object }>(kind: Kind<I>, effects: readonly Effect[], consequence?: (body: I['body']) => Phrase) {
  return {
    async inspect(inputs: readonly I[], at: PlannerContext) {
      const targets = await mapWithConcurrency(inputs, (input) =>
        inspect(kind, input, at, (row) => requestedMembers(input.body, row).some(({ requested, present }) => requested !== present)),
      );
      return {
        targets,
        steps: stepsOf(inputs, targets),
        effect: phrase`set ${settings('body')}${inputs[0] && consequence ? consequence(inputs[0].body) : nothing}`,
        noun: kind.noun,
        effects,
        undo: phrase`setting the previous values`,
      };
    },
    async settle(step: SentStep<I>, at: PlannerContext): Promise<Settled[]> {
      const device = kind.refOf(step.input);
      const row = await kind.read(step.input, at);
      if (!row) return [{ device, outcome: 'pending', why: 'not there when read back' }];
      const found = requestedMembers(step.input.body, row);
      return [settleMembers(device, found, { isAccepted: step.answered, after: snapshotOf(row), cause: 'the provider ignored it' })];
    },
    settleTimeout: timeout,
  };
}

/** The planner members that delete an object of this kind. */
function recordDeletion<I>(kind: Kind<I>, effects: readonly Effect[], consequence: Phrase) {
  return {
    async inspect(inputs: readonly I[], at: PlannerContext) {
      const targets = await mapWithConcurrency(inputs, (input) => inspect(kind, input, at, () => true));
      const name = targets[0]?.before['name'] ?? targets[0]?.before['id'];
      return {
        targets,
        steps: stepsOf(inputs, targets),
        effect: phrase`DELETE${name ? phrase` ${quoted(name)}` : nothing}; ${consequence}`,
        noun: kind.noun,
        effects,
      };
    },
    async settle(step: SentStep<I>, at: PlannerContext): Promise<Settled[]> {
      const device = kind.refOf(step.input);
      return [settleDeletion(await kind.read(step.input, at), device)];
    },
    settleTimeout: timeout,
  };
}

type OfSupplier = { path: { supplierRef: string } };
type OfVendor = { path: { vendorRef: string } };
type OfOffer = { path: { offerRef: string } };

const supplier: Kind<OfSupplier> = {
  noun: 'supplier',
  refOf: ({ path }) => path.supplierRef,
  read: ({ path }, { connection, signal }) => undefinedIfMissing(connection.call(suppliers.read, { path }, { signal })),
};
const vendor: Kind<OfVendor> = {
  noun: 'vendor',
  refOf: ({ path }) => path.vendorRef,
  read: ({ path }, { connection, signal }) => undefinedIfMissing(connection.call(vendors.read, { path }, { signal })),
};
const offer: Kind<OfOffer> = {
  noun: 'offer',
  refOf: ({ path }) => path.offerRef,
  read: ({ path }, { connection, signal }) => undefinedIfMissing(connection.call(offers.read, { path }, { signal })),
};
const subscriber: Kind<{ path: { subscriberRef: string } }> = {
  noun: 'subscriber',
  refOf: ({ path }) => path.subscriberRef,
  read: ({ path }, { connection, signal }) => undefinedIfMissing(connection.call(subscribers.read, { path }, { signal })),
};
const user: Kind<{ path: { userRef: string } }> = {
  noun: 'user',
  refOf: ({ path }) => path.userRef,
  read: ({ path }, { connection, signal }) => undefinedIfMissing(connection.call(users.read, { path }, { signal })),
};

export const updateSupplier = planner({
  operation: suppliers.update,
  ...recordUpdate<InputOf<typeof suppliers.update>>(supplier, suppliers.update.effects),
});
export const updateVendor = planner({
  operation: vendors.update,
  ...recordUpdate<InputOf<typeof vendors.update>>(vendor, vendors.update.effects),
});
export const updateSubscriber = planner({
  operation: subscribers.update,
  ...recordUpdate<InputOf<typeof subscribers.update>>(subscriber, subscribers.update.effects),
});
export const updateUser = planner({
  operation: users.update,
  ...recordUpdate<InputOf<typeof users.update>>(user, users.update.effects),
});
export const updateOffer = planner({
  operation: offers.update,
  ...recordUpdate<InputOf<typeof offers.update>>(offer, offers.update.effects, ({ state }) =>
    state === 'INACTIVE' ? phrase`; nobody can order it any more` : state === 'ACTIVE' ? phrase`; it can be ordered` : nothing,
  ),
});
export const deleteSupplier = planner({
  operation: suppliers.delete,
  ...recordDeletion<OfSupplier>(supplier, suppliers.delete.effects, phrase`what depends on it is not known`),
});
export const deleteVendor = planner({
  operation: vendors.delete,
  ...recordDeletion<OfVendor>(vendor, vendors.delete.effects, phrase`its offers can no longer be ordered`),
});
export const deleteOffer = planner({
  operation: offers.delete,
  ...recordDeletion<OfOffer>(offer, offers.delete.effects, phrase`what happens to its orders is not known`),
});

export const createOffer = planner({
  operation: offers.create,
  async inspect(inputs, { connection, signal }) {
    const all = await connection.call(offers.list, { query: {} }, { signal });
    const targets = inputs.map(({ body }): TargetState => {
      const present = all.some(({ id }) => id === body.id);
      const target = { device: body.id, label: body.id, before: { present: present ? 'yes' : 'no' } };
      return present ? { ...target, verdict: 'refuse', why: 'an offer of this id is there already' } : { ...target, verdict: 'change' };
    });
    const first = inputs[0]?.body;
    return {
      targets,
      steps: stepsOf(inputs, targets),
      effect: phrase`add offer${first?.name ? phrase` ${field('body.name')}` : nothing}, ${stated('body.state', first?.state, first?.state === 'INACTIVE' ? phrase`not to be ordered yet` : phrase`which can be ordered at once`)}`,
      noun: 'offer',
      effects: offers.create.effects,
      undo: phrase`deleting it while nobody ordered it`,
    };
  },
  async settle(step, { connection, signal }) {
    const device = step.input.body.id;
    const found = (await connection.call(offers.list, { query: {} }, { signal })).find(({ id }) => id === device);
    return [
      found
        ? { device, outcome: 'applied', after: { ref: found.ref ?? 'unknown', state: found.state ?? 'unknown' } }
        : { device, outcome: 'pending', why: 'no such offer when read back' },
    ];
  },
  settleTimeout: { ms: 120_000, onTimeout: 'unknown' },
});
