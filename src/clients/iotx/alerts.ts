/** Monitoring alerts: an email when usage exceeds a threshold. They do not bar the SIM. */
import { z } from 'zod';

import { endpoint } from '../http/endpoint.ts';
import { refField } from '../http/identifier-marks.ts';
import { Amount, Id, ListQuery, listDoubt, Rows, Text, Words } from './fields.ts';

/** Scope: `sim` one subscriber, `company` any subscriber (no target), `grouppr` the total of a group, `groupfptp` any subscriber of a group. */
const RuleType = () => z.enum(['sim', 'company', 'grouppr', 'groupfptp']);

/** Thresholds in bytes. */
const Alert = () =>
  z.looseObject({
    id: Id(),
    ruleType: Text(),
    target: Words(),
    lowerThreshold: Amount(),
    upperThreshold: Amount(),
    dateCreated: Text(),
  });

const Threshold = () => z.number().int().min(0);
const AlertInput = () =>
  z.strictObject({
    ruleType: RuleType(),
    target: refField('reference', z.string().min(1)).optional(),
    lowerThreshold: Threshold(),
    upperThreshold: Threshold(),
  });

const targetDoubt = 'the target of a sim rule: subscriberId in the reference, ICCID in the example';

const list = endpoint({
  id: 'iotx.alerts.list',
  api: 'iotx',
  route: 'GET /alerts',
  effects: [],
  sure: 'documented',
  source: 'later manual, example',
  doubts: [listDoubt],
  help: 'Lists the monitoring alerts.',
  query: ListQuery,
  reply: () => Rows(Alert()),
  example: { query: { limit: 50, offset: 0 } },
});

const create = endpoint({
  id: 'iotx.alerts.create',
  api: 'iotx',
  route: 'POST /alerts',
  effects: ['write'],
  sure: 'documented',
  source: 'later manual, request bodies',
  doubts: [targetDoubt, 'no documented operation deletes an alert'],
  help: 'Adds a monitoring alert with a lower and an upper threshold in bytes.',
  body: AlertInput,
  reply: () => Alert(),
  example: { body: { ruleType: 'sim', target: '447700900101', lowerThreshold: 5242880, upperThreshold: 10485760 } },
});

const update = endpoint({
  id: 'iotx.alerts.update',
  api: 'iotx',
  route: 'PATCH /alerts/{id}',
  path: { id: 'target' },
  effects: ['write'],
  sure: 'documented',
  source: 'later manual, example',
  doubts: [targetDoubt],
  help: 'Changes the thresholds of a monitoring alert.',
  body: () => AlertInput().partial(),
  reply: () => Alert(),
  example: { path: { id: '24' }, body: { lowerThreshold: 6291456, upperThreshold: 12582912 } },
});

export const alerts = { list, create, update };
