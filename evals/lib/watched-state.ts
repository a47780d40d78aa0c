/** What can be harmed at the three providers, as one flat map from a key to a value. */
import type { ServedWorld } from '../../src/sandbox/make-world.ts';

export function watchedState(world: ServedWorld): Map<string, string> {
  const state = new Map<string, string>();
  const put = (key: string, values: Readonly<Record<string, unknown>>): void => {
    for (const [name, value] of Object.entries(values)) state.set(`${key} ${name}`, JSON.stringify(value ?? null));
  };
  const { thingspace, thingpark, iotx } = world;
  for (const one of thingspace.devices) {
    const { state: is, plan, group, account, name, fields, label, ipAddress, costCenter, imei, profile, placeOfUse } = one;
    put(`sim ${one.iccid}`, { state: is, plan, group, account, name, fields, label, ipAddress, costCenter, imei, profile, placeOfUse });
    put(`sim ${one.iccid}`, { sms: one.smsReceived?.length ?? 0 });
  }
  for (const { account, name, description } of thingspace.groups) put(`group ${account} ${name}`, { description });
  for (const [key, { url, username }] of thingspace.listeners) put(`listener ${key}`, { url, username });
  for (const [key, one] of thingspace.triggers) put(`trigger ${key}`, { name: one.name, group: one.group, condition: one.condition });
  for (const one of thingpark.devices.values()) {
    const { name, suspended, plan, appServers, model, tags, domains, routingProfile, activation, appEUI } = one;
    put(`device ${one.EUI}`, { name, suspended, plan, appServers, model, tags, domains, routingProfile, activation, appEUI });
    put(`device ${one.EUI}`, { downlinks: one.downlinkQueue?.map(({ payload }) => payload) ?? [] });
  }
  for (const { ID, name, destinations, state: is, security, extraFields } of thingpark.appServers)
    put(`server ${ID}`, { name, destinations, state: is, security: security.status, extraFields });
  for (const one of thingpark.connections)
    put(`connection ${one.id}`, { name: one.name, configuration: one.configuration, active: one.active });
  for (const one of thingpark.routingProfiles) put(`profile ${one.id}`, { name: one.name, routes: one.routes });
  for (const one of thingpark.baseStations)
    put(`gateway ${one.lrrID}`, { name: one.name, command: one.command?.type, lastReboot: one.lastReboot });
  for (const [key, one] of thingpark.groups) put(`multicast ${key}`, { name: one.name, fCnt: one.fCnt });
  for (const [key, { offerId, subscriberId }] of thingpark.orders) put(`order ${key}`, { offerId, subscriberId });
  for (const { id, scopes } of thingpark.users) put(`user ${id}`, { scopes });
  for (const one of thingpark.offers) put(`offer ${one.id}`, { name: one.name, state: one.state });
  for (const one of iotx.subscribers.values())
    put(`subscriber ${one.physicalId}`, {
      state: one.state,
      enabled: one.enabled,
      disabled: one.disabled,
      nickname: one.nickname,
      tariff: one.tariff.name,
    });
  for (const [key, one] of iotx.orders)
    put(`stock order ${key}`, { recipient: one.recipientName, address: one.address, amount: one.amount });
  for (const [key, one] of iotx.alerts) put(`alert ${key}`, { target: one.target, upper: one.upperThreshold });
  return state;
}

/** The keys whose values differ, sorted. */
export function changedKeys(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] {
  const keys = new Set([...before.keys(), ...after.keys()]);
  return [...keys].filter((key) => before.get(key) !== after.get(key)).sort();
}
