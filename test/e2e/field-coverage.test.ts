/** What is shown is what is sent: every value of every changing operation's request stands in what a person reads. */
import { describe, expect, it } from 'vitest';

import { isRead } from '../../src/clients/http/endpoint.ts';
import { identifiersOf } from '../../src/clients/http/identifiers-of.ts';
import { isSecretPath } from '../../src/text/redact.ts';
import { operations } from '../support/providers.ts';
import { compact, notShown, plannerOf, shownFieldsOf, shows } from '../support/shown-fields.ts';
import { startTestServer } from '../support/test-server.ts';

const everything = { flags: { toolsets: 'operations,changes' }, fleet: 60 };

/** Values with their member names, without list positions. */
function leavesOf(value: unknown, path = ''): [path: string, text: string][] {
  if (value === null || value === undefined || value === '') return [];
  if (Array.isArray(value)) return value.flatMap((item) => leavesOf(item, path));
  if (typeof value === 'object')
    return Object.entries(value).flatMap(([name, item]) => leavesOf(item, path === '' ? name : `${path}.${name}`));
  return [[path, String(value)]];
}

/** Values that stand in words: each has its own sentence in the plan. */
const inWords: Readonly<Record<string, string>> = {
  'thingpark.devices.update body.suspension': 'suspend, its packets are ignored until it is resumed',
  'thingpark.dxDevices.downlink query.confirmDownlink': 'unconfirmed',
  'thingspace.devices.deactivate body.etfWaiver': 'A termination fee may be charged',
  'thingspace.profiles.deactivate body.etfWaiver': 'DEACTIVATE',
  'thingspace.hardware.change body.change4gOption': 'ICCID',
  'thingspace.nidd.send body.message': 'hex 50494E47',
  'thingpark.dxRoutingProfiles.create body.routes.strategy': 'in order',
  ...Object.fromEntries(
    [
      ...['data', 'sms'].flatMap((kind) => ['50', '75', '90'].map((share) => [`condition.${kind}Percentage${share}`, 'at no other share'])),
      ...['75', '90', '100'].map((share) => [`condition.dataPercentage${share}`, 'at 75, 90, 100 % of its data']),
      ['condition.smsPercentage100', 'at 100 % of its SMS'],
      ['enablePromoExp', '5 days before its end'],
    ].map(([name, words]) => [`thingspace.promoTriggers.update body.promoAlerts.${name}`, words ?? '']),
  ),
};

const changing = operations.filter((one) => !isRead(one) && !one.effects.includes('session'));

describe('every field of a request is shown', () => {
  for (const operation of changing) {
    it(`${operation.id}: each value of its example stands in the plan, or the plan is refused`, async () => {
      const { connectClient } = await startTestServer(everything);
      const { call } = await connectClient({ transport: 'stdio', era: 'auto' });
      const { text, structured } = await call('change_operation', { operation: operation.id, input: operation.example, preview: true });
      if (structured.change?.status !== 'planned') return;
      const read = compact(text);
      // The gate checks that each of these is an identifier of a target that is shown.
      const targets = new Set(identifiersOf(operation, operation.example).flatMap(({ role, value }) => (role === 'target' ? [value] : [])));
      const missing = leavesOf(operation.example).filter(([path, value]) => {
        if (notShown.test(path) || isSecretPath(path) || targets.has(value) || targets.has(value.replace(/^e/, ''))) return false;
        return !read.includes(compact(inWords[`${operation.id} ${path}`] ?? value).slice(0, 30));
      });
      expect(missing).toEqual([]);
    });
  }
});

describe('every optional field of a request is shown', () => {
  for (const operation of changing) {
    it(`${operation.id}: each field, set to an unusual value, stands in the plan, or the plan is refused`, async () => {
      const plan = await plannerOf(operation);
      const missing: string[] = [];
      for (const field of shownFieldsOf(operation)) {
        const read: string[] = [];
        for (const value of field.values) {
          const text = await plan([[field, value]]);
          if (text === undefined) continue;
          read.push(text);
          if (!shows(text, operation, field, value)) missing.push(`${field.path} = ${value}`);
        }
        if (new Set(read).size < read.length) missing.push(`${field.path}: two values, one text`);
      }
      expect(missing).toEqual([]);
    });
  }
});
