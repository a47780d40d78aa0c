/** Data sessions and APN settings of one subscriber. */
import { z } from 'zod';

import { endpoint } from '../http/endpoint.ts';
import { Amount, ListQuery, listDoubt, Rows, Text, Words } from './fields.ts';

/**
 * `stopTime` is blank while the session is open. `reason`: User-Request closed normally, Access-Accept ongoing, Access-Reject wrong
 * APN credentials, Admin-Reset closed by the network, NAS-Error authentication server failure. Data amounts are in bytes.
 */
const Session = () =>
  z.looseObject({
    username: Words(),
    networkCode: Words(),
    startTime: Text(),
    stopTime: Text(),
    mobileOriginatedData: Amount(),
    mobileTerminatedData: Amount(),
    reason: Text(),
    subscriberIp: Text(),
  });

const log = endpoint({
  id: 'iotx.apn.log',
  api: 'iotx',
  route: 'GET /subscribers/{physicalId}/apn-log',
  path: { physicalId: ['target', 'subscriber'] },
  effects: [],
  sure: 'guessed',
  source: 'fields: manual; format: a customer integration of about 2020; the path is guessed',
  doubts: [listDoubt],
  help: 'Lists the data sessions of one subscriber and why each ended.',
  query: ListQuery,
  reply: () => Rows(Session()),
  example: { path: { physicalId: '8944990000001000010' }, query: { limit: 50, offset: 0 } },
});

const details = endpoint({
  id: 'iotx.apn.details',
  api: 'iotx',
  route: 'GET /subscribers/{physicalId}/apn-details',
  path: { physicalId: ['target', 'subscriber'] },
  effects: [],
  sure: 'guessed',
  source: 'response: a customer integration of about 2020; the path is guessed',
  help: 'Reads the APN settings of one subscriber; the response contains a password.',
  reply: () =>
    Rows(
      z.looseObject({
        apnName: Text(),
        username: Words(),
        password: Text(),
        privateIpAddress: Text(),
        internetAccessStatus: Text(),
      }),
    ),
  example: { path: { physicalId: '8944990000001000010' } },
});

export const apn = { log, details };
