/** What a failed network request proves: whether it can have arrived, and what an operator can do about it. */

/** A request without a response. */
export interface NetworkProblem {
  sent: 'no' | 'maybe';
  reason: string;
  /** Repeating it at once cannot help. */
  lasting: boolean;
  next?: string;
}

// Errors raised before a connection was established: the request cannot have arrived.
const notConnected = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT']);

// Problems of the TLS handshake, which precedes the request.
const handshake =
  /^(CERT_|ERR_TLS_|HOSTNAME_MISMATCH$|INVALID_CA$|INVALID_PURPOSE$|PATH_LENGTH_EXCEEDED$|DEPTH_ZERO_SELF_SIGNED_CERT$|SELF_SIGNED_CERT_IN_CHAIN$|UNABLE_TO_)/;
const protocol = new Set([
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'ERR_SSL_UNSUPPORTED_PROTOCOL',
  'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
  'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE',
  'ERR_SSL_PACKET_LENGTH_TOO_LONG',
]);

const certificateProblems: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate comes from an authority that is not trusted here',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate comes from an authority that is not trusted here',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate comes from an authority that is not trusted here',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host name',
};

/** Reads what `fetch` threw. */
export function networkProblem(error: unknown): NetworkProblem {
  const code = codeOf(error);
  if (code !== undefined && handshake.test(code))
    return {
      sent: 'no',
      lasting: true,
      reason: `${certificateProblems[code] ?? 'its certificate was not accepted'} (${code})`,
      next: 'Nothing was sent. Check the url of the connection and the certificate behind it; a private authority is trusted with NODE_EXTRA_CA_CERTS.',
    };
  if (code !== undefined && protocol.has(code))
    return {
      sent: 'no',
      lasting: true,
      reason: `no TLS connection is possible (${code})`,
      next: 'Nothing was sent. Check that the url of the connection names an HTTPS address and port.',
    };
  if (code === 'ENOTFOUND')
    return {
      sent: 'no',
      lasting: false,
      reason: 'its host name is not known (ENOTFOUND)',
      next: 'Nothing was sent. Check the url of the connection and DNS.',
    };
  if (code !== undefined && notConnected.has(code)) return { sent: 'no', lasting: false, reason: code };
  return { sent: 'maybe', lasting: false, reason: code ?? (error instanceof Error ? error.message : 'the connection failed') };
}

function codeOf(error: unknown): string | undefined {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined;
}
