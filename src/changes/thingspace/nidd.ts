import { bytesIn, nidd } from '../../clients/thingspace/nidd.ts';
import { planner } from '../planner.ts';
import { idsOf, lookAtSims, narrowedBy, onlyActive, receipt, selectedFlat, settleAccepted, unheard } from './sims.ts';

/** Sends bytes to NB-IoT devices (non-IP data delivery). Every device is named; filters are not used. */
export const sendNidd = planner({
  operation: nidd.send,
  async look(inputs, at) {
    const inspected = await lookAtSims(inputs, at, {
      selection: ({ body: { deviceIds, accountName } }) => selectedFlat({ deviceIds, accountName }),
      verdictOf: (sim) => onlyActive(sim, 'sent data'),
      request: ({ body }, sims) => ({ body: { ...body, deviceIds: idsOf(sims) } }),
    });
    const body = inputs[0]?.body;
    return {
      ...inspected,
      warnings: [...inspected.warnings, ...(body ? await unheard('NiddService', body.accountName, at) : [])],
      effect: `hand over ${bytesIn(body?.message ?? '') ?? 0} bytes, to be delivered within ${body?.maximumDeliveryTime ?? 0} s`,
      effects: nidd.send.effects,
      cost: 'Priced by contract, cost unknown',
    };
  },
  narrow: narrowedBy('deviceIds'),
  receipt,
  settle: async (step) => settleAccepted(step, 'NiddService'),
  patience: { ms: 600_000, silence: 'unknown' },
});
