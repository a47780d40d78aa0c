import { z } from 'zod';
import { baseStationAlarms } from '../../clients/thingpark/base-station-alarms.ts';
import { baseStations } from '../../clients/thingpark/base-stations.ts';
import { alarmInfo, alarmType, severityName } from '../../clients/thingpark/severities.ts';
import { stationIdOf } from '../../clients/thingpark/station-ids.ts';
import { sanitize } from '../../text/sanitize.ts';
import { readTool } from '../define.ts';
import * as fields from '../fields.ts';
import { table } from '../table.ts';
import { instantIn } from './instant-in.ts';

export const getGateway = readTool({
  name: 'get_gateway',
  toolset: 'thingpark',
  title: 'Get a gateway',
  description:
    'Reads one ThingPark base station: health, backhaul, software, location, last command and open alarms. To find one use list_gateways.',
  provider: 'thingpark',
  extra: true,
  input: z.strictObject({
    gateway: z
      .string()
      .max(200)
      .describe('LRR ID or UUID')
      .transform((text, context) => {
        const id = stationIdOf(text);
        if (id !== undefined) return id;
        context.addIssue({ code: 'custom', message: 'must be an LRR ID of 8 hex digits or an LRR UUID. Example: 10001234' });
        return z.NEVER;
      }),
    connection: fields.connection,
  }),
  output: z.looseObject({ gateway: z.looseObject({ gateway: z.string() }), alarms: z.array(z.looseObject({ alarm: z.string() })) }),
  example: { gateway: '10001234' },
  async run({ gateway, connection: name }, { connection, signal }) {
    const at = connection(name, ['thingpark']);
    const path = { bsUid: gateway.uid };
    const one = await at.call(baseStations.read, { path }, { signal });
    const [command, open] = await Promise.all([
      at.call(baseStations.lastCmdStatus, { path }, { signal }),
      one.lrrID ? at.call(baseStationAlarms.list, { query: { lrrID: [one.lrrID], acked: false, state: 2 } }, { signal }) : { briefs: [] },
    ]);
    const facts = {
      gateway: one.lrrID ?? gateway.value,
      uuid: one.lrrUUID,
      name: one.name && sanitize(one.name, 60),
      model: one.model?.ID && sanitize(one.model.ID, 60),
      state: one.state,
      health: one.healthState,
      backhaul: one.cnxState,
      backhaulSince: instantIn(one.cnxStateSince),
      software: one.version && sanitize(one.version, 40),
      lastReboot: instantIn(one.lastReboot),
      place: placeOf(one),
      region: one.rfRegionID,
      lastCommand: command.lastCmdType ? `${command.lastCmdType} ${command.lastCmdCompletionStatus ?? ''}`.trim() : undefined,
      version: one.occContext?.version,
    };
    const row = Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined && value !== null));
    const alarms = open.briefs.map((alarm) => ({
      alarm: alarm.alarmUid ?? '',
      severity: severityName(alarm.state),
      type: alarmType(alarm.ID),
      info: infoOf(alarm),
      since: instantIn(alarm.creationTimestamp),
    }));
    const lines = Object.entries(row).map(([field, value]) => `${field}: ${value}`);
    lines.push(alarms.length === 0 ? 'no open alarm' : `${alarms.length} open alarm${alarms.length === 1 ? '' : 's'}\n${table(alarms)}`);
    return { structured: { connection: at.name, gateway: row, alarms }, text: lines.join('\n') };
  },
});

/** The position; undefined where it is missing or 0, 0, which stands for none. */
function placeOf({ lat, lon }: { lat?: number | null | undefined; lon?: number | null | undefined }): string | undefined {
  if (typeof lat !== 'number' || typeof lon !== 'number' || (lat === 0 && lon === 0)) return undefined;
  return `${lat}, ${lon}`;
}

function infoOf({ ID, state, addInfo, addInfo2 }: Alarm): string | undefined {
  const text = alarmInfo(ID, [addInfo, addInfo2], state);
  return text && sanitize(text, 80);
}

interface Alarm {
  ID?: string | number | null | undefined;
  state?: number | null | undefined;
  addInfo?: string | null | undefined;
  addInfo2?: string | null | undefined;
}
