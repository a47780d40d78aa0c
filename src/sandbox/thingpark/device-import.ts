/** Device import from a CSV file. Valid lines are applied even if others fail; this is a sandbox choice, the behaviour is undocumented. */
import { column, type ImportLine, importLines } from '../../clients/thingpark/device-import.ts';
import type { devices as contracts } from '../../clients/thingpark/devices.ts';
import { type Behaviour, members, Refuse, textOf } from '../behaviour.ts';
import type { World } from '../world.ts';
import { dropDevice } from './device-change.ts';
import { addDevice } from './device-create.ts';
import { domainsFrom } from './device-parts.ts';
import { find } from './find.ts';
import { refuse } from './refuse.ts';

const withoutEmpty = (parts: Record<string, string | undefined>): Record<string, string> =>
  Object.fromEntries(Object.entries(parts).flatMap(([name, value]) => (value ? [[name, value]] : [])));

/** Converts a CSV line to the body of a create request. */
function createBodyOf({ act, cells }: ImportLine): Record<string, unknown> {
  const [eui, devAddr, model, first, second, third] = [
    column.eui,
    column.devAddr,
    column.model,
    column.first,
    column.second,
    column.third,
  ].map((at) => cells[at]);
  const keys =
    act === 'CREATE_OTAA'
      ? { appEUI: first, appKey: second, nwkKey: third }
      : { nwKey: first, appKeys: second, sNwkSIntKey: third, nwkSEncKey: cells[column.nwkSEncKey] };
  const location = { adminLat: cells[column.latitude], adminLon: cells[column.longitude] };
  const plan = cells[column.plan];
  return {
    EUI: eui,
    activation: act === 'CREATE_OTAA' ? 'OTAA' : 'ABP',
    model: { ID: model },
    ...withoutEmpty({ nwAddress: devAddr, name: cells[column.name], customerAdminData: cells[column.adminInfo], ...keys }),
    ...Object.fromEntries(Object.entries(withoutEmpty(location)).map(([name, value]) => [name, Number(value)])),
    ...(plan ? { networkSubscription: { ID: plan } } : {}),
    appServers: (cells[column.appServers] ?? '').split(',').flatMap((ID) => (ID.trim() ? [{ ID: ID.trim() }] : [])),
  };
}

function applyLine(world: World, one: ImportLine, advanced: boolean, domains: readonly string[]): void {
  if (one.act === 'DELETE') {
    dropDevice(world, find(world, `e${one.cells[column.eui] ?? ''}`));
    return;
  }
  if (one.act !== 'CREATE_OTAA' && one.act !== 'CREATE_ABP') throw refuse(400, 400, 'unknown directive');
  const device = addDevice(world, createBodyOf(one), advanced);
  if (domains.length > 0)
    device.domains = domainsFrom(domains.map((text) => ({ group: { name: text.split(':')[0] }, name: text.split(':')[1] })));
}

export const importFile: Behaviour<typeof contracts.import> = ({ world, query, body }) => {
  const csv = textOf(members(body)['csv']);
  if (csv === undefined) throw refuse(400, 400, 'csv is required');
  const advanced = query.get('networkSubscriptionsHandlingMode') === 'ADVANCED';
  const failed: string[] = [];
  for (const one of importLines(csv)) {
    try {
      applyLine(world, one, advanced, query.getAll('domain'));
    } catch (error) {
      if (!(error instanceof Refuse)) throw error;
      const { code, message } = members(error.told.body);
      failed.push(`${one.cells[column.eui] ?? ''},line ${one.line},[${String(code)}] ${String(message)}`);
    }
  }
  return failed.length === 0 ? { status: 200 } : { status: 200, body: { code: 200, message: failed.join('\n') } };
};

export const readOnboardingTag: Behaviour<typeof contracts.readOnboardingTag> = ({ world, body }) => {
  const [, , joinEui = '', devEui = '', profile = '', ...more] = String(body ?? '').split(':');
  if (!/^[0-9A-Fa-f]{16}$/.test(devEui)) throw refuse(400, 400, 'onboarding tag: LW:D0:<JoinEUI>:<DevEUI>:<ProfileID> is expected');
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
