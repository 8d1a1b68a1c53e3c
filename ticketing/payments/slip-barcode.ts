/** What a slip's barcode says. */
export interface BarcodeFields {
  /** The payment company's, as it is agreed with the shops: 6 digits, the first a 9. */
  readonly companyCode: string;
  readonly slip: string;
  /** In whole yen. */
  readonly amount: number;
  readonly dueAt: number;
}

const mostAmount = 999_999;
/** From this sum on a receipt bears a revenue stamp. */
const stampFrom = 50_000;
const japan = 9 * 3_600_000;
const reissued = '0';

/**
 * The text of the barcode that tills of convenience stores read (GS1-128, identifier 91): company, 21 digits
 * of our own, whether it was reissued, the last day, the stamp, the sum, and a check digit, 44 digits in all.
 * None where the sum has more digits than it holds.
 */
export function barcodeText({ companyCode, slip, amount, dueAt }: BarcodeFields): string | undefined {
  if (amount > mostAmount) return undefined;
  const day = new Date(dueAt + japan).toISOString().slice(2, 10).replaceAll('-', '');
  const stamp = amount < stampFrom ? '0' : '1';
  const own = slip.padEnd(21, '0');
  const digits = companyCode + own + reissued + day + stamp + String(amount).padStart(6, '0');
  return `(91)${digits}${checkDigit(`91${digits}`)}`;
}

/** Modulus 10, every other digit three times, beginning with the last. */
function checkDigit(digits: string): number {
  const sum = Array.from(digits)
    .reverse()
    .reduce((total, digit, place) => total + Number(digit) * (place % 2 === 0 ? 3 : 1), 0);
  return (10 - (sum % 10)) % 10;
}
