/** What the settings of ThingSpace are called where a person is asked for them. */
import type { SettingTexts } from '../provider-module.ts';

export const thingspaceTexts: SettingTexts = {
  THINGSPACE_URL: { title: 'ThingSpace address', description: 'Empty: https://thingspace.verizon.com.' },
  THINGSPACE_APP_KEY: {
    title: 'ThingSpace application key',
    description: 'Key of the ThingSpace application. All fields empty: sandbox.',
    asked: 'required',
  },
  THINGSPACE_APP_SECRET: {
    title: 'ThingSpace application secret',
    description: 'Secret of the ThingSpace application.',
    asked: 'required',
  },
  THINGSPACE_USERNAME: { title: 'ThingSpace user', description: 'The user of the session.', asked: 'required' },
  THINGSPACE_PASSWORD: {
    title: 'ThingSpace password',
    description: 'The password of the user. Five refused logins lock it at the carrier.',
    asked: 'required',
  },
  THINGSPACE_ACCOUNT: {
    title: 'ThingSpace account',
    description: 'Account name, such as 0442000123-00001. Empty: the account of each SIM.',
    asked: 'optional',
  },
  THINGSPACE_WRITES: { title: 'ThingSpace changes', description: 'on: changes may run after approval. Empty: reads only.' },
};
