import { base64ByteLength, nidd } from '../../clients/thingspace/nidd.ts';
import { planner } from '../planner.ts';
import { requestIdOf, settleAccepted } from './sim-settling.ts';
import { idsOf, inspectSims, missingListenerWarnings, narrowBy, requireActive, selectionOfIds } from './sims.ts';

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
    return {
      ...inspected,
      warnings: [...inspected.warnings, ...(body ? await missingListenerWarnings('NiddService', body.accountName, at) : [])],
      effect: `hand over ${base64ByteLength(body?.message ?? '') ?? 0} bytes, to be delivered within ${body?.maximumDeliveryTime ?? 0} s`,
      effects: nidd.send.effects,
      cost: 'Priced by contract, cost unknown',
    };
  },
  narrow: narrowBy('deviceIds'),
  providerRequestIdOf: requestIdOf,
  settle: async (step) => settleAccepted(step, 'NiddService'),
  settleTimeout: { ms: 600_000, onTimeout: 'unknown' },
});
