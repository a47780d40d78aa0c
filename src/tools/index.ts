/** The tools of a server, in the order that a client sees. */
import { applyChange } from './changes/apply-change.ts';
import { cancelChange } from './changes/cancel-change.ts';
import { getChange } from './changes/get-change.ts';
import { getPolicy } from './changes/get-policy.ts';
import { listChanges } from './changes/list-changes.ts';
import { resumeChange } from './changes/resume-change.ts';
import { undoChange } from './changes/undo-change.ts';
import type { AnyTool } from './define.ts';
import { findDevice } from './fleet/find-device.ts';
import { getDevice } from './fleet/get-device.ts';
import { getTrafficHistory } from './fleet/get-traffic-history.ts';
import { listDevices } from './fleet/list-devices.ts';
import { summarizeFleet } from './fleet/summarize-fleet.ts';
import { changeOperation } from './operations/change-operation.ts';
import { readOperation } from './operations/read-operation.ts';
import { searchOperations } from './operations/search-operations.ts';

/** A provider's own tools; its name is their toolset. */
export interface ProviderTools {
  name: string;
  tools: readonly AnyTool[];
}

export function makeTools(providers: readonly ProviderTools[]): readonly AnyTool[] {
  const names = providers.map(({ name }) => name);
  return [
    listDevices(names),
    summarizeFleet(names),
    findDevice,
    getDevice,
    getTrafficHistory,
    ...providers.flatMap(({ tools }) => tools),
    applyChange,
    getChange,
    listChanges,
    getPolicy,
    resumeChange,
    cancelChange,
    undoChange,
    searchOperations(names),
    readOperation,
    changeOperation,
  ];
}
