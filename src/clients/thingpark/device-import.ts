/** Bulk import of devices by CSV (create, update and delete), and decoding of a device's onboarding tag. */
import { z } from 'zod';
import { textMemberOf } from '../../text/is-object.ts';
import { type Effect, endpoint } from '../http/endpoint.ts';
import { refField } from '../http/identifier-marks.ts';
import { type ImportRow, importCells, parseImportRows } from './device-import-file.ts';
import { Text } from './fields.ts';

const base = '/thingpark/wireless/rest/subscriptions/mine/devices';

/** What an import can do at most: rows that cannot be told count as all of it. */
export function importEffects(rows: readonly ImportRow[]): readonly Effect[] {
  if (rows.length === 0 || rows.some(({ action }) => !/^(CREATE|UPDATE)_/.test(action))) return ['billing', 'destructive', 'disruptive'];
  return rows.some(({ action }) => action.startsWith('UPDATE')) ? ['billing', 'disruptive'] : ['billing'];
}

const csvOf = (body: unknown): string => textMemberOf(body, 'csv') ?? '';

export const importDevices = endpoint({
  id: 'thingpark.devices.import',
  api: 'oss',
  route: `POST ${base}/import`,
  effects: ['billing', 'destructive', 'disruptive'],
  effectsOf: ({ body }) => importEffects(parseImportRows(csvOf(body))),
  sure: 'documented',
  source: 'Devices API 7.3',
  doubts: ['whether valid lines are applied when others fail', 'whether the part needs a file name'],
  cost: 'high',
  help: 'Imports devices by CSV; a 200 may contain failed lines. Columns: A CREATE_OTAA, UPDATE_OTAA (or _ABP) or DELETE, B DevEUI or tag, C DevAddr, D model, E F U V keys, H plan, K name, L M place, T servers.',
  encoding: 'multipart',
  file: { member: 'csv', cellsOf: (csv) => parseImportRows(csv).flatMap(importCells) },
  query: () =>
    z.strictObject({
      forceDevAddrs: z.boolean().optional(),
      /** Format `Group:Name`. */
      domain: z.array(refField('reference')).optional(),
      networkSubscriptionsHandlingMode: z.enum(['BASIC', 'ADVANCED']).optional(),
    }),
  body: () => z.strictObject({ csv: z.string().min(1) }),
  reply: () => z.looseObject({ code: z.union([z.number(), z.string()]).nullish(), message: Text() }).optional(),
  example: {
    query: { networkSubscriptionsHandlingMode: 'ADVANCED' },
    body: {
      csv: 'CREATE_OTAA,A81758FFFE0B0001,,SMTC/LoRaMoteA.1_EU,A81758FFFE000000,000102030405060708090A0B0C0D0E0F,,acme-cs/standard,,,Fridge 1\nDELETE,A81758FFFE0A0001',
    },
  },
});

export const readOnboardingTag = endpoint({
  id: 'thingpark.devices.readOnboardingTag',
  api: 'oss',
  route: `POST ${base}/readOnboardingTag`,
  effects: [],
  sure: 'documented',
  source: 'Devices API 7.3',
  doubts: ['the content of the response fields'],
  help: 'Decodes the QR code of a device (LW:D0:JoinEUI:DevEUI:ProfileID) into its parts, matching models, and a body for devices.create.',
  encoding: 'text',
  body: () =>
    z
      .string()
      .regex(/^LW:D0:[0-9A-Fa-f]{16}:[0-9A-Fa-f]{16}:[0-9A-Fa-f]{8}(:[A-Z][^:]*)*$/, { error: 'must be LW:D0:JoinEUI:DevEUI:ProfileID' }),
  reply: () =>
    z.looseObject({
      parts: z.unknown(),
      models: z.array(z.unknown()).nullish(),
      vendors: z.array(z.unknown()).nullish(),
      device: z.unknown(),
    }),
  example: { body: 'LW:D0:A81758FFFE000000:A81758FFFE0B0001:00410001' },
});
