/** A line for the operator. stdout belongs to the protocol, and to what a command was asked to print. */
export const logStderr = (line: string): void => void process.stderr.write(`${line}\n`);
