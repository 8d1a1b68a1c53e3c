import { texts as japanese } from './ja.ts';
import type { Texts } from './texts.ts';

/** Each file beside this one that is named by a language's code is that language. */
const files = import.meta.glob<{ readonly texts: Texts }>('./??.ts', { eager: true });
const languages = new Map(
  Object.entries(files).map(([path, { texts }]) => [path.slice('./'.length, -'.ts'.length), texts]),
);

const kept = 'kazasu-language';

/** The language that whoever sits here has chosen; the browser's at first, Japanese where we lack that. */
class ChosenLanguage {
  readonly #first = firstOf([
    localStorage.getItem(kept),
    ...navigator.languages.map((each) => each.slice(0, 2)),
  ]);
  #code = $state(this.#first);

  /** The country's own first. */
  readonly all: readonly { readonly code: string; readonly name: string }[] = [...languages]
    .map(([code, { name }]) => ({ code, name }))
    .sort((one, other) => Number(other.code === 'ja') - Number(one.code === 'ja'));

  get code(): string {
    return this.#code;
  }

  get texts(): Texts {
    return languages.get(this.#code) ?? japanese;
  }

  choose(code: string): void {
    this.#code = firstOf([code]);
    localStorage.setItem(kept, this.#code);
  }

  /** For whoever stands here now; of this nothing is kept. */
  chooseForNow(code: string): void {
    this.#code = firstOf([code]);
  }

  /** Whether it is another than the one that the page began with. */
  get isForNow(): boolean {
    return this.#code !== this.#first;
  }

  /** The one that the page began with, for whoever comes next. */
  startOver(): void {
    this.#code = this.#first;
  }

  /** What a server says in its own two languages. */
  of({ ja, en }: { readonly ja: string; readonly en: string }): string {
    return this.#code === 'ja' ? ja : en;
  }
}

function firstOf(wanted: readonly (string | null)[]): string {
  return wanted.find((code) => code !== null && languages.has(code)) ?? 'ja';
}

export const language = new ChosenLanguage();
