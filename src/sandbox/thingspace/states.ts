import type { states as contracts } from '../../clients/thingspace/states.ts';
import { asObject, type Handlers } from '../handler.ts';
import { readBody, required } from './body.ts';
import { accountOf, requirePlan } from './device-lookup.ts';
import { selectDevices } from './device-selection.ts';
import { apiError } from './errors.ts';
import { pauseSessions, resumeSessions } from './history.ts';
import { acceptForDevices } from './requests.ts';
import { activateResponse, activateSim, suspendResponse } from './sim-lifecycle.ts';

const service = 'Telemetry';
const on = 'Telemetry On';
const resting = 'Telemetry Resting';

/** Handlers for services and their states. The sandbox invents one service with two states: on, and resting, which suspends the SIM. */
export const states: Handlers<typeof contracts> = {
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
      throw apiError('REQUEST_FAILED.ServiceStateNotFound', 'The service has no such state.');
    const { account, ...filter } = asObject(sent['filter']);
    const targets = selectDevices(
      world,
      sent['devices'] === undefined ? { ...filter, accountName: account } : { devices: sent['devices'] },
    );
    for (const name of new Set(targets.map((device) => device.account))) requirePlan(accountOf(world.thingspace, name), plan);
    return acceptForDevices(world, 'goToState', targets, (device, now) => {
      if (state === resting) {
        if (device.state !== 'active') return ['INPUT_INVALID.DeviceState.Invalid', 'The device is not in active state.'];
        device.state = 'suspend';
        pauseSessions(device, now);
        return suspendResponse(device, now);
      }
      if (device.mdnIndex === undefined) activateSim(world, device, plan, zip, now);
      device.state = 'active';
      device.plan = plan;
      resumeSessions(device, now);
      return activateResponse(world, device);
    });
  },
};
