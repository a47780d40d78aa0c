import { Refusal } from '../../clients/http/errors.ts';
import { callbacks } from '../../clients/thingspace/callbacks.ts';
import { sms } from '../../clients/thingspace/sms.ts';
import { day } from '../../durations.ts';
import { field, joined, nothing, phrase, quoted, stated, word } from '../document/phrase.ts';
import { planner } from '../planner.ts';
import { addressOf } from './callbacks.ts';
import { requestIdOf, settleAccepted, settleByListener } from './sim-settling.ts';
import { idsOf, inspectSims, narrowBy, requireActive, selectionOfIds, withoutFilter } from './sims.ts';

/** Longest SMS, characters. */
const longest = 160;
const mostBytes = 140;

/** Sends an SMS to SIMs that the request names, never to a group or filter: each message costs money and wakes a device. */
export const sendSms = planner({
  operation: sms.send,
  async inspect(inputs, at) {
    for (const { body } of inputs) check(body);
    const inspected = await inspectSims(inputs, at, {
      selection: ({ body }) => selectionOfIds(body),
      verdictOf: (sim) => requireActive(sim, 'sent an SMS'),
      request: ({ body }, sims) => ({ body: { ...withoutFilter(body), deviceIds: idsOf(sims) } }),
    });
    const text = inputs[0]?.body.smsMessage ?? '';
    const encoded = inputs.some(({ body }) => body.dataEncoding !== undefined);
    return {
      ...inspected,
      effect: phrase`hand over an SMS of ${text.length} characters${encoded ? phrase` in ${word('body.dataEncoding')}` : nothing}: ${field('body.smsMessage', longest)}`,
      effects: sms.send.effects,
      cost: phrase`Priced per message by contract, cost unknown`,
    };
  },
  narrow: narrowBy('deviceIds'),
  providerRequestIdOf: requestIdOf,
  reportedOnly: true,
  settle: (step, at) => settleByListener(step, 'SMSDeliveryConfirmation', at),
  unobservable: true,
  settleTimeout: { ms: day, onTimeout: 'unknown' },
});

function check(body: { deviceIds?: unknown[] | undefined; smsMessage: string; dataEncoding?: string | undefined }): void {
  if (!body.deviceIds?.length)
    throw new Refusal(
      'deviceIds: an SMS goes only to SIMs that are named, never to a group or filter',
      'Name the SIMs: list_devices finds them; nothing was sent.',
      'deviceIds',
    );
  const encoding = body.dataEncoding ?? '7-bit';
  const bytes = Buffer.byteLength(body.smsMessage, 'utf8');
  if (encoding !== '7-bit' && bytes > mostBytes)
    throw new Refusal(`smsMessage: is ${bytes} bytes, ${encoding} takes ${mostBytes}`, 'Shorten it; nothing was sent.', 'smsMessage');
  if (encoding !== '8-bit-UTF-8' && bytes !== body.smsMessage.length)
    throw new Refusal(
      `smsMessage: holds characters that ${encoding} does not`,
      'Write it in plain ASCII, or take 8-bit-UTF-8 (140 bytes); nothing was sent.',
      'smsMessage',
    );
}

/** Removes exactly the page that was read. If the queue now begins with another page, unread messages would be lost. */
export const takeSms = planner({
  operation: sms.take,
  async inspect(inputs, { connection, signal }) {
    const input = inputs[0];
    if (!input || inputs.length > 1)
      throw new Refusal('one page of one account is taken at a time', 'Name one account and its next.', 'next');
    const { accountName } = input.path;
    const page = await connection.call(sms.list, { path: { accountName } }, { signal });
    const messages = page.messages ?? [];
    const before = {
      messages: String(messages.length),
      oldest: messages[0]?.timestamp ?? 'none',
      newest: messages.at(-1)?.timestamp ?? 'none',
    };
    const target = { device: accountName, label: `the SMS queue of ${accountName}`, before };
    const changed = page.next !== input.query?.next;
    return {
      targets: [
        changed
          ? { ...target, verdict: 'refuse' as const, why: 'its first page has changed; list_sms shows the current page with its next' }
          : { ...target, verdict: 'change' as const },
      ],
      steps: changed ? [] : [{ input, targets: [accountName] }],
      // The token stands for exactly the page that was read.
      effect: phrase`remove ${stated('query.next', input.query?.next, phrase`the ${messages.length} oldest messages`)} from the queue for good`,
      noun: 'account',
      effects: sms.take.effects,
    };
  },
  async settle(step, { connection, signal }) {
    const device = step.input.path.accountName;
    const page = await connection.call(sms.list, { path: { accountName: device } }, { signal });
    return page.next === step.input.query?.next
      ? [{ device, outcome: 'pending', why: 'the page is still in the queue when read back' }]
      : [{ device, outcome: 'applied', after: { 'messages on the page now first': String(page.messages?.length ?? 0) } }];
  },
  settleTimeout: { ms: 120_000, onTimeout: 'failed' },
});

/** Starts callbacks: messages are sent to the listener instead of the queue. Without a listener they would be lost. */
export const startSmsCallbacks = planner({
  operation: sms.startCallbacks,
  async inspect(inputs, { connection, signal }) {
    const targets = await Promise.all(
      inputs.map(async ({ path: { accountName } }) => {
        const all = await connection.call(callbacks.list, { path: { accountName } }, { signal });
        const listener = all.find((one) => one.serviceName?.toLowerCase() === 'enhancedconnectivityservice');
        const before = { listener: addressOf(listener?.url) };
        const at = { device: accountName, label: `account ${accountName}`, before };
        return listener
          ? { ...at, verdict: 'change' as const }
          : { ...at, verdict: 'refuse' as const, why: 'no listener is registered for EnhancedConnectivityService' };
      }),
    );
    const listeners = [...new Set(targets.map(({ before }) => before.listener))];
    return {
      targets,
      steps: inputs.map((input) => ({ input, targets: [input.path.accountName] })),
      effect: phrase`ask to send messages from devices, queued and new, to the listener ${joined(listeners.map((url) => quoted(url, 100)))} instead of the queue`,
      noun: 'account',
      effects: sms.startCallbacks.effects,
    };
  },
  async settle(step) {
    return settleAccepted(step, 'EnhancedConnectivityService');
  },
  settleTimeout: { ms: 120_000, onTimeout: 'unknown' },
});
