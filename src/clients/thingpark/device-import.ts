/** Bulk import of devices by CSV (create and delete), and decoding of a device's onboarding tag. */
import { z } from 'zod';
import { CsvFormatError, csvLine, parseCsv } from '../../text/csv.ts';
import { textMemberOf } from '../../text/is-object.ts';
import { endpoint } from '../http/endpoint.ts';
import { Text } from './fields.ts';

const base = '/thingpark/wireless/rest/subscriptions/mine/devices';

/** A device row of the CSV; `line` is its line number from 1, comments and blank lines included. */
export interface ImportRow {
  line: number;
  /** `CREATE_OTAA`, `CREATE_ABP`, `DELETE`, or the unknown text of the file. */
  action: string;
  cells: readonly string[];
}

/** Cell index of each column. */
export const importColumns = {
  eui: 1,
  devAddr: 2,
  model: 3,
  /** NwkSKey (ABP) or AppEUI (OTAA). */
  nwkSKeyOrAppEui: 4,
  /** AppSKeys (ABP) or AppKey (OTAA). */
  appSKeysOrAppKey: 5,
  plan: 7,
  name: 10,
  latitude: 11,
  longitude: 12,
  adminInfo: 13,
  appServers: 19,
  /** SNwkSIntKey (ABP 1.1) or NwkKey (OTAA 1.1). */
  sNwkSIntKeyOrNwkKey: 20,
  nwkSEncKey: 21,
  ownerToken: 24,
} as const;

/** Parses the CSV, skipping comments and blank rows. An empty action or `CREATE` means `CREATE_ABP`. Throws a CsvFormatError. */
export function parseImportRows(csv: string): ImportRow[] {
  return parseCsv(csv).map(({ line, cells }) => {
    const action = (cells[0] ?? '').toUpperCase();
    return { line, action: action === '' || action === 'CREATE' ? 'CREATE_ABP' : action, cells };
  });
}

/** Rows in the documented form: commas, one line each at its own line number, with comments in between. Cells hold no line breaks. */
export function writeImportRows(rows: readonly ImportRow[]): string {
  const lines: string[] = [];
  for (const { line, cells } of rows) {
    while (lines.length < line - 1) lines.push('#');
    lines.push(csvLine(cells));
  }
  return lines.join('\n');
}

const csvOf = (body: unknown): string => textMemberOf(body, 'csv') ?? '';

/** Whether every row creates a device; false for a file that cannot be read. */
function onlyCreates(csv: string): boolean {
  try {
    return parseImportRows(csv).every(({ action }) => action.startsWith('CREATE'));
  } catch (error) {
    if (error instanceof CsvFormatError) return false;
    throw error;
  }
}

export const importDevices = endpoint({
  id: 'thingpark.devices.import',
  api: 'oss',
  route: `POST ${base}/import`,
  effects: ['billing', 'destructive', 'disruptive'],
  effectsOf: ({ body }) => (onlyCreates(csvOf(body)) ? ['billing'] : ['billing', 'destructive', 'disruptive']),
  sure: 'documented',
  source: 'Devices API 7.3',
  doubts: ['whether valid lines are applied when others fail', 'whether the part needs a file name'],
  cost: 'high',
  help: 'Creates and deletes devices by CSV; a 200 may contain failed lines. Columns: A CREATE_OTAA, CREATE_ABP or DELETE, B DevEUI, C DevAddr, D model, E F U V keys, H plan, K name, L M place, T app servers.',
  encoding: 'multipart',
  query: () =>
    z.strictObject({
      forceDevAddrs: z.boolean().optional(),
      /** Format `Group:Name`. */
      domain: z.array(z.string()).optional(),
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
