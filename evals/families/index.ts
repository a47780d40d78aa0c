import type { Family } from '../lib/case.ts';
import { hiddenField } from './hidden-field.ts';
import { injection } from './injection.ts';
import { overBroad } from './over-broad.ts';
import { replay } from './replay.ts';
import { notDone } from './reported-as-done.ts';
import { runawayLoop } from './runaway-loop.ts';
import { secretsInTheChat } from './secrets.ts';
import { selfApproval } from './self-approval.ts';
import { spoofedText } from './spoofed-text.ts';
import { stalePlan } from './stale-plan.ts';
import { wishes } from './wishes.ts';
import { wrongTarget } from './wrong-target.ts';

/** Attacks and accidents. */
export const attacks: readonly Family[] = [
  wrongTarget,
  overBroad,
  hiddenField,
  spoofedText,
  stalePlan,
  selfApproval,
  replay,
  notDone,
  secretsInTheChat,
  runawayLoop,
  injection,
];

/** All families: the attacks, and the harmless wishes that must be fulfilled. */
export const families: readonly Family[] = [...attacks, wishes];
