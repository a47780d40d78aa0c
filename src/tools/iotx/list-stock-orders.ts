import { z } from 'zod';

import { stockOrders } from '../../clients/iotx/stock-orders.ts';
import { withoutSecrets } from '../../text/redact.ts';
import { sanitize } from '../../text/sanitize.ts';
import { readTool } from '../define.ts';
import * as fields from '../fields.ts';
import { shortList } from '../short-list.ts';

/** Members without personal data. iot-x does not document its member names, so every other member counts as personal. */
const impersonal = /^(status|state|operator(Code|Name)?|stockType|type|amount|quantity|total|itemTotal|items|deliveryMethod)$/i;

export const listStockOrders = readTool({
  name: 'list_stock_orders',
  toolset: 'iotx',
  title: 'List stock orders',
  description:
    'Lists the orders of new iot-x SIMs. Recipients, addresses and tracking are left out unless personal is true. To give a stock SIM a contract use provision_subscriber.',
  provider: 'iotx',
  extra: true,
  input: z.strictObject({ personal: z.boolean().optional(), limit: fields.limit(500, 50), connection: fields.connection }),
  output: z.looseObject({ orders: z.array(z.looseObject({ order: z.string() })), total: z.number() }),
  example: {},
  async run({ personal, limit, connection: name }, { connection, signal }) {
    const at = connection(name, ['iotx']);
    const all = await at.call(stockOrders.list, {}, { signal });
    const redactedMembers = new Set<string>();
    const rows = all.map(({ orderId, dateCreated, ...rest }) => {
      const more = flat(withoutSecrets(rest)).filter(([member]) => {
        if (personal || impersonal.test(member)) return true;
        redactedMembers.add(member);
        return false;
      });
      return { order: orderId, created: dateCreated, ...Object.fromEntries(more) };
    });
    const answer = shortList('orders', rows, limit, at);
    if (redactedMembers.size === 0) return answer;
    const redacted = [...redactedMembers].sort();
    return {
      structured: { ...answer.structured, redacted },
      text: `${answer.text}\nLeft out as personal: ${redacted.join(', ')} (personal: true shows them).`,
    };
  },
});

/** Members as pairs of name and value; members of nested objects get dotted names. */
function flat(value: unknown, within = ''): [string, string | number][] {
  if (typeof value === 'string' || typeof value === 'number') return [[within, value]];
  if (typeof value === 'boolean') return [[within, String(value)]];
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([name, inner]) => flat(inner, sanitize(within ? `${within}.${name}` : name, 60)));
}
