/** DX Admin profiles, applications and access codes. */
import type { accessCodes as accessCodesContracts } from '../../clients/thingpark/access-codes.ts';
import type { applications as applicationsContracts } from '../../clients/thingpark/applications.ts';
import type { profiles as profilesContracts } from '../../clients/thingpark/profiles.ts';
import { asObject, asText, type Handlers } from '../handler.ts';
import { seededHex } from '../random.ts';
import { dxRefusal } from './dx-records.ts';
import type { AccessCode } from './state.ts';

const profileRows = [
  { id: 'tpe-api', description: 'ThingPark Enterprise', homepage: 'https://sandbox.example/tpe', owner: 'sandbox' },
  { id: 'dev1-api', description: 'Developer platform', homepage: 'https://sandbox.example/dev1', owner: 'sandbox' },
];

export const profiles: Handlers<typeof profilesContracts> = {
  list: () => ({ status: 200, body: profileRows }),
  read({ path }) {
    const profile = profileRows.find(({ id }) => id === path.profileId);
    if (!profile) throw dxRefusal(404, `Profile ${path.profileId} not found`);
    return { status: 200, body: profile };
  },
};

const applicationRows = [
  { ref: '201', id: 'wireless', name: 'Device Manager', url: 'https://sandbox.example/deviceManager' },
  { ref: '202', id: 'network', name: 'Network Manager', url: 'https://sandbox.example/networkManager' },
];

export const applications: Handlers<typeof applicationsContracts> = {
  list({ query }) {
    const id = query.get('applicationId');
    return { status: 200, body: applicationRows.filter((one) => id === null || one.id === id) };
  },
};

const lifetimeMs = 300_000;

export const accessCodes: Handlers<typeof accessCodesContracts> = {
  create({ world, body }) {
    const { thingpark, clock } = world;
    const sent = asObject(body);
    const type = asText(sent['type']);
    if (!type) throw dxRefusal(400, 'type is required');
    const userId = asText(sent['userId']);
    if (type === 'userAccessCode' && !thingpark.users.some((user) => user.id === userId))
      throw dxRefusal(400, 'userId must name a user of the caller');
    const applicationId = asText(sent['applicationId']);
    const value = seededHex(32, world.seed, 'access-code', thingpark.accessCodes.length, clock.now()).toLowerCase();
    const code: AccessCode = {
      type,
      value,
      ...(userId ? { userId } : {}),
      ...(applicationId ? { applicationId } : {}),
      expiresAt: clock.now() + lifetimeMs,
    };
    thingpark.accessCodes.push(code);
    const { expiresAt: _, ...serialized } = code;
    return { status: 201, body: serialized };
  },
  validate({ world, query }) {
    const code = world.thingpark.accessCodes.find((one) => one.value === query.get('value') && one.type === query.get('type'));
    if (!code || code.expiresAt <= world.clock.now()) throw dxRefusal(404, 'Access code is unknown or has expired');
    const { expiresAt: _, ...serialized } = code;
    return { status: 200, body: serialized };
  },
};
