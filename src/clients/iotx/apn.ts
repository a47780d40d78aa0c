/** Data sessions and APN settings of one subscriber. */
import { z } from 'zod';

import { endpoint } from '../http/endpoint.ts';
import { Amount, Id, ListQuery, listDoubt, Text } from './fields.ts';

/**
 * `stopTime` is blank while the session is open. `reason`: User-Request closed normally, Access-Accept ongoing, Access-Reject bad
 * APN credentials, Admin-Reset closed by the network, NAS-Error authentication server failure. The data members are bytes.
 */
const Session = () =>
  z.looseObject({
    username: Id().nullish(),
    networkCode: Id().nullish(),
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
  effects: [],
  sure: 'guessed',
  source: 'the fields: manual; the shape: a customer integration of about 2020; the path is a guess',
  doubts: [listDoubt],
  help: 'Lists the data sessions of one subscriber and why each closed.',
  query: ListQuery,
  reply: () => z.array(Session()),
  example: { path: { physicalId: '8944990000001000010' }, query: { limit: 50, offset: 0 } },
});

const details = endpoint({
  id: 'iotx.apn.details',
  api: 'iotx',
  route: 'GET /subscribers/{physicalId}/apn-details',
  effects: [],
  sure: 'guessed',
  source: 'the answer: a customer integration of about 2020; the path is a guess',
  help: 'Reads the APN settings of one subscriber; the answer holds a password.',
  reply: () =>
    z.array(
      z.looseObject({
        apnName: Text(),
        username: Id().nullish(),
        password: Text(),
        privateIpAddress: Text(),
        internetAccessStatus: Text(),
      }),
    ),
  example: { path: { physicalId: '8944990000001000010' } },
});

export const apn = { log, details };
