import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { systemTimer, type Timer } from '../reader/timer.ts';
import type { Log } from '../log.ts';

export interface ServiceManagerOptions {
  readonly log: Log;
  /** Whether the program does its work; asked before each sign of life. */
  readonly alive: () => boolean;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly timer?: Timer;
  /** Passes a state on, e.g. `READY=1`. */
  readonly notify?: (state: string) => Promise<void>;
}

/**
 * Tells systemd that the terminal is up and alive, where systemd asks for it (`Type=notify`, `WatchdogSec=`).
 * Node has no datagram sockets of the Unix kind, so systemd's own program speaks: the unit says
 * `NotifyAccess=all`. A terminal whose taps hang gives no sign of life, and systemd starts it anew.
 */
export class ServiceManager {
  readonly #options: ServiceManagerOptions;
  readonly #timer: Timer;
  readonly #asked: boolean;
  readonly #watchdog: number;
  #callOff: () => void = () => undefined;

  constructor(options: ServiceManagerOptions) {
    const { environment = process.env, timer = systemTimer } = options;
    this.#options = options;
    this.#timer = timer;
    this.#asked = environment['NOTIFY_SOCKET'] !== undefined;
    const forUs = environment['WATCHDOG_PID'] ?? String(process.pid);
    const microseconds = Number(environment['WATCHDOG_USEC'] ?? 0);
    this.#watchdog = forUs === String(process.pid) && microseconds > 0 ? microseconds / 1_000 : 0;
  }

  ready(): void {
    if (!this.#asked) return;
    this.#tell('READY=1');
    if (this.#watchdog > 0) this.#beat();
  }

  stopping(): void {
    this.#callOff();
    if (this.#asked) this.#tell('STOPPING=1');
  }

  #beat(): void {
    if (this.#options.alive()) this.#tell('WATCHDOG=1');
    this.#callOff = this.#timer.after(this.#watchdog / 2, () => {
      this.#beat();
    });
  }

  #tell(state: string): void {
    const { notify = systemdNotify, log } = this.#options;
    notify(state).catch(() => {
      log.warn(
        { event: 'systemd-not-told', state },
        'systemd cannot be told how the gate is: is systemd-notify installed?',
      );
    });
  }
}

async function systemdNotify(state: string): Promise<void> {
  await promisify(execFile)('systemd-notify', [state], { timeout: 5_000 });
}
