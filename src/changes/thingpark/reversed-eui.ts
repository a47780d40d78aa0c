import { reversedBytes } from '../../vocabulary.ts';
import { warning } from '../document/approval-document.ts';
import { nothing, phrase, quoted } from '../document/phrase.ts';
import { mapWithConcurrency } from '../map-with-concurrency.ts';
import type { Warning } from '../planner.ts';

// A file is written in one byte order, so its first devices tell. Each costs one read.
const mostCompared = 50;

/**
 * Warns of a new DevEUI that read from its last byte to its first is the DevEUI of a device that the account has: some vendors print the least
 * significant byte first. `find` reads a device by its DevEUI.
 */
export async function reversedEuiWarnings(
  euis: readonly string[],
  find: (devEui: string) => Promise<{ name?: string | null | undefined } | undefined>,
): Promise<Warning[]> {
  const found = await mapWithConcurrency(euis.slice(0, mostCompared), async (text) => {
    const eui = text.toUpperCase();
    const reversed = reversedBytes(eui);
    const device = reversed === eui || !/^[0-9A-F]{16}$/.test(eui) ? undefined : await find(reversed);
    if (device === undefined) return [];
    const name = device.name ? phrase` ${quoted(device.name)}` : nothing;
    return [
      warning(
        'reversed-eui',
        phrase`${quoted(eui)}: with its bytes reversed it is ${quoted(reversed)}${name}, which the account has already`,
      ),
    ];
  });
  return found.flat();
}
