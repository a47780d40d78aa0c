/** Whether the digits pass the Luhn check; the last one is the check digit. */
export function isLuhnValid(value: string): boolean {
  let sum = 0;
  for (let i = 0; i < value.length; i++) {
    const digit = Number(value[value.length - 1 - i]);
    const doubled = i % 2 === 0 ? digit : digit * 2;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

/** The Luhn check digit that completes `body`. */
export function luhnCheckDigit(body: string): string {
  for (let digit = 0; digit < 10; digit++) if (isLuhnValid(`${body}${digit}`)) return String(digit);
  throw new Error('unreachable: one of the ten digits is always valid');
}
