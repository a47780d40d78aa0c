/** Adds a cellular device by its SIM. The platform assigns the EUI, so the plan names the device by its SIM. */

import { walkGuard } from '../../clients/http/pages.ts';
import { cellularDevices } from '../../clients/thingpark/cellular-devices.ts';
import { devices } from '../../clients/thingpark/devices.ts';
import { instant } from '../../clock.ts';
import { quoteName } from '../../text/sanitize.ts';
import { checkDigitWarning } from '../../vocabulary.ts';
import { warning } from '../document/approval-document.ts';
import { field, joined, nothing, ownText, phrase, quoted, stated } from '../document/phrase.ts';
import { mapWithConcurrency } from '../map-with-concurrency.ts';
import { type PlannerContext, planner, type Warning } from '../planner.ts';
import { checkAppServers, checkConnectivityPlan, checkNetworkContext, modelOf } from './catalogue.ts';
import { planFactOf } from './fact-text.ts';

const maxScanned = 5000;
const pageSize = 1000;

/** The cellular device with this SIM; `complete` is false when there were more than the read limit. */
async function findBySim(sim: string, { connection, signal }: Pick<PlannerContext, 'connection' | 'signal'>, from?: string) {
  let pageAfter: string | undefined;
  const guard = walkGuard<{ EUI: string }, string>((row) => row.EUI);
  for (let scanned = 0; scanned < maxScanned; ) {
    const query = {
      connectivity: 'CELLULAR' as const,
      sort: 'EUI,asc',
      pageSize,
      ...(from ? { from } : {}),
      ...(pageAfter ? { pageAfter } : {}),
    };
    const page = await connection.call(devices.list, { query }, { signal });
    const device = page.briefs.find((one) => one.sim?.ID === sim);
    const last = page.cursors?.last ?? undefined;
    const checked = guard.check({ rows: page.briefs, next: page.more ? last : undefined }, pageAfter);
    const breaksOff = checked.incomplete !== undefined || (page.more === true && last === undefined);
    pageAfter = checked.next;
    if (device || pageAfter === undefined) return { device, complete: device !== undefined || !breaksOff };
    scanned += page.briefs.length;
  }
  return { device: undefined, complete: false };
}

export const createCellularDevice = planner({
  operation: cellularDevices.create,
  async inspect(inputs, at) {
    const inspected = await mapWithConcurrency(inputs, async ({ body }) => {
      const sim = body.sim.ID;
      const { device, complete } = await findBySim(sim, at);
      const target = { device: sim, label: sim, before: { present: device ? 'yes' : 'no' } };
      if (device)
        return {
          complete,
          target: { ...target, verdict: 'refuse' as const, why: `already there as ${device.EUI} ${quoteName(device.name ?? '')}` },
        };
      await modelOf(body.model.ID, 'CELLULAR', at);
      if (body.networkSubscription) await checkConnectivityPlan(body.networkSubscription.ID, 'CELLULAR', 1, at);
      if (body.networkContext) await checkNetworkContext(body.networkContext.ID, at.connection, at.signal);
      return { complete, target: { ...target, verdict: 'change' as const, name: body.name, plan: body.networkSubscription?.ID } };
    });
    const servers = inputs.flatMap(({ body }, i) => (inspected[i]?.target.verdict === 'change' ? (body.appServers ?? []) : []));
    const serverWarnings = await checkAppServers(
      servers.map(({ ID }) => ID),
      at,
    );
    const first = inputs[0]?.body;
    // The text says that it is cellular, and a plan stands for the handling mode.
    const mode = stated('query.networkSubscriptionsHandlingMode', inputs[0]?.query?.networkSubscriptionsHandlingMode, nothing);
    const implied = phrase`${stated('body.connectivity', 'CELLULAR', nothing)}${mode}`;
    return {
      targets: inspected.map(({ target }) => target),
      steps: inputs.map((input) => ({ input, targets: [input.body.sim.ID] })),
      effect: phrase`${joined([
        phrase`add cellular device${first?.name ? phrase` ${field('body.name')}` : nothing}`,
        phrase`model ${field('body.model.ID', 60)}`,
        first?.enforcedIMEI ? phrase`only in equipment ${field('body.enforcedIMEI')}` : phrase`in any equipment`,
        ...(first?.networkSubscription ? [phrase`plan ${field('body.networkSubscription.ID')}`] : []),
        ...(first?.networkContext ? [phrase`context ${field('body.networkContext.ID')}`] : []),
        ...(first?.appServers?.length ? [phrase`data to ${field('body.appServers.ID')}`] : []),
      ])}${implied}`,
      noun: 'SIM',
      effects: cellularDevices.create.effects,
      cost: phrase`Takes a plan licence, cost unknown`,
      undo: phrase`deleting it, with its history`,
      warnings: [
        ...inputs.flatMap(({ query, body }, i) => [
          ...digitWarnings(body.sim.ID, body.enforcedIMEI),
          ...(query?.networkSubscriptionsHandlingMode === 'ADVANCED' && !body.networkSubscription
            ? [warning('starts-suspended', phrase`${quoted(body.sim.ID)} starts suspended: no connectivity plan is given`)]
            : []),
          ...(body.networkContext
            ? []
            : [warning('no-destination', phrase`${quoted(body.sim.ID)} reaches no application server: no network context is given`)]),
          ...(inspected[i]?.complete === false
            ? [
                warning(
                  'list-incomplete',
                  phrase`the cellular devices were not read to the end: whether ${quoted(body.sim.ID)} is among them is not known`,
                ),
              ]
            : []),
        ]),
        ...serverWarnings,
      ],
    };
  },
  async settle(step, at) {
    const sim = step.input.body.sim.ID;
    // The platform's clock may be behind ours: allow two minutes.
    const { device } = await findBySim(sim, at, instant(step.sentAt - 120_000));
    if (!device) return [{ device: sim, outcome: 'pending', why: 'not there when read back' }];
    return [
      {
        device: sim,
        outcome: 'applied',
        after: { device: device.EUI, health: device.healthState ?? 'unknown', plan: planFactOf(device) },
      },
    ];
  },
  settleTimeout: { ms: 120_000, onTimeout: 'failed' },
});

/** Warns about wrong check digits of ICCID and IMEI. An EID (32 digits) has no such check digit. */
function digitWarnings(sim: string, imei: string | undefined): Warning[] {
  const wrong = [
    sim.length < 32 ? checkDigitWarning('iccid', sim) : undefined,
    imei === undefined ? undefined : checkDigitWarning('imei', imei),
  ];
  return wrong.flatMap((text) => (text === undefined ? [] : [warning('check-digit', ownText(text))]));
}
