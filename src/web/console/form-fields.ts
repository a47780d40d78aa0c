/** The fields of the console's forms, and the result of what they asked for. */
import { Refusal } from '../../clients/http/errors.ts';

/** The fields as texts, empty where the form has none. */
export function formFields(form: URLSearchParams): { name: string; code: string; why: string; to: string } {
  const text = (name: string): string => form.get(name) ?? '';
  return { name: text('name'), code: text('code'), why: text('why'), to: text('to') };
}

/** The result, or the text of a Refusal. Other errors are rethrown. */
export async function attempt<T>(work: Promise<T>): Promise<{ done: T } | { why: string }> {
  try {
    return { done: await work };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { why: `${capital(error.message)}. ${error.next}` };
  }
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
