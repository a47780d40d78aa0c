import { callbackServices, type callbacks as contracts, isListenerUrl } from '../../clients/thingspace/callbacks.ts';
import { asText, type Handlers } from '../handler.ts';
import { readBody, required } from './body.ts';
import { accountOf } from './device-lookup.ts';
import { apiError } from './errors.ts';
import { listenerKey, listenerOf } from './outbox.ts';

/** Assumption: registering again replaces the listener. The error codes for a wrong URL, a wrong service and a missing listener are not documented. */
export const callbacks: Handlers<typeof contracts> = {
  register({ world, path, body }) {
    const ts = world.thingspace;
    const account = accountOf(ts, path.accountName).name;
    const sent = readBody(body);
    const name = required(sent, 'name');
    const url = required(sent, 'url');
    const service = callbackServices.find((one) => one.toLowerCase() === name.toLowerCase());
    if (!service) throw apiError('INPUT_INVALID.CallbackService.Invalid', 'There is no such callback service.');
    if (!isListenerUrl(url)) throw apiError('INPUT_INVALID.CallbackUrl.Invalid', 'The URL or its port is not allowed.');
    const username = asText(sent['username']);
    const password = asText(sent['password']);
    ts.listeners.set(listenerKey(account, service), {
      account,
      service,
      url,
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
    });
    return { status: 200, body: { accountName: account, serviceName: service } };
  },

  list({ world, path }) {
    const account = accountOf(world.thingspace, path.accountName).name;
    const found = [...world.thingspace.listeners.values()].filter((one) => one.account === account);
    return {
      status: 200,
      body: found.map(({ account: accountName, service: serviceName, ...rest }) => ({ accountName, serviceName, ...rest })),
    };
  },

  remove({ world, path }) {
    const account = accountOf(world.thingspace, path.accountName).name;
    const listener = listenerOf(world, account, path.serviceName);
    if (!listener) throw apiError('REQUEST_FAILED.CallbackNotRegistered', 'No listener is registered for the service.');
    world.thingspace.listeners.delete(listenerKey(account, path.serviceName));
    return { status: 200, body: { accountName: account, serviceName: listener.service } };
  },
};
