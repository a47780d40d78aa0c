/** Whether the platform posts to a port: 80, 443, 9001-9006, 50551-50569 and 28200-28220. */
export function isCallbackPort(port: number): boolean {
  const within = (from: number, to: number): boolean => port >= from && port <= to;
  return port === 80 || port === 443 || within(9001, 9006) || within(50_551, 50_569) || within(28_200, 28_220);
}
