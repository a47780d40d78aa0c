import { z } from 'zod';
import { rowOf } from '../../changes/thingspace/sim-rows.ts';
import { Refusal } from '../../clients/http/errors.ts';
import { diagnostics } from '../../clients/thingspace/diagnostics.ts';
import { asIccid, idOf } from '../../clients/thingspace/ids.ts';
import { instant } from '../../clock.ts';
import { hour } from '../../durations.ts';
import { simOf } from '../../fleet/thingspace.ts';
import { isSecretName } from '../../text/redact.ts';
import { sanitize } from '../../text/sanitize.ts';
import { identifier } from '../../vocabulary.ts';
import { readTool } from '../define.ts';
import * as fields from '../fields.ts';
import { resolveAccount } from './account.ts';

const personalCategory = /place\s*of\s*use|location|contact|customer/i;
const personalKey =
  /customer|placeofuse|(first|last|middle|full|user)name|addressline|street|city|county|zip|postal|latitude|longitude|coordinate|phone|e-?mail|by$/i;

export const diagnoseSim = readTool({
  name: 'diagnose_sim',
  toolset: 'thingspace',
  title: 'Diagnose a SIM',
  description:
    'Reads everything the carrier reports of one ThingSpace SIM now: state, connection, signal, roaming, usage; summary first. Names, addresses and coordinates are left out unless personal is true. History: get_connection_history.',
  provider: 'thingspace',
  input: z.strictObject({ iccid: identifier('iccid'), personal: z.boolean().optional(), connection: fields.connection }),
  output: z.looseObject({ iccid: z.string(), verdict: z.string(), categories: z.looseObject({}) }),
  example: { iccid: '89148000000077000037' },
  async run({ iccid, personal, connection: name }, { connection, clock, signal }) {
    const at = connection(name, ['thingspace']);
    const row = await rowOf(asIccid(iccid), { connection: at, signal });
    if (!row) throw new Refusal(`iccid: the carrier does not know ${iccid}`, 'Search for it with find_device.', 'iccid');
    const device = simOf(row, at.name);
    const mdn = idOf(row, 'mdn');
    const categories: Record<string, Record<string, string>> = {};
    let leftOut = 0;
    if (mdn) {
      const accountName = resolveAccount(row.accountName ?? undefined, at);
      const reply = await at.call(diagnostics.extended, { body: { accountName, deviceList: [{ id: mdn, kind: 'mdn' }] } }, { signal });
      for (const { categoryName, extendedAttributes } of reply.categories ?? []) {
        const category = sanitize(categoryName ?? 'other', 40);
        for (const { key, value } of extendedAttributes ?? []) {
          if (!key || value === undefined || value === null || value === '' || isSecretName(key)) continue;
          if (!personal && (personalCategory.test(category) || personalKey.test(key))) leftOut += 1;
          else categories[category] = { ...categories[category], [sanitize(key, 60)]: sanitize(String(value), 120) };
        }
      }
    }
    const reported = new Map(Object.values(categories).flatMap((values) => Object.entries(values)));
    const hoursAgo = device.lastSeen === undefined ? undefined : Math.round((clock.now() - device.lastSeen) / hour);
    const signalText = reported.get('RadioSignalStrength');
    const facts = [
      device.providerState,
      ...(device.plan ? [`plan ${device.plan}`] : []),
      row.connected ? 'connected now' : 'not connected',
      device.lastSeen === undefined ? 'never had a session' : `last session ${instant(device.lastSeen)} (${hoursAgo} h ago)`,
      ...(signalText ? [`signal ${signalText}${reported.get('NetworkBearer') ? ` on ${reported.get('NetworkBearer')}` : ''}`] : []),
      ...(reported.get('RoamingStatus') ? [`network ${reported.get('RoamingStatus')}`] : []),
      ...(mdn ? [] : ['no phone number, so the carrier reports nothing more']),
    ];
    const verdict = sanitize(facts.join(', '), 300);
    return {
      structured: { iccid, connection: at.name, verdict, categories, ...(leftOut > 0 ? { personalLeftOut: leftOut } : {}) },
      text: [
        `${iccid} on ${at.name}: ${verdict}`,
        ...Object.entries(categories).map(
          ([category, values]) =>
            `${category}: ${Object.entries(values)
              .map(([key, value]) => `${key} ${value}`)
              .join(', ')}`,
        ),
        ...(leftOut > 0 ? [`${leftOut} personal values left out (personal: true shows them).`] : []),
      ].join('\n'),
    };
  },
});
