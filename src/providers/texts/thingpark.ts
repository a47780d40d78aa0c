/** What the settings of ThingPark are called where a person is asked for them. */
import type { SettingTexts } from '../provider-module.ts';

export const thingparkTexts: SettingTexts = {
  THINGPARK_OSS_URL: {
    title: 'ThingPark address',
    description: 'Base URL of the platform, such as https://community.thingpark.io. All fields empty: sandbox.',
    asked: 'required',
  },
  THINGPARK_OSS_REALM: { title: 'ThingPark realm', description: 'users-auth, or admins-auth for operator accounts. Empty: users-auth.' },
  THINGPARK_OSS_CLIENT_ID: {
    title: 'ThingPark service account',
    description: 'sub-<subscriber>/<name>, such as sub-199900001/ops.',
    asked: 'required',
  },
  THINGPARK_OSS_CLIENT_SECRET: {
    title: 'ThingPark service account secret',
    description: 'The secret of the service account.',
    asked: 'required',
  },
  THINGPARK_DX_ADMIN_URL: {
    title: 'ThingPark DX Admin address',
    description: 'Base URL of the DX Admin API, ending in /admin/latest/api.',
    asked: 'required',
  },
  THINGPARK_DX_CORE_URL: {
    title: 'ThingPark DX Core address',
    description: 'Base URL of the DX Core API. Empty: the Admin address with /core/.',
  },
  THINGPARK_DX_CLIENT_ID: {
    title: 'ThingPark DX client',
    description: '<profile>/<login>, such as tpe-api/jane@example.com.',
    asked: 'required',
  },
  THINGPARK_DX_CLIENT_SECRET: { title: 'ThingPark DX password', description: 'The password of the DX user.', asked: 'required' },
  THINGPARK_WRITES: { title: 'ThingPark changes', description: 'on: changes may run after approval. Empty: reads only.' },
};
