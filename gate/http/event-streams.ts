import { RequestError } from './problem.ts';

/** Sends one event to one screen. */
export type Send = (event: string, data: object) => void;

const mostStreams = 32;
/** A screen that is so many events behind is cut off; it comes again and gets the present state. */
const mostWaiting = 64;
/** By this a screen knows within seconds that a gate hangs, or that the cable was pulled. */
const heartbeat = 2_500;

/** Server-sent events, to so many screens and no more. */
export class EventStreams {
  #open = 0;

  /**
   * Answers a stream. `begin` sends what is, and goes on sending what comes; what it returns ends that.
   * Where `mayGoOn` says no, the stream ends.
   */
  answer(begin: (send: Send) => () => void, mayGoOn: () => boolean = () => true): Response {
    if (this.#open >= mostStreams) {
      throw new RequestError('busy', 'Too many screens are connected; close one.');
    }
    this.#open += 1;
    let end: () => void = () => undefined;
    const stream = new ReadableStream<Uint8Array>({
      start: (controller) => {
        let over = false;
        const write = (text: string): void => {
          if (over) return;
          if ((controller.desiredSize ?? 0) < -mostWaiting || !mayGoOn()) {
            end();
            controller.close();
            return;
          }
          controller.enqueue(Buffer.from(text));
        };
        const beating = setInterval(() => {
          write(': \n\n');
        }, heartbeat);
        let stop: () => void = () => undefined;
        end = () => {
          if (over) return;
          over = true;
          this.#open -= 1;
          clearInterval(beating);
          stop();
        };
        stop = begin((event, data) => {
          write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
        });
      },
      cancel: () => {
        end();
      },
    });
    return new Response(stream, {
      headers: { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' },
    });
  }
}
