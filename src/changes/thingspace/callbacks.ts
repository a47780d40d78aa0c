import { callbacks } from '../../clients/thingspace/callbacks.ts';
import { sanitize } from '../../text/sanitize.ts';
import { planner, type TargetState } from '../planner.ts';
import type { SimReadContext } from './sim-rows.ts';

async function listenerOf(accountName: string, service: string, { connection, signal }: SimReadContext) {
  const all = await connection.call(callbacks.list, { path: { accountName } }, { signal });
  return all.find((one) => one.serviceName?.toLowerCase() === service.toLowerCase());
}

/** The listener's address without credentials and query, which may be secret. */
function addressOf(url: string | null | undefined): string {
  if (!url) return 'nobody';
  if (!URL.canParse(url)) return sanitize(url, 60);
  const { protocol, host, pathname } = new URL(url);
  return sanitize(`${protocol}//${host}${pathname}`, 100);
}

const deviceOf = (account: string, service: string): string => `${account}/${service}`;

/** Registers a listener. A service of an account has only one, so registering replaces the present listener. */
export const registerListener = planner({
  operation: callbacks.register,
  async inspect(inputs, at) {
    const targets = await Promise.all(
      inputs.map(async ({ path: { accountName }, body }): Promise<TargetState> => {
        const present = await listenerOf(accountName, body.name, at);
        const device = deviceOf(accountName, body.name);
        const same =
          present?.url === body.url &&
          (present.username ?? undefined) === body.username &&
          (present.password ?? undefined) === body.password;
        return {
          device,
          label: `listener for ${body.name}`,
          before: { listener: addressOf(present?.url), user: sanitize(present?.username ?? 'none', 40) },
          verdict: same ? 'unchanged' : 'change',
        };
      }),
    );
    const former = targets[0]?.before['listener'] ?? 'nobody';
    return {
      targets,
      steps: inputs
        .filter((_, i) => targets[i]?.verdict === 'change')
        .map((input) => ({ input, targets: [deviceOf(input.path.accountName, input.body.name)] })),
      effect: `send all its results to ${addressOf(inputs[0]?.body.url)}${former === 'nobody' ? ', where nobody listens now' : `, taking them AWAY FROM ${former}`}`,
      noun: 'listener',
      effects: callbacks.register.effects,
      undo: former === 'nobody' ? 'removing it again' : 'registering the former one, whose password is not kept here',
    };
  },
  async settle(step, at) {
    const { path, body } = step.input;
    const present = await listenerOf(path.accountName, body.name, at);
    const device = deviceOf(path.accountName, body.name);
    return [{ device, outcome: present?.url === body.url ? 'applied' : 'pending', after: { listener: addressOf(present?.url) } }];
  },
  settleTimeout: { ms: 120_000, onTimeout: 'failed' },
});

/** Removes a listener. Results that arrive without a listener are lost. */
export const removeListener = planner({
  operation: callbacks.remove,
  async inspect(inputs, at) {
    const targets = await Promise.all(
      inputs.map(async ({ path: { accountName, serviceName } }): Promise<TargetState> => {
        const present = await listenerOf(accountName, serviceName, at);
        const before = { listener: addressOf(present?.url) };
        return {
          device: deviceOf(accountName, serviceName),
          label: `listener for ${serviceName}`,
          before,
          verdict: present ? 'change' : 'unchanged',
        };
      }),
    );
    return {
      targets,
      steps: inputs
        .filter((_, i) => targets[i]?.verdict === 'change')
        .map((input) => ({ input, targets: [deviceOf(input.path.accountName, input.path.serviceName)] })),
      effect: `remove the listener ${targets[0]?.before['listener'] ?? ''}; results that come meanwhile are lost`,
      noun: 'listener',
      effects: callbacks.remove.effects,
      undo: 'registering it again, with its password, which is not kept here',
    };
  },
  async settle(step, at) {
    const { accountName, serviceName } = step.input.path;
    const present = await listenerOf(accountName, serviceName, at);
    return [
      {
        device: deviceOf(accountName, serviceName),
        outcome: present ? 'pending' : 'applied',
        after: { listener: addressOf(present?.url) },
      },
    ];
  },
  settleTimeout: { ms: 120_000, onTimeout: 'failed' },
});
