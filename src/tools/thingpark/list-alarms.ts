import { z } from 'zod';
import { Refusal } from '../../clients/http/errors.ts';
import { type AlarmBrief, alarms } from '../../clients/thingpark/alarms.ts';
import { alarmInfo, alarmType, severities, severityName, severityNumber } from '../../clients/thingpark/severities.ts';
import { defined } from '../../text/defined.ts';
import { sanitize } from '../../text/sanitize.ts';
import { identifier } from '../../vocabulary.ts';
import { readTool, type ToolResult } from '../define.ts';
import * as fields from '../fields.ts';
import { pagedList } from '../paged-list.ts';
import { instantIn } from './instant-in.ts';

const pageSize = 100;

export const listAlarms = readTool({
  name: 'list_alarms',
  toolset: 'thingpark',
  title: 'List device alarms',
  description:
    'Lists alarms of ThingPark devices. severity is a threshold, this or worse; with exact: true only this. Newest first; order: oldest pages through all without gaps. To acknowledge use acknowledge_alarms.',
  provider: 'thingpark',
  deviceScope: 'named',
  input: z.strictObject({
    device: identifier('devEui').optional(),
    severity: z.enum(severities).optional(),
    exact: z.boolean().optional().describe('this severity only'),
    acknowledged: z.boolean().optional().describe('false: open ones only'),
    order: z.enum(['newest', 'oldest']).default('newest'),
    limit: fields.limit(500, 50),
    cursor: fields.cursor,
    connection: fields.connection,
  }),
  output: z.looseObject({ alarms: z.array(z.looseObject({ alarm: z.string() })), nextCursor: z.string().optional() }),
  example: { severity: 'major', acknowledged: false },
  async run({ device, severity, exact, acknowledged, order, limit, cursor, connection: name }, { connection, fleet, signal }) {
    const at = connection(name, ['thingpark']);
    const filter = defined({
      devEUI: device ? [device] : undefined,
      state: severity ? severityNumber(severity) : undefined,
      stateFiltering: severity && exact ? ('EQUAL' as const) : undefined,
      acked: acknowledged,
      pageSize,
    });
    const listed = await pagedList({
      what: 'alarms',
      suffix: severity ? `, ${severity}${exact || severity === 'critical' ? ' only' : ' or worse'}` : '',
      query: { filter, order, connection: at.name },
      limit,
      cursor,
      at,
      async page(token) {
        const place =
          order === 'oldest' ? { sort: 'alarmUid,asc', ...(token ? { pageAfter: token } : {}) } : { pageIndex: Number(token ?? 1) };
        const { briefs, more, count, cursors } = await at.call(alarms.list, { query: { ...filter, ...place } }, { signal });
        const next = order === 'oldest' ? (cursors?.last ?? undefined) : String(Number(token ?? 1) + 1);
        return {
          rows: briefs.map((one) => ({
            alarm: one.alarmUid ?? '',
            device: one.device?.EUI ?? '',
            name: one.device?.name ? sanitize(one.device.name, 60) : undefined,
            severity: severityName(one.state),
            type: alarmType(one.ID),
            info: infoOf(one),
            times: one.occurrence ?? undefined,
            acked: one.acked ?? 'unknown',
            since: instantIn(one.creationTimestamp),
            updated: instantIn(one.updateTimestamp),
          })),
          next: more ? next : undefined,
          total: count ?? undefined,
        };
      },
    });
    // The filter takes any EUI: without a row, the device may be another one than was meant.
    if (device !== undefined && cursor === undefined && isEmpty(listed)) {
      const [unknown] = await fleet.unknownOf({ connection: at.name }, [device], signal);
      if (unknown !== undefined) throw noSuchDevice(unknown, at.name);
    }
    return listed;
  },
});

const isEmpty = ({ structured }: ToolResult): boolean => Array.isArray(structured['alarms']) && structured['alarms'].length === 0;

const noSuchDevice = (device: string, connection: string): Refusal =>
  new Refusal(
    `device: there is no device ${device} on ${connection}, so nothing is known of its alarms`,
    'Check the DevEUI; find_device takes any other identifier, a name, or four and more trailing characters.',
    'device',
  );

function infoOf({ ID, state, addInfo, addInfo2, addInfo3, addInfo4 }: z.output<ReturnType<typeof AlarmBrief>>): string | undefined {
  const text = alarmInfo(ID, [addInfo, addInfo2, addInfo3, addInfo4], state);
  return text && sanitize(text, 80);
}
