import type { InputOf } from '../../clients/http/endpoint.ts';
import { ProviderRefused, Refusal } from '../../clients/http/errors.ts';
import { provisioning } from '../../clients/iotx/provisioning.ts';
import { subscriberState, unknownStateNote } from '../../clients/iotx/state.ts';
import { hour } from '../../durations.ts';
import { defined } from '../../text/defined.ts';
import { quoteName, sanitize } from '../../text/sanitize.ts';
import { checkDigitWarning } from '../../vocabulary.ts';
import { warning } from '../document/approval-document.ts';
import { field, nothing, phrase, quoted, quotedList } from '../document/phrase.ts';
import { mapWithConcurrency } from '../map-with-concurrency.ts';
import { type PlannerContext, planner, type TargetState, type Warning } from '../planner.ts';
import { findSubscriber, labelOf } from './subscribers.ts';

type Input = InputOf<typeof provisioning.activate>;

/**
 * The tariffs that iot-x offers for a SIM by productSetId, `partly` where more may be offered than was understood; its refusal when the SIM is
 * not in stock; or the error when neither could be read.
 */
type Offer = { offered: Map<number, string>; partly: boolean } | { notStock: string } | { unread: string };

interface Inspection {
  target: TargetState;
  warnings: Warning[];
}

/** Starts the contract of a stock SIM. iot-x must not show a subscriber under its ICCID yet, and must offer it the tariff. */
export const provisionStock = planner({
  operation: provisioning.activate,
  async inspect(inputs, at) {
    const ids = inputs.map(({ path }) => path.physicalId);
    const twice = ids.find((id, i) => ids.indexOf(id) !== i);
    if (twice) throw new Refusal(`sims: ${twice} is named twice`, 'Name each SIM once; nothing was sent.', 'sims');
    const inspected = await mapWithConcurrency(inputs, (input) => inspect(input, at));
    const steps = inputs.flatMap((input, i) =>
      inspected[i]?.target.verdict === 'change' ? [{ input, targets: [input.path.physicalId] }] : [],
    );
    const names = [...new Set(inspected.flatMap(({ target }) => target.plan ?? []))];
    const named = inputs.length === 1 && inputs[0]?.body.subscriberNickname !== undefined;
    return {
      targets: inspected.map((one) => one.target),
      steps,
      effect: phrase`start a contract on tariff ${field('body.productSetId')}${names.length > 0 ? phrase` ${quotedList(names)}` : nothing}${named ? phrase`, nickname ${field('body.subscriberNickname')}` : nothing}`,
      noun: 'stock SIM',
      effects: provisioning.activate.effects,
      cost: phrase`Billed by contract, cost unknown`,
      settles: phrase`up to 48 hours`,
      warnings: inspected.flatMap((one) => one.warnings),
    };
  },
  async settle({ input, answered }, at) {
    const device = input.path.physicalId;
    const found = await findSubscriber(device, at);
    if (!found) {
      const why = answered ? 'accepted, not among the subscribers yet' : await lostResponseHint(device, at);
      return [{ device, outcome: 'pending', after: { state: 'pending' }, why }];
    }
    const state = subscriberState(found);
    const after = defined({
      state,
      tariff: found.tariffName ? sanitize(found.tariffName, 40) : undefined,
      subscriberId: found.subscriberId || undefined,
      nickname: found.nickname ? sanitize(found.nickname, 40) : undefined,
    });
    if (state === 'active') return [{ device, outcome: 'applied', after }];
    return [
      {
        device,
        outcome: state === 'terminated' ? 'failed' : 'pending',
        after,
        why: state === 'unknown' ? `its state is unknown, ${unknownStateNote}` : `it is ${state}`,
      },
    ];
  },
  settleTimeout: { ms: 48 * hour, onTimeout: 'unknown' },
});

