/** Callback listeners: one URL per account and service, to which results of asynchronous requests are posted. */

import { z } from 'zod';
import { endpoint } from '../http/endpoint.ts';
import { isCallbackPort } from './callback-ports.ts';
import { SafeText } from './safe-text.ts';

const Text = () => z.string().nullish();
const Registered = () => z.looseObject({ accountName: Text(), serviceName: Text() });

/** Services that post results or notifications to a listener. */
export const callbackServices = [
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

export type CallbackService = (typeof callbackServices)[number];

/** True for an http or https URL on a port that the platform posts to. */
export function isListenerUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, port } = new URL(text);
  if (protocol !== 'http:' && protocol !== 'https:') return false;
  return isCallbackPort(port === '' ? (protocol === 'http:' ? 80 : 443) : Number(port));
}

const register = endpoint({
  id: 'thingspace.callbacks.register',
  api: 'm2m',
  route: 'POST /api/m2m/v1/callbacks/{accountName}',
  path: { accountName: 'reference' },
  effects: ['write', 'disruptive'],
  sure: 'documented',
  source: 'Register_Callback_Listener page, SDK',
  doubts: [
    'diverts all results of the service from an existing listener; the effect of a second registration is not verified',
    'https requires a certificate from a public CA',
    'every message contains username and password in clear text, its only authentication',
  ],
  help: 'Registers the URL that receives the results of a service of an account.',
  body: () =>
    z.strictObject({
      name: z.enum(callbackServices),
      url: SafeText().refine(isListenerUrl, {
        error: 'must be http or https on port 80, 443, 9001-9006, 50551-50569 or 28200-28220; the provider supports no other',
      }),
      username: SafeText().optional(),
      password: SafeText().optional(),
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
  path: { accountName: 'target' },
  effects: [],
  sure: 'documented',
  source: 'list-callback-listeners page, SDK',
  doubts: ['the response contains stored passwords in clear text', 'listeners registered through SOAP are omitted'],
  help: 'Lists the listeners of an account.',
  reply: () => z.array(z.looseObject({ accountName: Text(), serviceName: Text(), url: Text(), username: Text(), password: Text() })),
  example: { path: { accountName: '0442000123-00001' } },
});

const remove = endpoint({
  id: 'thingspace.callbacks.remove',
  api: 'm2m',
  route: 'DELETE /api/m2m/v1/callbacks/{accountName}/name/{serviceName}',
  path: { accountName: 'reference', serviceName: 'reference' },
  effects: ['write', 'disruptive'],
  sure: 'documented',
  source: 'SDK, API index',
  doubts: ['results sent without a listener are lost'],
  help: 'Removes the listener of a service of an account.',
  reply: () => Registered(),
  example: { path: { accountName: '0442000123-00001', serviceName: 'CarrierService' } },
});

export const callbacks = { register, list, remove };
