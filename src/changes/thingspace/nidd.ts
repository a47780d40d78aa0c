import { nidd } from '../../clients/thingspace/nidd.ts';
import { hour } from '../../durations.ts';
import { warning } from '../document/approval-document.ts';
import { field, phrase, quoted, stated } from '../document/phrase.ts';
import { planner } from '../planner.ts';
import { requestIdOf, settleByListener } from './sim-settling.ts';
import { missingListenerWarnings } from './sim-warnings.ts';
import { idsOf, inspectSims, narrowBy, requireActive, selectionOfIds } from './sims.ts';

const shownBytes = 24;
const hexOf = (bytes: Buffer): string => bytes.toString('hex').toUpperCase();
// Two hex digits for each of the at most 1,358 bytes.
const longestHex = 2716;

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
    const whole = stated('body.message', body?.message ?? '', phrase`hex ${quoted(hexOf(bytes), longestHex)}`);
    const isLong = bytes.length > shownBytes;
    const more = isLong ? [warning('long-message', phrase`the whole message is ${whole}`)] : [];
    const shown = isLong ? phrase`hex ${quoted(hexOf(bytes.subarray(0, shownBytes)), longestHex)} and more` : whole;
    return {
      ...inspected,
      warnings: [...inspected.warnings, ...more, ...(body ? await missingListenerWarnings('NiddService', body.accountName, at) : [])],
      effect: phrase`hand over ${bytes.length} bytes, to be delivered within ${field('body.maximumDeliveryTime')} s: ${shown}`,
      effects: nidd.send.effects,
      cost: phrase`Priced by contract, cost unknown`,
    };
  },
  narrow: narrowBy('deviceIds'),
  providerRequestIdOf: requestIdOf,
  reportedOnly: true,
  settle: (step, at) => settleByListener(step, 'NiddService', at),
  unobservable: true,
  settleTimeout: { ms: hour, onTimeout: 'unknown' },
});
