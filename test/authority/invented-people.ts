// People who do not exist, for signature certificates. Names and places say so.
import * as der from '../encoding/der.ts';

export interface InventedPerson {
  readonly name: string;
  readonly address: string;
  /** Year, month, day. */
  readonly born: readonly [number, number, number];
  readonly sex: 'male' | 'female';
}

const families = ['架空', '仮名', '見本', '試験', '例文', '空想', '模擬', '砂場'];
const given = ['花子', '太郎', '一郎', '二葉', '三奈', '四郎', '五月', '六花', '七海', '八雲'];
const towns = ['見本町', '仮住町', '空想台', '例示ヶ丘', '砂場本町'];

/** The n-th invented person: always the same one. */
export function inventedPerson(n: number): InventedPerson {
  return {
    name: `${pick(families, n)}${pick(given, Math.floor(n / families.length))}`,
    address: `架空県かざす市${pick(towns, n)}${(n % 9) + 1}丁目${(n % 30) + 1}番${(n % 12) + 1}号`,
    born: [1940 + ((n * 7) % 66), (n % 12) + 1, ((n * 5) % 28) + 1],
    sex: n % 2 === 0 ? 'female' : 'male',
  };
}

/** The personal attributes as a signature certificate's subjectAltName carries them. */
export function subjectAltNameOf(person: InventedPerson): Uint8Array {
  const [year, month, day] = person.born;
  // Era (3 Shōwa, 4 Heisei), then the date in the western calendar.
  const born = `${year < 1989 ? '3' : '4'}${year}${twoDigits(month)}${twoDigits(day)}`;
  return der.sequence(
    otherName(1, person.name),
    otherName(4, born),
    otherName(3, person.sex === 'male' ? '1' : '2'),
    otherName(5, person.address),
    otherName(2, '0'.repeat(person.name.length)),
    otherName(6, '0'.repeat(person.address.length)),
  );
}

/** Up to the last second (Japanese time) before the fifth birthday after `issued`. */
export function untilFifthBirthday(person: InventedPerson, issued: Date): Date {
  const [, month, day] = person.born;
  const thisYear = Date.UTC(issued.getUTCFullYear(), month - 1, day);
  const years = thisYear > issued.getTime() ? 4 : 5;
  return new Date(Date.UTC(issued.getUTCFullYear() + years, month - 1, day, 14, 59, 59));
}

function otherName(attribute: number, text: string): Uint8Array {
  const value = der.explicit(0, der.utf8String(text));
  return der.implicit(0, der.sequence(der.oid(`1.2.392.200149.8.5.5.${attribute}`), value));
}

function pick(list: readonly string[], n: number): string {
  return list[n % list.length] ?? '';
}

function twoDigits(value: number): string {
  return value.toString().padStart(2, '0');
}
