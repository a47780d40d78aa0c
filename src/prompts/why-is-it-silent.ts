import type { Prompt } from './define.ts';

export const whyIsItSilent: Prompt = {
  name: 'why-is-it-silent',
  title: 'Why is it silent?',
  description: 'Finds out why a device or SIM sends no traffic, without changing anything.',
  arguments: [{ name: 'device', description: 'any identifier, name, or four and more trailing characters', required: true }],
  render: ({ device = '' }) =>
    [
      `Find out why ${device} is silent. Change nothing.`,
      '1. find_device: if there are several candidates, ask which one; if two providers know it, check both.',
      '2. get_device: state and lastSeen. suspended, inactive or stock explains the silence; name the provider state too.',
      '3. list_changes for this device: was it suspended, moved or deactivated through this server?',
      '4. get_traffic_history P7D by P1D, then P1D by PT1H around the last activity. For LoRaWAN check RSSI, SNR, lost uplinks and packet error rate before it fell silent: a slow decline points to radio or battery, a sudden stop to power, removal or suspension.',
      '5. list_devices with silentFor of the same length: if many of the same site or plan fell silent together, the cause is a gateway, a plan or the network.',
      '6. Answer with the most likely cause, the evidence for it, how to rule out the alternatives, and the next step. Offer a change only if it follows from this, and let the person approve it.',
    ].join('\n'),
  complete: { device: (typed, { fleet }, _, signal) => fleet.suggest({}, typed, signal) },
};
