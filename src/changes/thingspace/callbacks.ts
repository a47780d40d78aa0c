import { callbacks } from '../../clients/thingspace/callbacks.ts';
import { sanitize } from '../../text/sanitize.ts';
import { destinations, field, joined, nothing, phrase, quoted, stated, word } from '../document/phrase.ts';
import { shownAddress } from '../document/shown-address.ts';
import { planner, type TargetState } from '../planner.ts';
import type { SimReadContext } from './sim-rows.ts';

async function listenerOf(accountName: string, service: string, { connection, signal }: SimReadContext) {
  const all = await connection.call(callbacks.list, { path: { accountName } }, { signal });
  return all.find((one) => one.serviceName?.toLowerCase() === service.toLowerCase());
}

/** The listener's address without credentials and query, which may be secret. */
export function addressOf(url: string | null | undefined): string {
  return url ? shownAddress(url).text : 'nobody';
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
          becomes: { listener: addressOf(body.url), user: sanitize(body.username ?? 'none', 40) },
          verdict: same ? 'unchanged' : 'change',
        };
      }),
    );
    const former = [...new Set(targets.flatMap(({ before }) => (before['listener'] === 'nobody' ? [] : (before['listener'] ?? []))))];
    const [only] = former;
    const away =
      only === undefined
        ? phrase`, where nobody listens now`
        : phrase`, taking them AWAY FROM ${former.length === 1 ? quoted(only, 100) : phrase`${former.length} listeners`}`;
    const user = inputs.some(({ body }) => body.username !== undefined) ? phrase` as user ${field('body.username')}` : nothing;
    const password = inputs.some(({ body }) => body.password !== undefined)
      ? stated('body.password', undefined, phrase` with a password`)
      : nothing;
    return {
      targets,
      steps: inputs
        .filter((_, i) => targets[i]?.verdict === 'change')
        .map((input) => ({ input, targets: [deviceOf(input.path.accountName, input.body.name)] })),
      effect: phrase`send all results of ${word('body.name')} in account ${field('path.accountName')} to ${destinations('body.url')}${user}${password}${away}`,
      noun: 'listener',
      effects: callbacks.register.effects,
      undo: only === undefined ? phrase`removing it again` : phrase`registering the former one, whose password is not kept here`,
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
    const former = [...new Set(targets.flatMap(({ before }) => before['listener'] ?? []))];
    return {
      targets,
      steps: inputs
        .filter((_, i) => targets[i]?.verdict === 'change')
        .map((input) => ({ input, targets: [deviceOf(input.path.accountName, input.path.serviceName)] })),
      effect: phrase`remove the listener ${joined(former.map((address) => quoted(address, 100)))} of ${field('path.serviceName')} in account ${field('path.accountName')}; results that come meanwhile are lost`,
      noun: 'listener',
      effects: callbacks.remove.effects,
      undo: phrase`registering it again, with its password, which is not kept here`,
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
