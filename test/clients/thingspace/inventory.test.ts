/** Compares the ThingSpace catalogue with the 68 operations of the Connectivity Management quick reference. */
import { expect, test } from 'vitest';
import { type AnyEndpoint, isRead } from '../../../src/clients/http/endpoint.ts';
import { thingspace } from '../../../src/clients/thingspace/index.ts';

const entries: AnyEndpoint[] = Object.values(thingspace).flatMap((noun) => Object.values(noun));

const quickReference = {
  'POST /api/m2m/v1/session/login': 'thingspace.session.login',
  'POST /api/m2m/v1/session/logout': 'thingspace.session.logout',
  'PUT /api/m2m/v1/session/password/actions/reset': 'thingspace.session.resetPassword',
  'POST /api/m2m/v1/devices/profile/actions/activate_enable': 'thingspace.profiles.activateEnable',
  'POST /api/m2m/v1/devices/profile/actions/activate': 'thingspace.profiles.activate',
  'POST /api/m2m/v1/devices/profile/actions/deactivate': 'thingspace.profiles.deactivate',
  'POST /api/m2m/v1/devices/profile/actions/setfallbackattribute': 'thingspace.profiles.setFallback',
  'POST /api/m2m/v2/devices/actions/list': 'thingspace.globalDevices.list',
  'POST /api/m2m/v2/devices/history/actions/list': 'thingspace.globalDevices.history',
  'GET /api/m2m/v2/accounts/{accountName}/requests/{requestId}/status': 'thingspace.globalDevices.requestStatus',
  'POST /api/m2m/v1/devices/actions/activate': 'thingspace.devices.activate',
  'POST /api/m2m/v1/devices/actions/suspend': 'thingspace.devices.suspend',
  'POST /api/m2m/v1/devices/actions/restore': 'thingspace.devices.restore',
  'POST /api/m2m/v1/devices/actions/deactivate': 'thingspace.devices.deactivate',
  'PUT /api/m2m/v1/devices/actions/gotostate': 'thingspace.states.go',
  'POST /api/m2m/v1/devices/requests/status': 'thingspace.orders.status',
  'PUT /api/m2m/v1/devices/actions/move': 'thingspace.accounts.move',
  'POST /api/m2m/v1/devices/profile/actions/download_enable': 'thingspace.profiles.downloadEnable',
  'POST /api/m2m/v1/devices/profile/actions/enable': 'thingspace.profiles.enable',
  'POST /api/m2m/v1/devices/profile/actions/disable': 'thingspace.profiles.disable',
  'POST /api/m2m/v1/devices/profile/actions/delete': 'thingspace.profiles.remove',
  'POST /api/m2m/v1/devices/actions/eidDeviceSwap': 'thingspace.hardware.swap',
  'POST /api/m2m/v1/devices/availability/actions/list': 'thingspace.stock.availability',
  'POST /api/m2m/v1/devices/actions/add': 'thingspace.stock.add',
  'POST /api/m2m/v1/devices/actions/delete': 'thingspace.stock.remove',
  'POST /api/m2m/v1/devices/actions/list': 'thingspace.devices.list',
  'POST /api/m2m/v1/devices/diagnostics/actions/list': 'thingspace.diagnostics.basic',
  'POST /api/m2m/v1/devices/extendeddiagnostics/actions/list': 'thingspace.diagnostics.extended',
  'POST /api/m2m/v1/devices/suspension/status': 'thingspace.diagnostics.suspension',
  'PUT /api/m2m/v1/devices/{serviceType}/actions/deviceId': 'thingspace.hardware.change',
  'PUT /api/m2m/v1/devices/actions/customFields': 'thingspace.details.customFields',
  'PUT /api/m2m/v1/devices/costCenter': 'thingspace.details.costCenter',
  'PUT /api/m2m/v1/devices/actions/contactInfo': 'thingspace.details.contactInfo',
  'PUT /api/m2m/v1/devices/actions/plan': 'thingspace.plans.change',
  'POST /api/m2m/v1/devices/prl/actions/list': 'thingspace.hardware.prl',
  'POST /api/m2m/v1/devices/actions/list/imeiiccidmismatch': 'thingspace.hardware.mismatches',
  'GET /api/m2m/v1/accounts/{accountName}/requests/{requestId}/status': 'thingspace.accounts.requestStatus',
  'GET /api/m2m/v1/accounts/{accountName}/statesandservices': 'thingspace.states.list',
  'POST /api/m2m/v1/devices/usage/actions/list': 'thingspace.usage.list',
  'POST /api/m2m/v1/devices/usage/actions/list/aggregate': 'thingspace.usage.aggregate',
  'POST /api/m2m/v1/devices/history/actions/list': 'thingspace.events.provisioning',
  'POST /api/m2m/v1/devices/connections/actions/listHistory': 'thingspace.events.connections',
  'POST /api/m2m/v1/diagnostics/basic/devicereachability': 'thingspace.reachability.start',
  'DELETE /api/m2m/v1/diagnostics/basic/devicereachability': 'thingspace.reachability.stop',
  'POST /api/m2m/v1/diagnostics/basic/devicereachability/monitors': 'thingspace.reachability.monitors',
  'POST /api/m2m/v1/diagnostics/basic/devicereachability/status': 'thingspace.reachability.status',
  'POST /api/m2m/v1/groups': 'thingspace.groups.create',
  'PUT /api/m2m/v1/groups/{accountName}/name/{groupName}': 'thingspace.groups.update',
  'GET /api/m2m/v1/groups/{accountName}': 'thingspace.groups.list',
  'GET /api/m2m/v1/groups/{accountName}/name/{groupName}': 'thingspace.groups.read',
  'DELETE /api/m2m/v1/groups/{accountName}/name/{groupName}': 'thingspace.groups.remove',
  'GET /api/m2m/v1/plans/{accountName}': 'thingspace.plans.list',
  'POST /api/m2m/v1/devices/actions/usagesegmentationlabels': 'thingspace.labels.set',
  'DELETE /api/m2m/v1/devices/actions/usagesegmentationlabels': 'thingspace.labels.remove',
  'POST /api/m2m/v1/devices/usage/actions/billedusage': 'thingspace.usage.billed',
  'POST /api/m2m/v1/devices/usage/actions/billedusage/list': 'thingspace.usage.billedList',
  'POST /api/m2m/v1/devices/sms/history/actions/list': 'thingspace.sms.events',
  'POST /api/m2m/v1/sms': 'thingspace.sms.send',
  'GET /api/m2m/v1/sms/{accountName}/history': 'thingspace.sms.list',
  'PUT /api/m2m/v1/sms/{accountName}/startCallbacks': 'thingspace.sms.startCallbacks',
  'POST /api/m2m/v1/callbacks/{accountName}': 'thingspace.callbacks.register',
  'GET /api/m2m/v1/callbacks/{accountName}': 'thingspace.callbacks.list',
  'DELETE /api/m2m/v1/callbacks/{accountName}/name/{serviceName}': 'thingspace.callbacks.remove',
  'POST /api/m2m/v1/triggers': 'thingspace.triggers.create',
  'GET /api/m2m/v1/accounts/{accountName}': 'thingspace.accounts.read',
  'GET /api/m2m/v1/leads/{accountName}': 'thingspace.leads.list',
  'POST /api/m2m/v1/accounts/{accountName}/sku': 'thingspace.accounts.skus',
  'POST /api/m2m/v1/devices/nidd/message': 'thingspace.nidd.send',
} as const;

