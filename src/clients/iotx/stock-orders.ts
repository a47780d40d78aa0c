/** Orders of new SIMs. They contain personal data: recipients and addresses. */
import { z } from 'zod';

import { endpoint } from '../http/endpoint.ts';
import { Id, Rows, Text } from './fields.ts';

const list = endpoint({
  id: 'iotx.stockOrders.list',
  api: 'iotx',
  route: 'GET /stock-orders',
  effects: [],
  sure: 'documented',
  source: 'manual 4.0, stock order; permission View Stock Order History',
  doubts: ['the fields of an order beyond orderId and dateCreated', 'a bare array on the page, under content in practice: both are read'],
  help: 'Lists the stock orders.',
  reply: () => Rows(z.looseObject({ orderId: Id(), dateCreated: Text() })),
  example: {},
});

const create = endpoint({
  id: 'iotx.stockOrders.create',
  api: 'iotx',
  route: 'POST /stock-orders',
  effects: ['billing', 'destructive'],
  sure: 'documented',
  source: 'manual 4.0, stock order; permission Order New Stock',
  doubts: ['the names of all body fields'],
  help: 'Orders stock for delivery; no operation cancels an order.',
  body: () =>
    z.strictObject({
      recipientName: z.string().min(1),
      address: z.string().min(1),
      operator: z.string().min(1),
      stockType: z.string().min(1),
      amount: z.number().int().min(1),
    }),
  reply: () => z.looseObject({ orderId: Id() }),
  example: { body: { recipientName: 'Jane Doe', address: '1 Example Street, London', operator: 'DEMO1', stockType: 'SIM', amount: 10 } },
});

/** Declares no reply: the response is an XLSX file, not JSON, whose first column contains the ICCIDs. */
const download = endpoint({
  id: 'iotx.stockOrders.download',
  api: 'iotx',
  route: 'GET /stock-orders/{orderId}/subscribers/download',
  path: { orderId: 'target' },
  effects: [],
  sure: 'inferred',
  source: 'the method name in a customer integration of about 2020',
  doubts: ['the path'],
  help: 'Downloads the SIMs of one order as an XLSX file; the only known list of stock SIMs.',
  example: { path: { orderId: '9001' } },
});

export const stockOrders = { list, create, download };
