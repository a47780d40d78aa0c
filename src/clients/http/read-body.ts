/** Reads the text of a response up to a limit, counting while it arrives. */

/** Largest response that is read, in bytes. */
export const maxAnswerBytes = 32 * 1024 * 1024;

/** The response is larger than `maxAnswerBytes`; the rest was not read. */
export class AnswerTooLarge extends Error {
  constructor() {
    super(`the answer is larger than ${maxAnswerBytes / 1024 / 1024} MB`);
    this.name = 'AnswerTooLarge';
  }
}

/** Collects the chunks of a body as UTF-8 text. Throws AnswerTooLarge beyond the limit; leaving the loop destroys the stream. */
export async function boundedText(body: AsyncIterable<Uint8Array>, declaredLength: string | null): Promise<string> {
  if (declaredLength !== null && Number(declaredLength) > maxAnswerBytes) throw new AnswerTooLarge();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > maxAnswerBytes) throw new AnswerTooLarge();
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks, size));
}
