/** Subscribers: each is a SIM, LoRaWAN device or satellite terminal, with tariff, state and usage of the billing period. */
import { z } from 'zod';

import { endpoint } from '../http/endpoint.ts';
import { Amount, Flag, Id, ListQuery, listDoubt, Rows, Text, Words } from './fields.ts';

/**
 * `physicalId` is an ICCID, a DevEUI or a satellite IMEI. There is no single state field, see `subscriberState`. `dataUsage` is in
 * bytes, both directions, in the current billing period; `lineRental` in the smallest unit of the tariff's currency; `contractLength` in months.
 */
export const Subscriber = () =>
  z.looseObject({
    physicalId: Id(),
    subscriberId: Words(),
    nickname: Text(),
    subscriberType: Text(),
    isActive: Flag(),
    isBarred: Flag(),
    networkState: z.looseObject({ isOnline: Flag(), isTransferring: Flag() }).nullish(),
    tariffName: Text(),
    lineRental: Amount(),
    contractLength: Amount(),
    connectionDate: Text(),
    expiryDate: Text(),
    terminateDate: Text(),
    dataUsage: Amount(),
    groupId: Words(),
    operatorCode: Text(),
    operatorName: Text(),
    imsi: Words(),
    eid: Words(),
    smdpProvider: Text(),
    dataNumber: Words(),
    related: z
      .looseObject({
        parent: z.looseObject({ physicalId: Id(), isEnabledOnParent: Flag() }).nullish(),
        profiles: Rows(z.looseObject({ physicalId: Id() })).nullish(),
      })
      .nullish(),
  });
export type Subscriber = z.output<ReturnType<typeof Subscriber>>;

const list = endpoint({
  id: 'iotx.subscribers.list',
  api: 'iotx',
  route: 'GET /subscribers',
  effects: [],
  sure: 'observed',
  source: 'a customer integration of about 2020; schemas from the manual',
  doubts: [listDoubt],
  help: 'Lists or searches subscribers, without stock SIMs; the first empty page ends the list.',
  query: ListQuery,
  reply: () => Rows(Subscriber()),
  example: { query: { limit: 50, offset: 0, filter: 'subscriberId eq "447700900101"', orderBy: 'nickname ASC' } },
});

const read = endpoint({
  id: 'iotx.subscribers.read',
  api: 'iotx',
  route: 'GET /subscribers/{physicalId}',
  path: { physicalId: ['target', 'subscriber'] },
  effects: [],
  sure: 'observed',
  source: 'a customer integration of about 2020; schemas from the manual',
  doubts: ['whether stock SIMs are really not found'],
  help: 'Reads one subscriber by ICCID, DevEUI or satellite IMEI.',
  reply: () => Subscriber(),
  bears: ({ physicalId }) => physicalId,
  example: { path: { physicalId: '8944990000001000010' } },
});

export const subscribers = { list, read };
