/** Device import from a CSV file. Valid lines are applied even if others fail; this is a sandbox choice, the behaviour is undocumented. */
import { type ImportRow, importColumns, onboardingTagOf, readImportFile } from '../../clients/thingpark/device-import-file.ts';
import type { devices as contracts } from '../../clients/thingpark/devices.ts';
import { asObject, asText, type Handler, SandboxRefusal } from '../handler.ts';
import type { World } from '../world.ts';
import { assignModel, assignPlan, removeDevice } from './device-change.ts';
import { addDevice } from './device-create.ts';
import { parseAppServers, parseDomains, pickPassThroughFields } from './device-fields.ts';
import { findDevice } from './device-lookup.ts';
import { incrementVersion, ossRefusal } from './oss-request.ts';

const withoutEmpty = (parts: Record<string, string | undefined>): Record<string, string> =>
  Object.fromEntries(Object.entries(parts).flatMap(([name, value]) => (value ? [[name, value]] : [])));

/** Converts a CSV line to the body of a create or update request. A cell counts more than the onboarding tag of column B. */
function bodyOf(world: World, row: ImportRow): Record<string, unknown> {
  const { action, cells } = row;
  const tag = onboardingTagOf(row);
  const tagModel = tag && world.thingpark.models.find(({ connectivity }) => connectivity === 'LORAWAN')?.ID;
  const [devAddr, model = '', first, second, third] = [
    importColumns.devAddr,
    importColumns.model,
    importColumns.nwkSKeyOrAppEui,
    importColumns.appSKeysOrAppKey,
    importColumns.sNwkSIntKeyOrNwkKey,
  ].map((at) => cells[at]);
  const keys = action.endsWith('OTAA')
    ? { appEUI: first || tag?.joinEui, appKey: second, nwkKey: third }
    : { nwKey: first, appKeys: second, sNwkSIntKey: third, nwkSEncKey: cells[importColumns.nwkSEncKey] };
  const location = { adminLat: cells[importColumns.latitude], adminLon: cells[importColumns.longitude] };
  const plan = cells[importColumns.plan];
  return {
    EUI: row.eui,
    activation: action.endsWith('OTAA') ? 'OTAA' : 'ABP',
    ...(model || tagModel || action.startsWith('CREATE') ? { model: { ID: model || tagModel } } : {}),
    ...withoutEmpty({ nwAddress: devAddr, name: cells[importColumns.name], customerAdminData: cells[importColumns.adminInfo], ...keys }),
    ...Object.fromEntries(Object.entries(withoutEmpty(location)).map(([name, value]) => [name, coordinate(name, value)])),
    ...(plan ? { networkSubscription: { ID: plan } } : {}),
    appServers: (cells[importColumns.appServers] ?? '').split(',').flatMap((ID) => (ID.trim() ? [{ ID: ID.trim() }] : [])),
  };
}

function coordinate(name: string, text: string): number {
  const limit = name === 'adminLat' ? 90 : 180;
  if (!/^-?\d+(\.\d+)?$/.test(text) || Math.abs(Number(text)) > limit) throw ossRefusal(400, 400, `${name}: decimal degrees are expected`);
  return Number(text);
}

/** Changes what the row names, and keeps the rest; the keys of the row are not kept anywhere. */
function updateRow(world: World, row: ImportRow): void {
  const device = findDevice(world, `e${row.eui}`);
  const sent = bodyOf(world, row);
  const model = asText(asObject(sent['model'])['ID']);
  const plan = asText(asObject(sent['networkSubscription'])['ID']);
  if (model !== undefined && model !== device.model) assignModel(world, device, model);
  if (plan !== undefined && plan !== device.plan) assignPlan(world, device, plan);
  device.name = asText(sent['name']) ?? device.name;
  const joinEui = asText(sent['appEUI']);
  if (joinEui !== undefined) device.appEUI = joinEui;
  if (row.cells[importColumns.appServers]) device.appServers = parseAppServers(world.thingpark, sent['appServers']);
  device.notes = { ...device.notes, ...pickPassThroughFields(sent) };
  incrementVersion(device, world.clock.now());
}

function applyLine(world: World, one: ImportRow, advanced: boolean, domains: readonly string[]): void {
  if (one.action === 'DELETE') {
    removeDevice(world, findDevice(world, `e${one.eui}`));
    return;
  }
  if (one.action === 'UPDATE_OTAA' || one.action === 'UPDATE_ABP') {
    updateRow(world, one);
    return;
  }
  if (one.action !== 'CREATE_OTAA' && one.action !== 'CREATE_ABP') throw ossRefusal(400, 400, 'unknown directive');
  const device = addDevice(world, bodyOf(world, one), advanced);
  if (domains.length > 0)
    device.domains = parseDomains(domains.map((text) => ({ group: { name: text.split(':')[0] }, name: text.split(':')[1] })));
}

function rowsOf(csv: string): ImportRow[] {
  const { rows, problem } = readImportFile(csv);
  if (problem) throw ossRefusal(400, 400, `line ${problem.line}: ${problem.rule}`);
  return rows;
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
      failed.push(`${one.eui},line ${one.line},[${String(code)}] ${String(message)}`);
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
