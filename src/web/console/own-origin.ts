/** The origin this request was sent to: `publicUrl` when the Host header matches it, plain http otherwise. */
export function ownOrigin(request: Request, publicUrl: string | undefined): string {
  const host = request.headers.get('host') ?? '';
  return publicUrl !== undefined && new URL(publicUrl).host === host ? publicUrl : `http://${host}`;
}
