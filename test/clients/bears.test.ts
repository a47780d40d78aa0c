/** A read by an identifier names the members of its reply that bear it, or is listed here with the reason why none does. */
import { expect, it } from 'vitest';

import { isRead } from '../../src/clients/http/endpoint.ts';
import { pathIdentifiers } from '../../src/clients/http/identifiers-of.ts';
import { operations } from '../support/providers.ts';

const listOfOne = 'a list of what belongs to the object, whose rows do not repeat it';
const partOfOne = 'a part of the object, which does not repeat it';

const without: Record<string, string> = {
  'thingpark.devices.aggregatedFrames': listOfOne,
  'thingpark.frames.list': listOfOne,
  'thingpark.batLevels.list': listOfOne,
  'thingpark.locations.list': listOfOne,
  'thingpark.alarms.ofDevice': listOfOne,
  'thingpark.tags.list': listOfOne,
  'thingpark.appServers.readSecurity': partOfOne,
  'thingpark.baseStations.check': partOfOne,
  'thingpark.baseStations.lastCmdStatus': partOfOne,
  'thingpark.dxDevices.downlinks': listOfOne,
  'thingspace.accounts.skus': listOfOne,
  'thingspace.plans.list': listOfOne,
  'thingspace.leads.list': listOfOne,
  'thingspace.states.list': listOfOne,
  'thingspace.groups.list': listOfOne,
  'thingspace.sms.list': listOfOne,
  'thingspace.callbacks.list': listOfOne,
  'iotx.products.active': listOfOne,
  'iotx.products.available': listOfOne,
  'iotx.provisioning.tariffs': listOfOne,
  'iotx.analytics.dataUsage': listOfOne,
  'iotx.analytics.dataUsageByIp': listOfOne,
  'iotx.apn.log': listOfOne,
  'iotx.apn.details': partOfOne,
  'iotx.actions.list': listOfOne,
  'iotx.stockOrders.download': listOfOne,
  'iotx.tags.subscribers': listOfOne,
  'iotx.tags.ofSubscriber': listOfOne,
};

it('Every read by an identifier in its path says which members of the reply bear it', () => {
  const byIdentifier = operations.filter(
    (one) => isRead(one) && pathIdentifiers(one, one.example).some(([, role]) => role === 'target') && one.bears === undefined,
  );
  expect(byIdentifier.map(({ id }) => id).sort()).toEqual(Object.keys(without).sort());
});
