import { StringDecoder } from 'node:string_decoder';
import { TokenError } from './token-error.ts';

const CTRL_C = '\u0003';
const CTRL_D = '\u0004';
const BACKSPACES = new Set(['\u007f', '\b']);

/** Asks on the terminal and reads one line, showing nothing of it. */
export function readHidden(prompt: string): Promise<string> {
  const { stdin, stderr } = process;
  // Before the prompt: whoever answers it at once must not see the terminal show it.
  stdin.setRawMode(true);
  stdin.resume();
  stderr.write(prompt);
  return new Promise((resolve, reject) => {
    const decoder = new StringDecoder('utf8');
    let typed = '';
    const end = (rest: string): void => {
      stdin.off('data', onData);
      stdin.setRawMode(false);
      stdin.pause();
      // What was typed ahead belongs to the next question.
      if (rest !== '') stdin.unshift(Buffer.from(rest, 'utf8'));
      stderr.write('\n');
    };
    const onData = (data: Buffer): void => {
      const characters = Array.from(decoder.write(data));
      for (const [index, character] of characters.entries()) {
        if (character === '\r' || character === '\n') {
          end(characters.slice(index + 1).join(''));
          resolve(typed);
          return;
        }
        if (character === CTRL_C || character === CTRL_D) {
          end('');
          reject(new TokenError('pin-missing', 'No PIN was typed; nothing was done.'));
          return;
        }
        typed = BACKSPACES.has(character) ? Array.from(typed).slice(0, -1).join('') : typed + character;
      }
    };
    stdin.on('data', onData);
  });
}
