/** Compares the iot-x catalogue with a literal list of its 26 operations: route, certainty and effects. */
import { describe, expect, it, test } from 'vitest';
import type { AnyEndpoint } from '../../../src/clients/http/endpoint.ts';
import { iotx } from '../../../src/clients/iotx/index.ts';

const entries: AnyEndpoint[] = Object.values(iotx).flatMap((noun): AnyEndpoint[] => Object.values(noun));

const inventory = [
  ['iotx.session.login', 'POST /authorization', 'documented', 'session'],
  ['iotx.subscribers.list', 'GET /subscribers', 'observed', ''],
  ['iotx.subscribers.read', 'GET /subscribers/{physicalId}', 'observed', ''],
  ['iotx.products.active', 'GET /subscribers/{physicalId}/products/active', 'documented', ''],
  ['iotx.products.available', 'GET /subscribers/{physicalId}/products/available', 'documented', ''],
  ['iotx.products.change', 'PATCH /subscribers/{physicalId}/products', 'documented', 'billing disruptive'],
  ['iotx.provisioning.activate', 'POST /provisioning/{physicalId}', 'documented', 'billing destructive'],
  ['iotx.provisioning.tariffs', 'GET /provisioning/{physicalId}/tariffs', 'guessed', ''],
  ['iotx.analytics.dataUsage', 'GET /analytics/data-usage/{physicalId}', 'observed', ''],
  ['iotx.analytics.dataUsageByIp', 'GET /analytics/data-usage-ip-address/{physicalId}', 'observed', ''],
  ['iotx.analytics.companyUsage', 'GET /analytics/data-usage', 'guessed', ''],
  ['iotx.apn.log', 'GET /subscribers/{physicalId}/apn-log', 'guessed', ''],
  ['iotx.apn.details', 'GET /subscribers/{physicalId}/apn-details', 'guessed', ''],
  ['iotx.actions.list', 'GET /subscriber-actions-api/subscribers/{physicalId}/actions', 'documented', ''],
  ['iotx.actions.run', 'POST /subscriber-actions-api/subscribers/{physicalId}/actions', 'guessed', 'disruptive'],
  ['iotx.stockOrders.list', 'GET /stock-orders', 'documented', ''],
  ['iotx.stockOrders.create', 'POST /stock-orders', 'documented', 'billing destructive'],
  ['iotx.stockOrders.download', 'GET /stock-orders/{orderId}/subscribers/download', 'inferred', ''],
  ['iotx.alerts.list', 'GET /alerts', 'documented', ''],
  ['iotx.alerts.create', 'POST /alerts', 'documented', 'write'],
  ['iotx.alerts.update', 'PATCH /alerts/{id}', 'documented', 'write'],
  ['iotx.tags.list', 'GET /tags', 'guessed', ''],
  ['iotx.tags.subscribers', 'GET /tags/{tagName}/subscribers', 'guessed', ''],
  ['iotx.tags.ofSubscriber', 'GET /subscribers/{physicalId}/tags', 'guessed', ''],
  ['iotx.tags.add', 'POST /subscribers/{physicalId}/tags', 'guessed', 'write'],
  ['iotx.tags.remove', 'DELETE /subscribers/{physicalId}/tags/{tagName}', 'guessed', 'write'],
] as const;

test('the iot-x catalogue contains exactly the 26 listed operations with their route, certainty and effects', () => {
  const sorted = (rows: readonly (readonly string[])[]) => rows.map((row) => row.join(' | ')).sort();
  expect(sorted(entries.map(({ id, route, sure, effects }) => [id, route, sure, effects.join(' ')]))).toEqual(sorted(inventory));
  expect(inventory).toHaveLength(26);
});

describe('iot-x operations with effects', () => {
  it('no iot-x operation suspends, bars or terminates a subscriber, changes its tariff or sends an SMS', () => {
    expect(
      entries.filter(({ id, help }) => /suspend|terminat|cease|sms\.|change-?tariff/i.test(`${id} ${help}`)).map(({ id }) => id),
    ).toEqual([]);
  });
});
