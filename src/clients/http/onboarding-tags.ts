/** The onboarding tag of a LoRaWAN device (`LW:D0:<JoinEUI>:<DevEUI>...`) as the DevEUI of a device that a call creates. */
import { isObject } from '../../text/is-object.ts';
import { normaliseIdentifier, onboardingTag } from '../../vocabulary.ts';
import type { AnyEndpoint, AnyInput } from './endpoint.ts';
import { markedMembers } from './identifiers-of.ts';
import type { UnusableIdentifier } from './normalise-identifiers.ts';

/**
 * The input with the JoinEUI of the tag in the member of the body that is marked as a JoinEUI, where that is empty. A device that is activated by
 * personalisation (ABP) has none. Calls `refuse` where the member has another JoinEUI than the tag. The tag itself stays.
 */
export function withJoinEuiOfTag(entry: AnyEndpoint, input: AnyInput, refuse: (unusable: UnusableIdentifier) => never): AnyInput {
  const { body } = input;
  if (!isObject(body)) return input;
  const members = markedMembers(entry, 'body');
  const joinName = members.find(([, { kind }]) => kind === 'joinEui')?.[0];
  const euiName = members.find(([, { kind, role }]) => kind === 'devEui' && role === 'new')?.[0];
  if (joinName === undefined || euiName === undefined) return input;
  const [typed, given] = [body[euiName], body[joinName]];
  const tag = typeof typed === 'string' ? onboardingTag(typed) : undefined;
  if (tag === undefined) return input;
  if (given === undefined || given === null || given === '')
    return Object.values(body).includes('ABP') ? input : { ...input, body: { ...body, [joinName]: tag.joinEui } };
  if (typeof given !== 'string' || normaliseIdentifier('joinEui', given) === tag.joinEui) return input;
  return refuse({
    field: `body.${joinName}`,
    rule: `is "${given.slice(0, 40)}", but the onboarding tag in body.${euiName} names ${tag.joinEui}. Give the right one; the tag alone will do`,
  });
}
