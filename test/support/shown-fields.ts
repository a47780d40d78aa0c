/** Whether the plan of an operation shows the values of its request. */
import type { AnyEndpoint } from '../../src/clients/http/endpoint.ts';
import { isSecretPath } from '../../src/text/redact.ts';
import { type FieldValues, fieldValuesOf, withField } from './field-values.ts';
import { startTestServer } from './test-server.ts';

/** A text without case, spaces and punctuation. */
export const compact = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');

/** The kind of an identifier, the version, and what the text states in words instead of the value; personal data stay out of the record. */
export const notShown = /(^|\.)(kind|idType|occContext\.version|csv|addressLine\d*|customerName\.\w+|networkSubscriptionsHandlingMode)$/;

/** Values whose words are another text than the value: a comparison, an encoding, the only value that there is. */
const valueInWords: Readonly<Record<string, string>> = {
  'thingpark.devices.update body.suspension SUBSCRIBER_SUSPENDED': 'suspend, its packets are ignored until it is resumed',
  'thingpark.dxRoutingProfiles.create body.routes.strategy SEQUENTIAL': 'in order',
  'thingpark.dxRoutingProfiles.update body.routes.strategy SEQUENTIAL': 'in order',
  'thingpark.offers.create body.state ACTIVE': 'which can be ordered at once',
  'thingpark.offers.create body.state INACTIVE': 'not to be ordered yet',
  'thingspace.devices.deactivate body.reasonCode FF': 'DEACTIVATE',
  'thingspace.profiles.deactivate body.reasonCode FF': 'DEACTIVATE',
  'thingspace.hardware.change body.change4gOption ChangeICCID': 'move its 4G service to ICCID',
  'thingspace.nidd.send body.message Unusual7': 'hex 527BACB9A97B',
  'thingspace.triggers.create body.dataTriggerRequest.comparator lte': 'at most',
  'thingspace.triggers.create body.dataTriggerRequest.comparator gte': 'at least',
};

/** The fields of an operation whose values a person has to see: neither technical nor secret. */
export const shownFieldsOf = (operation: AnyEndpoint): FieldValues[] =>
  fieldValuesOf(operation).filter(({ path }) => !notShown.test(path) && !isSecretPath(path));

/** Whether a text shows the value of a field. A boolean is compared by the texts of both values instead. */
export function shows(text: string, { id }: AnyEndpoint, { path }: FieldValues, value: unknown): boolean {
  if (typeof value === 'boolean') return true;
  const words = valueInWords[`${id} ${path} ${value}`] ?? String(value);
  return compact(text).includes(compact(words).slice(0, 30));
}

/** Plans requests of an operation and returns what a person reads; undefined if the plan is refused. */
export async function plannerOf(operation: AnyEndpoint): Promise<(set: readonly [FieldValues, unknown][]) => Promise<string | undefined>> {
  const { connectClient } = await startTestServer({ flags: { toolsets: 'operations,changes' }, fleet: 60 });
  const { call } = await connectClient({ transport: 'stdio', era: 'auto' });
  return async (set) => {
    const input = set.reduce((request: unknown, [field, value]) => withField(request, field, value), operation.example);
    const { text, structured } = await call('change_operation', { operation: operation.id, input, preview: true });
    return structured.change?.status === 'planned' ? text.split('\nchange chg_')[0] : undefined;
  };
}
