import type { Connection } from '../../clients/connect.ts';
import { deviceProfiles } from '../../clients/thingpark/device-profiles.ts';
import { networkSubscriptions } from '../../clients/thingpark/network-subscriptions.ts';
import type { Prompt, PromptContext } from '../define.ts';

const thingparkConnections = ({ connections }: PromptContext): Connection[] =>
  connections.filter((one) => one.provider === 'thingpark' && one.hasCredentialsFor('oss'));

export const onboardLorawanDevice: Prompt = {
  name: 'onboard-lorawan-device',
  title: 'Onboard a LoRaWAN device',
  description: 'Adds a LoRaWAN device and watches for its first uplink.',
  arguments: [
    { name: 'devEui', description: 'DevEUI, 16 hex digits', required: true },
    { name: 'model', description: 'device profile ID', required: false },
    { name: 'plan', description: 'connectivity plan ID', required: false },
    { name: 'name', description: 'name of the new device', required: false },
  ],
  render: ({ devEui = '', model, plan, name }) =>
    [
      `Onboard the LoRaWAN device with DevEUI ${devEui}${name ? `, to be called ${name}` : ''}.`,
      '1. find_device with this DevEUI: if it already exists, say where and stop.',
      model
        ? `2. The model is ${model}.`
        : '2. Ask which model it is; read_operation thingpark.deviceProfiles.list shows the device profiles.',
      plan
        ? `3. The connectivity plan is ${plan}.`
        : '3. Ask which connectivity plan; read_operation thingpark.networkSubscriptions.list shows used and granted licences.',
      '4. Ask for OTAA or ABP. Do not ask for keys in the chat: take the name of an entry in the secrets file, as {"secret":"name"}.',
      '5. add_lorawan_device with preview: true; show the summary; then call it without preview and let the person approve.',
      '6. get_device shows health init until the first uplink. Tell the person to power the device, check again later with get_traffic_history PT1H steps.',
    ].join('\n'),
  complete: {
    async model(typed, context, _, signal) {
      const lists = await Promise.all(
        thingparkConnections(context).map((at) => at.call(deviceProfiles.list, { query: { connectivity: 'LORAWAN' } }, { signal })),
      );
      return lists.flatMap((list) => list.briefs.map((one) => one.ID)).filter((id) => id.toLowerCase().startsWith(typed.toLowerCase()));
    },
    async plan(typed, context, _, signal) {
      const lists = await Promise.all(
        thingparkConnections(context).map((at) => at.call(networkSubscriptions.list, { query: { connectivity: 'LORAWAN' } }, { signal })),
      );
      return lists.flatMap((list) => list.briefs.map((one) => one.ID)).filter((id) => id.toLowerCase().startsWith(typed.toLowerCase()));
    },
  },
};
