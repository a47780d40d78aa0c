/** The rule of personal data in the answers of reads. */
import { withoutPersonalData } from '../text/personal-data.ts';
import type { ToolResult } from './define.ts';

/** What a read shows of a provider's answer, and how many values it leaves out. */
export interface Shown<T> {
  value: T;
  leftOut: number;
}

/** A provider's answer as a read shows it: with personal data only where the caller asks for it. */
export function personalDataRule<T>(value: T, personal: boolean | undefined): Shown<T> {
  return personal ? { value, leftOut: 0 } : withoutPersonalData(value);
}

/** The line of an answer's text that says what was left out. */
export function leftOutLines(leftOut: number): string[] {
  return leftOut > 0 ? [`${leftOut} personal ${leftOut === 1 ? 'value' : 'values'} left out (personal: true shows them).`] : [];
}

/** The answer with how much was left out, as a line and as `personalLeftOut`. */
export function withLeftOut(answer: ToolResult, leftOut: number): ToolResult {
  if (leftOut === 0) return answer;
  return {
    ...answer,
    structured: { ...answer.structured, personalLeftOut: leftOut },
    text: [answer.text, ...leftOutLines(leftOut)].join('\n'),
  };
}
