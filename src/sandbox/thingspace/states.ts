import type { states as contracts } from '../../clients/thingspace/states.ts';
import { type Behaviours, members } from '../behaviour.ts';
import { readBody, required } from './body.ts';
import { chosen } from './chosen.ts';
import { accountOf, planIn } from './find.ts';
import { pause, resume } from './history.ts';
import { activated, open, suspended } from './line.ts';
import { accept } from './requests.ts';
import { wrong } from './wrong.ts';

const service = 'Telemetry';
const on = 'Telemetry On';
const resting = 'Telemetry Resting';

/** Handlers for services and their states. The sandbox invents one service with two states: on, and resting, which suspends the SIM. */
export const states: Behaviours<typeof contracts> = {
  list({ world, path }) {
    const { plans } = accountOf(world.thingspace, path.accountName);
    const servicePlans = plans.flatMap(({ code }) => code ?? []);
    return {
      status: 200,
      body: {
        engagement: [
          {
            engagementId: '4411',
            chargingGroup: 'Eng4411',
            services: [
              {
                name: service,
                description: 'main line',
                states: [
                  { name: on, workflowSequenceNumber: 1, servicePlans },
                  { name: resting, workflowSequenceNumber: 2, servicePlans },
                ],
              },
            ],
          },
        ],
      },
    };
  },

  go({ world, body }) {
    const sent = readBody(body);
    const plan = required(sent, 'servicePlan');
    const zip = required(sent, 'mdnZipCode');
    const state = required(sent, 'stateName');
    // The error code for an unknown service or state is not documented.
    if (required(sent, 'serviceName') !== service || (state !== on && state !== resting))
      throw wrong('REQUEST_FAILED.ServiceStateNotFound', 'The service has no such state.');
    const { account, ...filter } = members(sent['filter']);
    const targets = chosen(world, sent['devices'] === undefined ? { ...filter, accountName: account } : { devices: sent['devices'] });
    for (const name of new Set(targets.map((device) => device.account))) planIn(accountOf(world.thingspace, name), plan);
    return accept(world, 'goToState', targets, (device, now) => {
      if (state === resting) {
        if (device.state !== 'active') return ['INPUT_INVALID.DeviceState.Invalid', 'The device is not in active state.'];
        device.state = 'suspend';
        pause(device, now);
        return suspended(device, now);
      }
      if (device.line === undefined) open(world, device, plan, zip, now);
      device.state = 'active';
      device.plan = plan;
      resume(device, now);
      return activated(world, device);
    });
  },
};
