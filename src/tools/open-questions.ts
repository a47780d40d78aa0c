/**
 * Questions to a person that are asked inside a call, which the client keeps open until they are answered (protocol revisions up to
 * 2025-11-25). While the person decides, the client is told every 15 s that the call goes on. When the call ends without an answer, the
 * question is closed: its plan says so and how to ask again.
 */
import type { Gate } from '../changes/gate.ts';
import type { Clock } from '../clock.ts';
import type { Change } from '../store/change.ts';
import type { ToolContext } from './define.ts';

/** ms between two progress notices. */
const noticeInterval = 15_000;

export interface OpenQuestions {
  /** A person is asked about this change inside the call with this signal. */
  asked(change: string, signal: AbortSignal, progress: ToolContext['progress']): void;
  /** The call goes on with an answer. */
  answered(signal: AbortSignal): void;
  /** The call has ended. If its question was still open, it is closed: the result is the plan, or undefined. */
  ended(signal: AbortSignal): Promise<Change | undefined>;
}

interface OpenQuestion {
  /** Undefined after the answer. */
  change: string | undefined;
  notices: number;
  stop: () => void;
}

export function makeOpenQuestions({ gate, clock }: { gate: Pick<Gate, 'closeQuestion'>; clock: Clock }): OpenQuestions {
  const questions = new WeakMap<AbortSignal, OpenQuestion>();

  const stop = (signal: AbortSignal): string | undefined => {
    const question = questions.get(signal);
    if (!question) return undefined;
    const { change } = question;
    question.stop();
    question.change = undefined;
    return change;
  };

  return {
    asked(change, signal, progress) {
      stop(signal);
      const question: OpenQuestion = { change, notices: questions.get(signal)?.notices ?? 0, stop: () => undefined };
      questions.set(signal, question);
      const start = clock.now();
      const wait = (): void => {
        question.stop = clock.later(noticeInterval, () => {
          question.notices++;
          // Progress must grow during a call, and after the answer it counts requests from 1.
          progress(question.notices / 1000, undefined, `a person is asked, for ${Math.round((clock.now() - start) / 1000)} s`);
          wait();
        });
      };
      wait();
    },
    answered: (signal) => void stop(signal),
    async ended(signal) {
      const change = stop(signal);
      return change === undefined ? undefined : gate.closeQuestion(change);
    },
  };
}
