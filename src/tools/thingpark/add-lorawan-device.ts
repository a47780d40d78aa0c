import { z } from 'zod';
import { warning } from '../../changes/document/approval-document.ts';
import { fixed, joined, phrase, quoted } from '../../changes/document/phrase.ts';
import type { Warning } from '../../changes/planner.ts';
import type { Connection } from '../../clients/connect.ts';
import { Refusal } from '../../clients/http/errors.ts';
import { deviceProfiles, isLorawan11 } from '../../clients/thingpark/device-profiles.ts';
import { devices } from '../../clients/thingpark/devices.ts';
import { defined } from '../../text/defined.ts';
import { identifier } from '../../vocabulary.ts';
import { changeTool, type ToolContext } from '../define.ts';
import * as fields from '../fields.ts';
import { type FileDevice, type KeyName, keyNames } from '../key-file.ts';

const otaa = ['joinEui', 'appKey', 'nwkKey'] as const;
const abp = ['devAddr', 'nwkSKey', 'appSKey', 'sNwkSIntKey', 'nwkSEncKey'] as const;

const example = {
  name: 'Fridge 1',
  devEui: 'A81758FFFE0B0001',
  model: 'SMTC/LoRaMoteA.1_EU',
  activation: 'OTAA' as const,
  joinEui: 'A81758FFFE000000',
  appKey: '000102030405060708090A0B0C0D0E0F',
  connectivityPlan: 'acme-cs/standard',
  appServers: ['TWA_199982747.1972.AS'],
};

export const addLorawanDevice = changeTool({
  name: 'add_lorawan_device',
  toolset: 'thingpark',
  title: 'Add a LoRaWAN device',
  description:
    'Adds a LoRaWAN device to ThingPark. OTAA needs joinEui or appKey (both with the local join server); ABP needs devAddr and nwkSKey, appSKey to decrypt payloads. LoRaWAN 1.1 also needs nwkKey, or sNwkSIntKey and nwkSEncKey. Missing keys come from the key file, where one is configured. For SIMs use activate_sim.',
  provider: 'thingpark',
  operations: [devices.create],
  idempotent: true,
  input: z
    .strictObject({
      name: z.string().trim().min(1).max(255),
      devEui: fields.newDevEui,
      model: z.string().min(1).describe('device profile ID'),
      activation: z.enum(['OTAA', 'ABP']),
      joinEui: identifier('joinEui').optional(),
      appKey: fields.aesKey.optional(),
      devAddr: identifier('devAddr').optional(),
      nwkSKey: fields.aesKey.optional(),
      appSKey: fields.aesKey.optional(),
      nwkKey: fields.aesKey.optional(),
      sNwkSIntKey: fields.aesKey.optional(),
      nwkSEncKey: fields.aesKey.optional(),
      appServers: z.array(z.string().min(1)).max(10).optional().describe('IDs'),
      connectivityPlan: z.string().min(1).optional().describe('ID; chosen by the provider when omitted'),
      connection: fields.connection,
      preview: fields.preview,
    })
    .superRefine((input, context) => {
      const refuse = (field: string, message: string): void => context.addIssue({ code: 'custom', path: [field], message });
      const { tagJoinEui } = input.devEui;
      if (tagJoinEui !== undefined && input.joinEui !== undefined && input.joinEui !== tagJoinEui)
        refuse(
          'joinEui',
          `is ${input.joinEui}, but the onboarding tag in devEui names ${tagJoinEui}. Give the right one; the tag alone will do`,
        );
      if (input.activation === 'OTAA') {
        for (const field of abp) if (input[field] !== undefined) refuse(field, 'is an ABP field, but activation is OTAA');
      } else {
        for (const field of otaa) if (input[field] !== undefined) refuse(field, 'is an OTAA field, but activation is ABP');
        if (!input.devAddr) refuse('devAddr', 'ABP needs a DevAddr, 8 hex digits. Example: 04ABCDEF');
      }
    }),
  example,
  async toRequest(input, context) {
    const { name, model, activation, devAddr, appServers, connectivityPlan } = input;
    const { eui: devEui, tagJoinEui } = input.devEui;
    const connection = context.connection(input.connection, ['thingpark']);
    const given = Object.fromEntries(keyNames.flatMap((key) => (input[key] === undefined ? [] : [[key, input[key]]])));
    const mainKey = activation === 'OTAA' ? 'appKey' : 'nwkSKey';
    const fileKeys = given[mainKey] === undefined ? await fromFile(activation, devEui, model, connection, context) : {};
    const keys: FileDevice = { ...fileKeys, ...given };
    const joinEui = activation === 'OTAA' ? (input.joinEui ?? tagJoinEui ?? fileKeys.joinEui) : undefined;
    if (activation === 'OTAA' && !keys.appKey && !joinEui)
      throw needs('appKey', 'OTAA needs appKey (local join server) or joinEui (external one). Example: secret:name-in-the-secrets-file');
    if (activation === 'ABP' && !keys.nwkSKey)
      throw needs('nwkSKey', 'ABP needs the NwkSKey, 32 hex digits. Example: secret:name-in-the-secrets-file');
    const { appKey, nwkKey, nwkSKey, appSKey, sNwkSIntKey, nwkSEncKey } = keys;
    return {
      connection,
      warnings: fileWarnings(devEui, fileKeys, input.joinEui ?? tagJoinEui),
      inputs: [
        {
          ...(connectivityPlan ? { query: { networkSubscriptionsHandlingMode: 'ADVANCED' } } : {}),
          body: defined({
            EUI: devEui,
            name,
            connectivity: 'LORAWAN',
            activation,
            model: { ID: model },
            appEUI: joinEui,
            appKey,
            nwkKey,
            nwAddress: devAddr,
            nwKey: nwkSKey,
            sNwkSIntKey,
            nwkSEncKey,
            appKeys: appSKey ? `<AppSKeys><AppSKey Port="*">${appSKey}</AppSKey></AppSKeys>` : undefined,
            networkSubscription: connectivityPlan ? { ID: connectivityPlan } : undefined,
            appServers: appServers?.length ? appServers.map((ID) => ({ ID })) : undefined,
          }),
        },
      ],
    };
  },
});

