/** DX profiles: the prefix of a DX login, `<profileId>/<login>`. */
import { z } from 'zod';

import { endpoint } from '../http/endpoint.ts';
import { Id, Rows, Text } from './fields.ts';

const Profile = () => z.looseObject({ id: Id(), description: Text(), homepage: Text(), owner: Text() });

const list = endpoint({
  id: 'thingpark.profiles.list',
  api: 'dx-admin',
  route: 'GET /profiles',
  effects: [],
  sure: 'documented',
  source: 'DX API v141',
  help: 'Lists the platform profiles that a DX login can belong to.',
  reply: () => Rows(Profile()),
  example: {},
});

const read = endpoint({
  id: 'thingpark.profiles.read',
  api: 'dx-admin',
  route: 'GET /profiles/{profileId}',
  path: { profileId: 'target' },
  effects: [],
  sure: 'documented',
  source: 'DX API v141',
  help: 'Reads one platform profile.',
  reply: () => Profile(),
  bears: ({ id }) => id,
  example: { path: { profileId: 'tpe-api' } },
});

export const profiles = { list, read };
