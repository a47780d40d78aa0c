import { describe, expect, it } from 'vitest';

import { readImportFile, writeImportFile } from '../../../src/clients/thingpark/device-import-file.ts';

const [first, second] = ['A81758FFFE0B0001', 'A81758FFFE0B0002'];

describe('readImportFile', () => {
  it.each([
    ['LF', '\n'],
    ['CRLF', '\r\n'],
    ['CR', '\r'],
  ])('readImportFile numbers a row by the line on which it begins, with line breaks of kind %s', (_, lineBreak) => {
    const csv = ['# crates', '', `DELETE,${first},"beside`, '', 'the door"', `DELETE,${second}`].join(lineBreak);
    const { rows } = readImportFile(csv);
    expect(rows.map(({ line, eui }) => [line, eui])).toEqual([
      [3, first],
      [6, second],
    ]);
    expect(rows[0]?.cells[2]).toBe('beside the door');
  });

  it('readImportFile takes the delimiter of the rows where the header row has another one, and reports the header row', () => {
    const { rows, header } = readImportFile(`Directive|DevEUI, 16 digits, hex\nDELETE|${first}|5" pipe, old`);
    expect(header).toBe(1);
    expect(rows.map(({ eui, cells }) => [eui, cells[2]])).toEqual([[first, '5" pipe, old']]);
  });

  it('readImportFile reports the line of an open quote without its content', () => {
    expect(readImportFile(`DELETE,${first}\nDELETE,"${second}`)).toEqual({
      rows: [],
      problem: { line: 2, rule: 'a quoted cell begins and ends with ", and a " inside it is doubled' },
    });
  });
});

it('writeImportFile writes each row on its own line, with commas and with quotes where they are needed', () => {
  const { rows } = readImportFile(`# crates\nDELETE;${first};;"a, ""b"""\n\ndelete;${second.toLowerCase()}`);
  expect(writeImportFile(rows.toReversed())).toBe(`#\nDELETE,${first},,"a, ""b"""\n#\nDELETE,${second}`);
});