/** Operations outside the quick reference: tokens, further trigger and profile operations, uploads, promotions, and the SMS read that deletes. */
const additional = {
  'thingspace.profiles.downloadDisable': 'POST /api/m2m/v1/devices/profile/actions/download_disable',
  'thingspace.tokens.token': 'POST /api/ts/v1/oauth2/token',
  'thingspace.tokens.revoke': 'POST /api/ts/v1/oauth2/revoke',
  'thingspace.sms.take': 'GET /api/m2m/v1/sms/{accountName}/history',
  'thingspace.triggers.list': 'GET /api/m2m/v1/triggers',
  'thingspace.triggers.read': 'GET /api/m2m/v1/triggers/{triggerId}',
  'thingspace.triggers.update': 'PUT /api/m2m/v1/triggers',
  'thingspace.triggers.remove': 'DELETE /api/m2m/v1/triggers/{triggerId}',
  'thingspace.stock.upload': 'POST /api/m2m/v1/devices/actions/upload',
  'thingspace.stock.uploadActivate': 'POST /api/m2m/v1/devices/actions/uploadactivate',
  'thingspace.usage.promo': 'POST /api/m2m/v1/devices/usage/actions/promodeviceusage',
  'thingspace.usage.promoAggregate': 'POST /api/m2m/v1/devices/usage/actions/promoaggregateusage',
  'thingspace.promoTriggers.ratePlans': 'GET /api/m2m/v2/triggers/rateplanlist/{ecpdId}',
  'thingspace.promoTriggers.all': 'GET /api/m2m/v2/triggers',
  'thingspace.promoTriggers.listOfAccount': 'GET /api/m2m/v2/triggers/accounts/{accountName}',
  'thingspace.promoTriggers.list': 'GET /api/m2m/v2/triggers/categories/PromoAlerts',
  'thingspace.promoTriggers.read': 'GET /api/m2m/v2/triggers/{triggerId}',
  'thingspace.promoTriggers.update': 'PUT /api/m2m/v2/triggers',
  'thingspace.profiles.renewActivationCode': 'POST /api/m2m/v1/devices/profile/actions/renew_activation_code',
  'thingspace.globalProfiles.download': 'POST /api/m2m/v1/devices/profile/actions/download',
  'thingspace.globalProfiles.suspend': 'POST /api/m2m/v1/devices/profile/actions/profile_suspend',
  'thingspace.globalProfiles.resume': 'POST /api/m2m/v1/devices/profile/actions/profile_resume',
  'thingspace.globalProfiles.suspendDevice': 'POST /api/m2m/v1/devices/profile/actions/device_suspend',
  'thingspace.globalProfiles.resumeDevice': 'POST /api/m2m/v1/devices/profile/actions/device_resume',
};

