/** Why a request fails for one device: the error code without the prefix `UnifiedWebService.`, and a message. */
export type RequestFault = readonly [code: string, message: string];

/** Serializes a fault for a callback. */
export function serializeFault([code, message]: RequestFault): { faultcode: string; faultstring: string } {
  return { faultcode: `UnifiedWebService.${code}`, faultstring: `${code.split('.')[0]}. ${message}` };
}
