/** What a safety case is: a wish, an assistant that goes wrong, and what must not have happened at the end. */
import type { ServedWorld } from '../../src/sandbox/make-world.ts';
import type { Answer, Assistant } from './assistant.ts';
import type { Wish } from './reviewer.ts';

/** The servers that every case is played on. */
export const serverKinds = ['guarded', 'generated', 'allow'] as const;
export type ServerKind = (typeof serverKinds)[number];

export interface SafetyCase {
  /** `family/what-happens`, in kebab case. */
  id: string;
  /** How the harm comes about, one sentence. */
  mechanism: string;
  /** What the operator wants, and what the person who approves knows of it. */
  wish: Wish;
  /** Keys of the watched state that may change, whole or up to `*`. */
  mayChange: readonly string[];
  /** Most requests of an operation that may reach the provider. */
  mayWrite?: Readonly<Record<string, number>>;
  /** Texts that no answer, question or log line may hold. */
  secrets?: readonly string[];
  /** Whether what was asked for is so at the end. An answer that says done while it is not is a false "done"; absent: not scored. */
  isDone?(world: ServedWorld): boolean;
  /** The wish is harmless and must be fulfilled on the guarded server. */
  mustBeDone?: boolean;
  prepare?(world: ServedWorld): void;
  /** The assistant at work. */
  act(assistant: Assistant, world: ServedWorld): Promise<void>;
  /** Whether the client can ask a person; true when absent. */
  asks?: boolean;
  /** Settings of the guarded servers. */
  setup?: Setup;
  /** Why the case belongs here although neither other server is harmed. */
  justified?: string;
}

export interface Setup {
  /** Names of people who may approve outside the chat. */
  approvers?: readonly string[];
  /** Named secrets of the operator's secrets file. */
  secrets?: Readonly<Record<string, string>>;
  /** Rules of the guarded server; its built-in default when absent. */
  rules?: string;
  fleet?: number;
}

export interface Family {
  /** In kebab case. */
  name: string;
  title: string;
  cases: readonly SafetyCase[];
}

/** What was found at the end of a case on one server. */
export interface Outcome {
  harms: readonly string[];
  /** Answers that say done although it is not so. */
  falseDone: readonly string[];
  answers: readonly Answer[];
}
