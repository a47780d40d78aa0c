import { nidd } from '../../clients/thingspace/nidd.ts';
import { hour } from '../../durations.ts';
import { planner } from '../planner.ts';
import { requestIdOf, settleAccepted, settleUnobservable } from './sim-settling.ts';
import { idsOf, inspectSims, missingListenerWarnings, narrowBy, requireActive, selectionOfIds } from './sims.ts';

const shownBytes = 24;
const hexOf = (bytes: Buffer): string => bytes.toString('hex').toUpperCase();
const shownHex = (bytes: Buffer): string => `${hexOf(bytes.subarray(0, shownBytes))}${bytes.length > shownBytes ? '…' : ''}`;

/** Sends bytes to NB-IoT devices (non-IP data delivery). Every device is named; filters are not used. */
export const sendNidd = planner({
  operation: nidd.send,
  async inspect(inputs, at) {
    const inspected = await inspectSims(inputs, at, {
      selection: ({ body: { deviceIds, accountName } }) => selectionOfIds({ deviceIds, accountName }),
      verdictOf: (sim) => requireActive(sim, 'sent data'),
      request: ({ body }, sims) => ({ body: { ...body, deviceIds: idsOf(sims) } }),
    });
    const body = inputs[0]?.body;
    const bytes = Buffer.from(body?.message ?? '', 'base64');
    const whole = bytes.length > shownBytes ? [`the whole message is hex ${hexOf(bytes.subarray(0, 512))}`] : [];
    return {
      ...inspected,
      warnings: [...inspected.warnings, ...whole, ...(body ? await missingListenerWarnings('NiddService', body.accountName, at) : [])],
      effect: `hand over ${bytes.length} bytes, to be delivered within ${body?.maximumDeliveryTime ?? 0} s: hex ${shownHex(bytes)}`,
      effects: nidd.send.effects,
      cost: 'Priced by contract, cost unknown',
    };
  },
  narrow: narrowBy('deviceIds'),
  providerRequestIdOf: requestIdOf,
  reportedOnly: true,
  async settle(step, at) {
    const { accountName } = step.input.body;
    // Without a listener no report can come: handing over is all that can be known.
    const [unheard] = await missingListenerWarnings('NiddService', accountName, at);
    return unheard ? settleAccepted(step, 'NiddService') : settleUnobservable(step, 'NiddService');
  },
  unobservable: true,
  settleTimeout: { ms: hour, onTimeout: 'unknown' },
});
