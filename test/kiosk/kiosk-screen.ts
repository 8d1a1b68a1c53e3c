import type { KioskStanding } from '../../gate/kiosk/kiosk-standing.ts';
import type { View } from '../../gate/kiosk/visit/view.ts';
import { readEvents, type Answer, type EventReader } from '../service/browser.ts';

/** A program at the kiosk's screen: follows the view, and presses what a visitor would. */
export class KioskScreen {
  readonly #url: string;
  readonly #events: EventReader;
  /** Every event that came, as it came. */
  readonly heard: string[] = [];
  #view: View | undefined;
  #standing: KioskStanding | undefined;

  static async open(url: string): Promise<KioskScreen> {
    return new KioskScreen(url, await readEvents(`${url}/api/kiosk/events`));
  }

  private constructor(url: string, events: EventReader) {
    this.#url = url;
    this.#events = events;
  }

  /** The view, once it is so. */
  async until(isSo: (view: View) => boolean): Promise<View> {
    while (this.#view === undefined || !isSo(this.#view)) await this.#hear();
    return this.#view;
  }

  /** The view as it is now, all that led to it having been heard. */
  async now(): Promise<View> {
    const { body } = await this.get('/state');
    const now = JSON.stringify((body as { view: View }).view);
    return this.until((view) => JSON.stringify(view) === now);
  }

  phase(name: View['phase']): Promise<View> {
    return this.until(({ phase }) => phase === name);
  }

  async standing(isSo: (standing: KioskStanding) => boolean): Promise<KioskStanding> {
    while (this.#standing === undefined || !isSo(this.#standing)) await this.#hear();
    return this.#standing;
  }

  get(path: string): Promise<Answer> {
    return this.#ask(path, { method: 'GET' });
  }

  post(path: string, body: object): Promise<Answer> {
    const headers = { 'content-type': 'application/json' };
    return this.#ask(path, { method: 'POST', headers, body: JSON.stringify(body) });
  }

  async press(press: string): Promise<Answer> {
    const { visit } = await this.now();
    return this.post('/press', { visit, press });
  }

  async pin(pin: string): Promise<Answer> {
    const { visit } = await this.now();
    const headers = { 'content-type': 'application/vnd.kazasu.pin' };
    return this.#ask(`/pin?visit=${visit}`, { method: 'POST', headers, body: pin });
  }

  close(): Promise<void> {
    return this.#events.close();
  }

  async #hear(): Promise<void> {
    const { event, data, text } = await this.#events.next();
    this.heard.push(text);
    if (event === 'view') this.#view = data as unknown as View;
    if (event === 'standing') this.#standing = data as unknown as KioskStanding;
  }

  async #ask(path: string, request: RequestInit): Promise<Answer> {
    const response = await fetch(`${this.#url}/api/kiosk${path}`, request);
    const text = await response.text();
    this.heard.push(text);
    return { status: response.status, headers: response.headers, body: text === '' ? {} : JSON.parse(text) };
  }
}
