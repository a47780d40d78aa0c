/** ThingSpace error responses. The API answers almost always with 400, errorCode and errorMessage; the gateway in front of it answers with a fault. */
import { SandboxRefusal, type SandboxResponse } from '../handler.ts';

/** An API error. `code` comes without the prefix `UnifiedWebService.`. */
export function apiError(code: string, message: string): SandboxRefusal {
  return new SandboxRefusal(400, { errorCode: `UnifiedWebService.${code}`, errorMessage: `${code.split('.')[0]}. ${message}` });
}

/** A gateway error as JSON. */
export function gatewayFault(status: number, code: string, message: string, description: string): SandboxResponse<object> {
  return { status, body: { fault: { code, message, description } } };
}

/** A gateway error as XML. */
export function xmlGatewayFault(status: number, code: string, message: string, description: string): SandboxResponse<string> {
  const inner = `<am:code>${code}</am:code><am:type>Status report</am:type><am:message>${message}</am:message><am:description>${description}</am:description>`;
  return { status, body: `<am:fault xmlns:am="http://wso2.org/apimanager">${inner}</am:fault>` };
}

export const missingCredentials = (): SandboxResponse<object> =>
  gatewayFault(
    401,
    '900902',
    'Missing Credentials',
    'Required OAuth credentials not provided. Make sure your API invocation call has a header: "Authorization: Bearer ACCESS_TOKEN"',
  );

export const invalidCredentials = (): SandboxResponse<object> =>
  gatewayFault(
    401,
    '900901',
    'Invalid Credentials',
    'Access failure for API: /m2m/v1, version: v1. Make sure you have given the correct access token',
  );
