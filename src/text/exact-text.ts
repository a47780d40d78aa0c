/** Texts of which a reader can tell each character: what is not plain stands as an escape such as `\u200B`. */
// Quotes and signs of markup, and the sign that begins an escape.
const special = /["`<>\\\u00ab\u00bb\u02ba\u02dd\u02ee\u05f4\u2018-\u201f\u2033\u2036\u275d\u275e\u301d-\u301f\uff02]/u;
const unseen = /[\p{C}\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}\u2800]/u;

/**
 * The text in quotes, so that two different texts never look the same: quotes, signs of markup, line breaks, invisible characters and blanks
 * that a page would drop are escaped as `\u` and four hex digits (`\u{...}` beyond U+FFFF).
 */
export function exactText(text: string): string {
  const composed = text.normalize('NFC') === text;
  let marks = 0;
  let before = ' ';
  const shown = [...text].map((one, i, all) => {
    const mark = /\p{M}/u.test(one);
    marks = mark ? marks + 1 : 0;
    const blank = /\p{Zs}/u.test(one) && (one !== ' ' || before === ' ' || i === all.length - 1);
    before = one;
    const hidden = special.test(one) || unseen.test(one) || blank || (mark && (!composed || marks > 3));
    return hidden ? escaped(one) : one;
  });
  return `"${shown.join('')}"`;
}

function escaped(one: string): string {
  const hex = (one.codePointAt(0) ?? 0).toString(16).toUpperCase();
  return hex.length > 4 ? `\\u{${hex}}` : `\\u${hex.padStart(4, '0')}`;
}

/** Longest value that a question shows whole, characters. */
export const wholeCap = 200;
