/** Runs a tool call, and runs it again with the provider's form of an identifier where the provider does not know the form that was given. */
import { type CallError, ProviderRefused, Refusal } from '../clients/http/errors.ts';
import { isObject } from '../text/is-object.ts';
import { namedAs } from '../vocabulary.ts';
import type { Result } from './change-call.ts';
import type { AnyTool, ToolContext } from './define.ts';
import { identifiersIn, isNamedIn, isUnusual, nearOffer, withKnownForms, withOffer } from './resolve-identifiers.ts';
import type { changeResult } from './results.ts';

type Run = (input: unknown) => Promise<Result>;
type About = Parameters<typeof nearOffer>[3];

export async function runResolved(tool: AnyTool, given: unknown, context: ToolContext, run: Run): Promise<Result> {
  const input = (await quietly(() => withKnownForms(tool, given, context, isUnusual(tool, given, context)))) ?? given;
  try {
    const result = await run(input);
    const text = refusedText(result);
    if (text === undefined || !about(tool, input, text)) return result;
    const known = await quietly(() => withKnownForms(tool, input, context, isNamedIn(text)));
    if (known !== undefined) return await run(known);
    const offer = await quietly(() => nearOffer(tool, input, context, isNamedIn(text)));
    return offer ? withText(result, offer) : result;
  } catch (error) {
    const named = error instanceof Refusal ? withStoredName(input, error) : undefined;
    if (named !== undefined) return run(named);
    if (!isAboutUnknown(error) || context.signal.aborted) throw error;
    const meant: About = ({ value, path }) => error.message.includes(value) || path.length === 1;
    const known = await quietly(() => withKnownForms(tool, input, context, meant));
    if (known !== undefined) return run(known);
    throw await withNearDevices(error, tool, input, context, meant);
  }
}

/** The input with a name as it is stored, where the refused one is the same name in another form. */
function withStoredName(input: unknown, { field, stored }: Refusal): unknown {
  if (field === undefined || stored === undefined || !isObject(input)) return undefined;
  const value = input[field];
  if (typeof value === 'string') return value === stored ? undefined : { ...input, [field]: stored };
  if (!Array.isArray(value)) return undefined;
  const given = value.filter((one): one is string => typeof one === 'string' && namedAs(one, [stored]) === stored && one !== stored);
  return given.length === 1 ? { ...input, [field]: value.map((one) => (one === given[0] ? stored : one)) } : undefined;
}

/** The error with an offer of near devices, where it is about an identifier and one is near. */
export async function withNearDevices(error: unknown, tool: AnyTool, input: unknown, context: ToolContext, about: About): Promise<unknown> {
  return withOffer(error, await quietly(() => nearOffer(tool, input, context, about)));
}

/** What the providers and the planners say of a device that is not there. */
const isUnknown = /does not know|has no subscriber|there is no device|not found|no such|not in the account/i;

function isAboutUnknown(error: unknown): error is CallError {
  if (error instanceof ProviderRefused) return error.objectMissing || (error.status === 400 && isUnknown.test(error.message));
  return error instanceof Refusal && isUnknown.test(error.message);
}

/** The text of a change that was refused because of an unknown device. */
function refusedText(result: Result): string | undefined {
  if (!isAnswer(result) || !result.isError) return undefined;
  const text = result.content.map((part) => (part.type === 'text' ? part.text : '')).join('\n');
  return isUnknown.test(text) ? text : undefined;
}

function isAnswer(result: Result): result is ReturnType<typeof changeResult> {
  return 'content' in result && Array.isArray(result.content);
}

function about(tool: AnyTool, input: unknown, text: string): boolean {
  return identifiersIn(tool.input, input).some(isNamedIn(text));
}

function withText(result: Result, offer: string): Result {
  if (!isAnswer(result)) return result;
  const [first, ...more] = result.content;
  const text = first?.type === 'text' ? `${first.text}\n${offer}` : offer;
  return { ...result, content: [{ type: 'text', text }, ...more] };
}

/** A look-up that only helps: when it fails, the answer is the one without it. */
async function quietly<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch {
    return undefined;
  }
}