test('the ThingSpace catalogue contains the 68 operations of the quick reference and the additional ones', () => {
  expect(Object.keys(quickReference)).toHaveLength(68);
  const expected = { ...Object.fromEntries(Object.entries(quickReference).map(([route, id]) => [id, route])), ...additional };
  expect(Object.fromEntries(entries.map(({ id, route }) => [id, route]))).toEqual(expected);
});

test('ThingSpace reads have no effects, and operations that interrupt service or redirect results declare it', () => {
  const effects = (id: string) => entries.find((entry) => entry.id === id)?.effects;
  expect(entries.filter((entry) => isRead(entry)).map(({ id }) => id.replace('thingspace.', ''))).toEqual([
    'accounts.read',
    'accounts.requestStatus',
    'accounts.skus',
    'plans.list',
    'leads.list',
    'devices.list',
    'stock.availability',
    'hardware.mismatches',
    'hardware.prl',
    'states.list',
    'orders.status',
    'diagnostics.basic',
    'diagnostics.extended',
    'diagnostics.suspension',
    'usage.list',
    'usage.aggregate',
    'usage.billed',
    'usage.billedList',
    'usage.promo',
    'usage.promoAggregate',
    'events.provisioning',
    'events.connections',
    'groups.list',
    'groups.read',
    'sms.list',
    'sms.events',
    'reachability.monitors',
    'reachability.status',
    'callbacks.list',
    'triggers.list',
    'triggers.read',
    'promoTriggers.ratePlans',
    'promoTriggers.all',
    'promoTriggers.listOfAccount',
    'promoTriggers.list',
    'promoTriggers.read',
    'globalDevices.list',
    'globalDevices.history',
    'globalDevices.requestStatus',
  ]);
  expect(effects('thingspace.session.resetPassword')).toEqual(['session', 'destructive']);
  expect(effects('thingspace.sms.take')).toEqual(['destructive']);
  expect(effects('thingspace.callbacks.register')).toEqual(['write', 'disruptive']);
  expect(effects('thingspace.profiles.disable')).toEqual(['write', 'disruptive']);
  expect(effects('thingspace.profiles.remove')).toEqual(['destructive', 'disruptive']);
  expect(effects('thingspace.globalProfiles.suspend')).toEqual(['billing', 'disruptive']);
  expect(effects('thingspace.globalProfiles.suspendDevice')).toEqual(['billing', 'disruptive']);
  expect(effects('thingspace.stock.uploadActivate')).toEqual(['billing']);
  for (const id of ['profiles.deactivate', 'hardware.change', 'hardware.swap', 'devices.deactivate'])
    expect(effects(`thingspace.${id}`)).toEqual(['destructive', 'billing', 'disruptive']);
});