/** What is taken from the key file, and that it has another JoinEUI than the one that is `given`. */
function fileWarnings(devEui: string, file: FileDevice, given: string | undefined): Warning[] {
  const taken = [...keyNames, ...(given === undefined ? (['joinEui'] as const) : [])].filter((name) => file[name] !== undefined);
  const names = joined(taken.map((name) => fixed(name)));
  return [
    ...(taken.length > 0 ? [warning('keys-from-file', phrase`${quoted(devEui)}: keys are taken from the key file (${names})`)] : []),
    ...(given !== undefined && file.joinEui !== undefined && file.joinEui !== given
      ? [warning('other-join-eui', phrase`${quoted(devEui)}: the key file has another JoinEUI for it, ${quoted(file.joinEui)}`)]
      : []),
  ];
}

/** Keys and JoinEUI from the key file for this activation; LoRaWAN 1.1 keys only if the model supports 1.1. */
async function fromFile(
  activation: 'OTAA' | 'ABP',
  devEui: string,
  model: string,
  connection: Connection,
  context: ToolContext,
): Promise<FileDevice> {
  const keys = context.keys(devEui) ?? {};
  const lorawan11Keys = activation === 'OTAA' ? (['nwkKey'] as const) : (['sNwkSIntKey', 'nwkSEncKey'] as const);
  const names: (KeyName | 'joinEui')[] = activation === 'OTAA' ? ['appKey', 'joinEui'] : ['nwkSKey', 'appSKey'];
  if (lorawan11Keys.some((name) => keys[name] !== undefined)) {
    const { briefs } = await connection.call(deviceProfiles.list, { query: { ID: [model] } }, { signal: context.signal });
    if (briefs.some((one) => one.ID === model && isLorawan11(one))) names.push(...lorawan11Keys);
  }
  return Object.fromEntries(names.flatMap((name) => (keys[name] === undefined ? [] : [[name, keys[name]]])));
}

function needs(field: string, message: string): Refusal {
  return new Refusal(`add_lorawan_device: ${field}: ${message}`, `Nothing was changed. A valid input: ${JSON.stringify(example)}`, field);
}
