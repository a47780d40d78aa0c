/** Device import from a CSV file. Valid lines are applied even if others fail; this is a sandbox choice, the behaviour is undocumented. */
import { type ImportRow, importColumns, parseImportRows } from '../../clients/thingpark/device-import.ts';
import type { devices as contracts } from '../../clients/thingpark/devices.ts';
import { CsvFormatError } from '../../text/csv.ts';
import { asObject, asText, type Handler, SandboxRefusal } from '../handler.ts';
import type { World } from '../world.ts';
import { removeDevice } from './device-change.ts';
import { addDevice } from './device-create.ts';
import { parseDomains } from './device-fields.ts';
import { findDevice } from './device-lookup.ts';
import { ossRefusal } from './oss-request.ts';

const withoutEmpty = (parts: Record<string, string | undefined>): Record<string, string> =>
  Object.fromEntries(Object.entries(parts).flatMap(([name, value]) => (value ? [[name, value]] : [])));

/** Converts a CSV line to the body of a create request. */
function createBodyOf({ action, cells }: ImportRow): Record<string, unknown> {
  const [eui, devAddr, model, first, second, third] = [
    importColumns.eui,
    importColumns.devAddr,
    importColumns.model,
    importColumns.nwkSKeyOrAppEui,
    importColumns.appSKeysOrAppKey,
    importColumns.sNwkSIntKeyOrNwkKey,
  ].map((at) => cells[at]);
  const keys =
    action === 'CREATE_OTAA'
      ? { appEUI: first, appKey: second, nwkKey: third }
      : { nwKey: first, appKeys: second, sNwkSIntKey: third, nwkSEncKey: cells[importColumns.nwkSEncKey] };
  const location = { adminLat: cells[importColumns.latitude], adminLon: cells[importColumns.longitude] };
  const plan = cells[importColumns.plan];
  return {
    EUI: eui,
    activation: action === 'CREATE_OTAA' ? 'OTAA' : 'ABP',
    model: { ID: model },
    ...withoutEmpty({ nwAddress: devAddr, name: cells[importColumns.name], customerAdminData: cells[importColumns.adminInfo], ...keys }),
    ...Object.fromEntries(Object.entries(withoutEmpty(location)).map(([name, value]) => [name, Number(value)])),
    ...(plan ? { networkSubscription: { ID: plan } } : {}),
    appServers: (cells[importColumns.appServers] ?? '').split(',').flatMap((ID) => (ID.trim() ? [{ ID: ID.trim() }] : [])),
  };
}

function applyLine(world: World, one: ImportRow, advanced: boolean, domains: readonly string[]): void {
  if (one.action === 'DELETE') {
    removeDevice(world, findDevice(world, `e${one.cells[importColumns.eui] ?? ''}`));
    return;
  }
  if (one.action !== 'CREATE_OTAA' && one.action !== 'CREATE_ABP') throw ossRefusal(400, 400, 'unknown directive');
  const device = addDevice(world, createBodyOf(one), advanced);
  if (domains.length > 0)
    device.domains = parseDomains(domains.map((text) => ({ group: { name: text.split(':')[0] }, name: text.split(':')[1] })));
}

function rowsOf(csv: string): ImportRow[] {
  try {
    return parseImportRows(csv);
  } catch (error) {
    if (error instanceof CsvFormatError) throw ossRefusal(400, 400, error.message);
    throw error;
  }
}

export const importFile: Handler<typeof contracts.import> = ({ world, query, body }) => {
  const csv = asText(asObject(body)['csv']);
  if (csv === undefined) throw ossRefusal(400, 400, 'csv is required');
  const advanced = query.get('networkSubscriptionsHandlingMode') === 'ADVANCED';
  const failed: string[] = [];
  for (const one of rowsOf(csv)) {
    try {
      applyLine(world, one, advanced, query.getAll('domain'));
    } catch (error) {
      if (!(error instanceof SandboxRefusal)) throw error;
      const { code, message } = asObject(error.response.body);
      failed.push(`${one.cells[importColumns.eui] ?? ''},line ${one.line},[${String(code)}] ${String(message)}`);
    }
  }
  return failed.length === 0 ? { status: 200 } : { status: 200, body: { code: 200, message: failed.join('\n') } };
};

export const readOnboardingTag: Handler<typeof contracts.readOnboardingTag> = ({ world, body }) => {
  const [, , joinEui = '', devEui = '', profile = '', ...more] = String(body ?? '').split(':');
  if (!/^[0-9A-Fa-f]{16}$/.test(devEui)) throw ossRefusal(400, 400, 'onboarding tag: LW:D0:<JoinEUI>:<DevEUI>:<ProfileID> is expected');
  const models = world.thingpark.models.filter(({ connectivity }) => connectivity === 'LORAWAN').slice(0, 1);
  return {
    status: 200,
    body: {
      parts: { joinEUI: joinEui, devEUI: devEui, profileID: profile, more },
      models: models.map(({ ID, commercialName }) => ({ ID, commercialName })),
      vendors: [],
      device: { EUI: devEui, activation: 'OTAA', connectivity: 'LORAWAN', appEUI: joinEui, model: { ID: models[0]?.ID } },
    },
  };
};
