/** How ThingSpace says no: the API almost always with 400 and two members, the gateway before it with a fault. */
import { Refuse, type Told } from '../behaviour.ts';

/** A refusal of the API; `code` without the service's name. */
export function wrong(code: string, words: string): Refuse {
  return new Refuse(400, { errorCode: `UnifiedWebService.${code}`, errorMessage: `${code.split('.')[0]}. ${words}` });
}

/** A refusal of the gateway. */
export function fault(status: number, code: string, message: string, description: string): Told<object> {
  return { status, body: { fault: { code, message, description } } };
}

/** A refusal of the gateway that it writes in XML. */
export function xmlFault(status: number, code: string, message: string, description: string): Told<string> {
  const inner = `<am:code>${code}</am:code><am:type>Status report</am:type><am:message>${message}</am:message><am:description>${description}</am:description>`;
  return { status, body: `<am:fault xmlns:am="http://wso2.org/apimanager">${inner}</am:fault>` };
}

export const missingCredentials = (): Told<object> =>
  fault(
    401,
    '900902',
    'Missing Credentials',
    'Required OAuth credentials not provided. Make sure your API invocation call has a header: "Authorization: Bearer ACCESS_TOKEN"',
  );

export const invalidCredentials = (): Told<object> =>
  fault(
    401,
    '900901',
    'Invalid Credentials',
    'Access failure for API: /m2m/v1, version: v1. Make sure you have given the correct access token',
  );
