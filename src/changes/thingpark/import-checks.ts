/** Checks every cell of a device import before a person is asked. A Refusal names line, column and rule but never the content, which may hold keys. */
import { Refusal } from '../../clients/http/errors.ts';
import { alarm004Example, alarm004Problem } from '../../clients/thingpark/alarm-thresholds.ts';
import {
  columnLetter,
  type ImportRow,
  importColumns,
  motionIndicators,
  onboardingTagOf,
  readImportFile,
} from '../../clients/thingpark/device-import-file.ts';
import { warning } from '../document/approval-document.ts';
import { phrase } from '../document/phrase.ts';
import type { Warning } from '../planner.ts';
import { implausibleValues } from './implausible.ts';

const keyColumns: readonly number[] = [
  importColumns.nwkSKeyOrAppEui,
  importColumns.appSKeysOrAppKey,
  importColumns.sNwkSIntKeyOrNwkKey,
  importColumns.nwkSEncKey,
  importColumns.ownerToken,
];

const letterOf = columnLetter;
export const cellOf = ({ cells }: ImportRow, at: number): string => cells[at] ?? '';
export const isDeletion = ({ action }: ImportRow): boolean => action === 'DELETE';
export const isUpdate = ({ action }: ImportRow): boolean => action.startsWith('UPDATE');

/** The rows of a valid file. */
export function checkedRows(csv: string): { rows: ImportRow[]; warnings: Warning[] } {
  const { rows, header, problem } = readImportFile(csv);
  if (problem) throw lineRefusal(problem.line, problem.rule);
  if (rows.length === 0) throw new Refusal('csv: contains no device', 'Nothing was sent. Give one line for each device.', 'csv');
  const euis = new Set<string>();
  for (const row of rows) {
    checkRow(row);
    if (euis.has(row.eui)) throw lineRefusal(row.line, `${row.eui} appears twice`);
    euis.add(row.eui);
  }
  const warnings = [
    ...(header === undefined
      ? []
      : [warning('header-row', phrase`line ${header} is a header row and is left out; columns are read by their position, A to AA`)]),
    ...rows.flatMap((row) =>
      row.joined ? [warning('line-breaks', phrase`line ${row.line}: line breaks in its cells are sent as spaces`)] : [],
    ),
    ...rows.filter((row) => !isDeletion(row)).flatMap(implausible),
  ];
  return { rows, warnings };
}

/** The rows' own refusals name a line; this names the first line that holds a value which the platform does not have. */
export function refusedAtLine(error: unknown, row: ImportRow | undefined, column: number): unknown {
  if (!(error instanceof Refusal) || row === undefined) return error;
  const why = error.message.replace(/^\w+: /, '');
  return new Refusal(`csv, line ${row.line}: column ${letterOf(column)}: ${why}`, error.next, 'csv');
}

function lineRefusal(line: number, why: string): Refusal {
  return new Refusal(`csv, line ${line}: ${why}`, 'Nothing was sent. Correct the file.', 'csv');
}

function checkRow(row: ImportRow): void {
  const refuse = (why: string): Refusal => lineRefusal(row.line, why);
  const { action, eui, cells, damage } = row;
  if (/CELLULAR$/.test(action))
    throw refuse('a cellular device gets its EUI from the platform and cannot be followed; add_cellular_device adds it');
  if (!['CREATE_OTAA', 'CREATE_ABP', 'UPDATE_OTAA', 'UPDATE_ABP', 'DELETE'].includes(action))
    throw refuse('column A takes CREATE_OTAA, CREATE_ABP, UPDATE_OTAA, UPDATE_ABP or DELETE');
  if (onboardingTagOf(row) && action !== 'CREATE_OTAA') throw refuse('column B takes an onboarding tag only with CREATE_OTAA');
  if (damage) throw refuse(`column ${letterOf(damage.at)} ${damage.how}`);
  if (!/^[0-9A-F]{16}$/.test(eui))
    throw refuse(`column B takes a DevEUI of 16 hex digits${action === 'CREATE_OTAA' ? ' or an onboarding tag LW:D0:...' : ''}`);
  const beyond = cells.findIndex((text, at) => at > importColumns.deviceState && text !== '');
  if (beyond >= 0) throw refuse(`column ${letterOf(beyond)} is beyond the last column, ${letterOf(importColumns.deviceState)}`);
  const control = cells.findIndex((text) => /\p{Cc}/u.test(text));
  if (control >= 0) throw refuse(`column ${letterOf(control)} holds a control character`);
  const misplaced = cells.findIndex((text, at) => !keyColumns.includes(at) && /[0-9A-Fa-f]{32}/.test(text));
  if (misplaced >= 0) throw refuse(`column ${letterOf(misplaced)} holds what looks like a key`);
  if (isDeletion(row)) return;
  checkPlace(row, refuse);
  checkKeys(row, refuse);
  checkWords(row, refuse);
  if (!isUpdate(row) && cellOf(row, importColumns.model) === '' && !onboardingTagOf(row)) throw refuse('column D takes the device model');
}