async function inspect({ path, body }: Input, at: PlannerContext): Promise<Inspection> {
  const device = path.physicalId;
  const requested = String(body.productSetId);
  const warnings = checkDigitWarning('iccid', device)
    ? [warning('check-digit', phrase`ICCID ${quoted(device)}: the check digit does not fit, digits may be mistyped`)]
    : [];
  const present = await findSubscriber(device, at);
  if (present) {
    const state = subscriberState(present);
    const label = labelOf({ physicalId: device, nickname: present.nickname });
    const before = { state, tariff: sanitize(present.tariffName ?? '', 40) };
    const why = `it is ${state === 'unknown' ? 'a subscriber of unknown state' : state}${present.tariffName ? ` on ${quoteName(present.tariffName)}` : ''} already, only stock can be provisioned`;
    return { target: { device, label, before, verdict: 'refuse', why }, warnings: [] };
  }
  const offer = await offerFor(device, at);
  if ('notStock' in offer) {
    const why = `iot-x does not have it in stock: ${sanitize(offer.notStock, 120).replace(/\.$/, '')}`;
    return { target: { device, label: device, before: { state: 'not in stock' }, verdict: 'refuse', why }, warnings };
  }
  const unchecked = (warning: Warning): Inspection => ({
    target: { device, label: device, before: { state: 'no subscriber yet' }, verdict: 'change' },
    warnings: [...warnings, warning],
  });
  if ('unread' in offer)
    return unchecked(
      warning(
        'tariff-not-checked',
        phrase`the tariffs could not be read, so neither stock nor tariff ${quoted(requested)} is checked: ${quoted(offer.unread, 160)}`,
      ),
    );
  const name = offer.offered.get(body.productSetId);
  if (name === undefined && offer.partly)
    return unchecked(
      warning(
        'tariff-not-checked',
        phrase`some of the tariffs that are offered are not understood, so tariff ${quoted(requested)} is not checked`,
      ),
    );
  if (name === undefined) {
    const known = [...offer.offered].map(([id, text]) => `${id} ${text ? quoteName(text) : ''}`.trim());
    throw new Refusal(
      `tariff: ${device} is not offered ${requested}`,
      `Nothing was sent. It is offered: ${known.slice(0, 10).join(', ') || 'none'}${known.length > 10 ? ` and ${known.length - 10} more` : ''}.`,
      'tariff',
    );
  }
  const tariff = `${requested} ${name}`.trim();
  return {
    target: {
      device,
      label: device,
      before: { state: 'stock', offered: tariff },
      becomes: defined({ tariff, nickname: body.subscriberNickname }),
      verdict: 'change',
      plan: name,
    },
    // The stock has exactly this ICCID, so it is no typing mistake.
    warnings: [],
  };
}

/** The path of this endpoint is a guess, so a refusal is about the SIM only when its text names the SIM. */
async function offerFor(physicalId: string, { connection, signal }: Pick<PlannerContext, 'connection' | 'signal'>): Promise<Offer> {
  try {
    const groups = await connection.call(provisioning.tariffs, { path: { physicalId } }, { signal });
    const offered = new Map<number, string>();
    const tariffs = Object.values(groups).flatMap((group) => group ?? []);
    for (const { productSetId, name } of tariffs) if (productSetId !== null) offered.set(productSetId, name ?? '');
    const partly = Object.values(groups).some((group) => !group) || tariffs.some(({ productSetId }) => productSetId === null);
    return { offered, partly };
  } catch (error) {
    if (error instanceof Refusal) return { unread: error.message };
    if (!(error instanceof ProviderRefused) || error.status >= 500) throw error;
    return error.providerMessage.includes(physicalId)
      ? { notStock: error.providerMessage }
      : { unread: sanitize(error.message, 160).replace(/\.$/, '') };
  }
}

/** After a lost response: what the offered tariffs reveal about whether the request arrived. */
async function lostResponseHint(physicalId: string, at: Pick<PlannerContext, 'connection' | 'signal'>): Promise<string> {
  const offer = await offerFor(physicalId, at);
  if ('offered' in offer && offer.offered.size > 0)
    return 'iot-x still offers it tariffs, as it does for stock: the request may never have arrived';
  return 'notStock' in offer ? 'no longer in stock, not among the subscribers yet' : 'not among the subscribers yet';
}
