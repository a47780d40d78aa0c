import { describe, expect, it } from 'vitest';

import { CsvFormatError, csvLine, parseCsv, spreadsheetDamage, spreadsheetLine } from '../../src/text/csv.ts';

describe('parseCsv', () => {
  it.each([
    ['commas', 'a,b\n1,2\n'],
    ['semicolons and CRLF', 'a;b\r\n1;2\r\n'],
    ['tabs and CR', 'a\tb\r1\t2'],
    ['a byte order mark and quotes', '\ufeff"a";"b"\r\n "1" ; 2'],
    ['bars', 'a|b\n1|2'],
    ['different line breaks', 'a,b\r1,2\r\n\r\n'],
  ])('parseCsv reads a file with %s', (_, text) => {
    expect(parseCsv(text)).toEqual([
      { line: 1, cells: ['a', 'b'] },
      { line: 2, cells: ['1', '2'] },
    ]);
  });

  it('parseCsv counts comments, blank rows and quoted line breaks as lines and leaves them out', () => {
    expect(parseCsv('# a "comment\n\n  # b\n;;\na;"b\n""c"";"\nd;e')).toEqual([
      { line: 6, cells: ['a', 'b\n"c";'] },
      { line: 7, cells: ['d', 'e'] },
    ]);
  });

  it('parseCsv counts a CRLF inside quotes as one line', () => {
    expect(parseCsv('a,"b\r\nc"\r\nd,e')).toEqual([
      { line: 2, cells: ['a', 'b\nc'] },
      { line: 3, cells: ['d', 'e'] },
    ]);
  });

  it('parseCsv keeps empty cells, leading zeros and letters of every language', () => {
    expect(parseCsv('\u00e9,,007,\n')).toEqual([{ line: 1, cells: ['\u00e9', '', '007', ''] }]);
  });

  it.each(['sep=;\na;b,c', '\ufeffSEP=;\r\na;b,c', '"sep=;"\ra;b,c'])('parseCsv goes by a first line such as %j', (text) => {
    expect(parseCsv(text)).toEqual([{ line: 2, cells: ['a', 'b,c'] }]);
  });

  it('parseCsv takes sep= on another line or with other text as a row', () => {
    expect(parseCsv('a,b\nsep=;')).toEqual([
      { line: 1, cells: ['a', 'b'] },
      { line: 2, cells: ['sep=;'] },
    ]);
    expect(parseCsv('sep=x,b')).toEqual([{ line: 1, cells: ['sep=x', 'b'] }]);
  });

  it.each(['a,b\n1,"SECRET\n', 'a,b\n1,5" SECRET', 'a,b\n1,"x" SECRET'])(
    'parseCsv refuses wrong quotes by line, without the content: %j',
    (text) => {
      expect(() => parseCsv(text)).toThrow(CsvFormatError);
      expect(() => parseCsv(text)).toThrow(/^line [23]: a quoted cell begins and ends with ", and a " inside it is doubled$/);
    },
  );

  it('parseCsv takes a given delimiter, and with looseQuotes a quote inside a cell', () => {
    expect(parseCsv('a;b,c\n5" pipe,"x, y"', { delimiter: ',', looseQuotes: true })).toEqual([
      { line: 1, cells: ['a;b', 'c'] },
      { line: 2, cells: ['5" pipe', 'x, y'] },
    ]);
    expect(() => parseCsv('a,"b', { looseQuotes: true })).toThrow(CsvFormatError);
  });
});

it('csvLine quotes what needs it and leaves formulas alone', () => {
  expect(csvLine(['a', 'b "c"', 'd,e', '', '-5'])).toBe('a,"b ""c""","d,e",,-5');
});

it('spreadsheetLine puts an apostrophe in front of cells that a spreadsheet would evaluate', () => {
  expect(spreadsheetLine(['=1+1', '+1', '-1', '@x', '\tx', 'a=1', '', '=HYPERLINK("x","y")'])).toBe(
    `'=1+1,'+1,'-1,'@x,'\tx,a=1,,"'=HYPERLINK(""x"",""y"")"`,
  );
});

describe('spreadsheetDamage', () => {
  it.each([
    ['8.91E+18', 'was turned into a number'],
    ['8,91E+18', 'was turned into a number'],
    ['1E+15', 'was turned into a number'],
    ['7.012345678901e15', 'was turned into a number'],
    ["'A81758FFFE0B0001", 'begins with an apostrophe'],
    ['81758000000001', 'has 14 of 16 digits: a spreadsheet drops leading zeros'],
  ])('spreadsheetDamage recognises %s and does not repeat it', (text, said) => {
    const damage = spreadsheetDamage(text, 16);
    expect(damage).toContain(said);
    if (text !== '8.91E+18') expect(damage).not.toContain(text);
  });
  it.each(['A81758FFFE0B0001', '0018B20000E00012', '7012345678901E15', 'a8-17-58-ff-fe-0b-00-01', '0000000000000001', 'A81758', ''])(
    'spreadsheetDamage accepts %s',
    (text) => {
      expect(spreadsheetDamage(text, 16)).toBeUndefined();
    },
  );
});