function checkPlace(row: ImportRow, refuse: (why: string) => Refusal): void {
  const { latitude, longitude } = importColumns;
  for (const [at, what, limit] of [
    [latitude, 'a latitude', 90],
    [longitude, 'a longitude', 180],
  ] as const) {
    const text = cellOf(row, at);
    if (text === '') continue;
    if (!/^-?\d{1,3}(\.\d+)?$/.test(text) || Math.abs(Number(text)) > limit)
      throw refuse(`column ${letterOf(at)} takes ${what} in decimal degrees from -${limit} to ${limit}. Example: 48.8566`);
  }
  if ((cellOf(row, latitude) === '') !== (cellOf(row, longitude) === ''))
    throw refuse('columns L and M take latitude and longitude together');
}

function checkWords(row: ImportRow, refuse: (why: string) => Refusal): void {
  const { alarmThresholds, motionIndicator } = importColumns;
  const thresholds = cellOf(row, alarmThresholds);
  const problem = thresholds === '' ? undefined : alarm004Problem(thresholds);
  if (problem) throw refuse(`column ${letterOf(alarmThresholds)} takes ${problem}. Example: ${alarm004Example}`);
  const motion = cellOf(row, motionIndicator);
  if (motion !== '' && !motionIndicators.some((one) => one === motion))
    throw refuse(`column ${letterOf(motionIndicator)} takes ${motionIndicators.join(', ').replace(/, (?=\w+$)/, ' or ')}`);
}

function checkKeys(row: ImportRow, refuse: (why: string) => Refusal): void {
  const { devAddr, nwkSKeyOrAppEui, appSKeysOrAppKey, sNwkSIntKeyOrNwkKey, nwkSEncKey, exchangeKeyVersion } = importColumns;
  const otaa = row.action.endsWith('OTAA');
  // Keys that are encrypted with an exchange key are base64 and cannot be checked.
  const encrypted = cellOf(row, exchangeKeyVersion) !== '';
  const hex = (at: number, what: string, digits: number, required: boolean): void => {
    const text = cellOf(row, at);
    if (text === '' && !required) return;
    if (encrypted && digits === 32 && text !== '') return;
    if (new RegExp(`^[0-9A-F]{${digits}}$`).test(text)) return;
    const held = text === '' ? 'is empty' : /^[0-9A-F]+$/.test(text) ? `holds ${text.length} hex digits` : 'holds other text';
    throw refuse(
      `column ${letterOf(at)} takes ${what} of ${digits} hex digits and ${held}${text.length === 16 && digits === 32 ? ', an EUI' : ''}`,
    );
  };
  const creating = !isUpdate(row);
  hex(devAddr, 'a DevAddr', 8, !otaa && creating);
  hex(nwkSKeyOrAppEui, otaa ? 'an AppEUI (JoinEUI)' : 'an NwkSKey', otaa ? 16 : 32, !otaa && creating);
  if (otaa || !/^<AppSKeys>/.test(cellOf(row, appSKeysOrAppKey))) hex(appSKeysOrAppKey, otaa ? 'an AppKey' : 'an AppSKey', 32, false);
  const tagged = onboardingTagOf(row)?.joinEui;
  if (tagged !== undefined && !['', tagged].includes(cellOf(row, nwkSKeyOrAppEui)))
    throw refuse(`column ${letterOf(nwkSKeyOrAppEui)} holds another JoinEUI than the onboarding tag in column B, ${tagged}`);
  hex(sNwkSIntKeyOrNwkKey, otaa ? 'an NwkKey' : 'an SNwkSIntKey', 32, false);
  hex(nwkSEncKey, 'an NwkSEncKey', 32, false);
}

/** What is allowed but most likely a mistake. */
function implausible(row: ImportRow): Warning[] {
  const { devAddr, nwkSKeyOrAppEui, appSKeysOrAppKey, sNwkSIntKeyOrNwkKey, nwkSEncKey } = importColumns;
  // AppSKeys may be XML with the key inside.
  const keyIn = (text: string): string | undefined => text.match(/[0-9A-F]{32}/i)?.[0];
  const named = (keys: readonly (readonly [name: string, at: number])[]) =>
    Object.fromEntries(keys.map(([name, at]) => [`${name} (column ${letterOf(at)})`, keyIn(cellOf(row, at))]));
  const values = row.action.endsWith('OTAA')
    ? {
        joinEui: cellOf(row, nwkSKeyOrAppEui) || onboardingTagOf(row)?.joinEui,
        keys: named([
          ['AppKey', appSKeysOrAppKey],
          ['NwkKey', sNwkSIntKeyOrNwkKey],
        ]),
      }
    : {
        devAddr: cellOf(row, devAddr) || undefined,
        keys: named([
          ['NwkSKey', nwkSKeyOrAppEui],
          ['AppSKey', appSKeysOrAppKey],
          ['SNwkSIntKey', sNwkSIntKeyOrNwkKey],
          ['NwkSEncKey', nwkSEncKey],
        ]),
      };
  return implausibleValues({ devEui: row.eui, ...values }).map(({ code, text }) => warning(code, phrase`line ${row.line}, ${text}`));
}
