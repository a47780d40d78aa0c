/** Listeners: one URL for each service of an account, to which the results of asynchronous requests are posted. */

import { z } from 'zod';
import { endpoint } from '../http/endpoint.ts';
import { postsTo } from './callback-ports.ts';
import { Plain } from './plain.ts';

const Text = () => z.string().nullish();
const Registered = () => z.looseObject({ accountName: Text(), serviceName: Text() });

/** Services whose results or notices a listener may take. */
export const services = [
  'CarrierService',
  'DeviceService',
  'DevicePRLInformation',
  'DeviceSuspensionStatus',
  'DeviceUsage',
  'DeviceProfileService',
  'StateService',
  'DiagnosticsService',
  'EnhancedConnectivityService',
  'SMSDeliveryConfirmation',
  'NiddService',
  'AlertService',
  'ExternalProvisioningChanges',
  'ResumeTrackingNotification',
  'SubscriptionNotificationService',
  'PromoChanges',
  'DevicePromoUsage',
  'IntelligenceService',
  'QoS',
  'PwnService',
  'NetworkEventService',
  'ExtendedEnhancedConnectivityService',
  'VIPCallbackService',
] as const;

export type Service = (typeof services)[number];

/** An http or https URL on a port that the platform posts to. */
export function isListenerUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, port } = new URL(text);
  if (protocol !== 'http:' && protocol !== 'https:') return false;
  return postsTo(port === '' ? (protocol === 'http:' ? 80 : 443) : Number(port));
}

const register = endpoint({
  id: 'thingspace.callbacks.register',
  api: 'm2m',
  route: 'POST /api/m2m/v1/callbacks/{accountName}',
  effects: ['write', 'disruptive'],
  sure: 'documented',
  source: 'Register_Callback_Listener page, SDK',
  doubts: [
    'takes all results of the service away from a listener that stands; what a second registration does is not verified',
    'https needs a certificate of a public authority',
    'username and password come back in clear in every message: they are its only proof',
  ],
  help: 'Registers the URL that takes the results of a service of an account.',
  body: () =>
    z.strictObject({
      name: z.enum(services),
      url: Plain().refine(isListenerUrl, {
        error: 'must be http or https on port 80, 443, 9001-9006, 50551-50559 or 28200-28220: the provider posts to no other',
      }),
      username: Plain().optional(),
      password: Plain().optional(),
    }),
  reply: () => Registered(),
  example: {
    path: { accountName: '0442000123-00001' },
    body: { name: 'CarrierService', url: 'https://listener.example/thingspace', username: 'listener', password: 'password' },
  },
});

const list = endpoint({
  id: 'thingspace.callbacks.list',
  api: 'm2m',
  route: 'GET /api/m2m/v1/callbacks/{accountName}',
  effects: [],
  sure: 'documented',
  source: 'list-callback-listeners page, SDK',
  doubts: ['the answer holds stored passwords in clear', 'listeners registered through SOAP are left out'],
  help: 'Lists the listeners of an account.',
  reply: () => z.array(z.looseObject({ accountName: Text(), serviceName: Text(), url: Text(), username: Text(), password: Text() })),
  example: { path: { accountName: '0442000123-00001' } },
});

const remove = endpoint({
  id: 'thingspace.callbacks.remove',
  api: 'm2m',
  route: 'DELETE /api/m2m/v1/callbacks/{accountName}/name/{serviceName}',
  effects: ['write', 'disruptive'],
  sure: 'documented',
  source: 'SDK, API index',
  doubts: ['results that come while nobody listens are lost'],
  help: 'Removes the listener of a service of an account.',
  reply: () => Registered(),
  example: { path: { accountName: '0442000123-00001', serviceName: 'CarrierService' } },
});

export const callbacks = { register, list, remove };
