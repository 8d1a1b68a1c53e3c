import type { ReaderStatus } from '../reader/reader.ts';

/** What a kiosk can be without. */
export type KioskPart = 'reader' | 'hsm' | 'service' | 'catalogue';

/** How a kiosk stands, for its screen and for whoever looks after it. */
export interface KioskStanding {
  /** Whether applications can be made: signed and kept, with the service or without it. */
  readonly takesApplications: boolean;
  /** Whether tickets can be tied to cards, for which the service is needed. */
  readonly takesBindings: boolean;
  readonly missing: readonly KioskPart[];
  /** Signed applications that wait for the service. */
  readonly waiting: number;
  /** When the service last told what is on sale, ISO. */
  readonly catalogueAt: string | null;
}

/** Pure: what is there makes what can be done. */
export function standingOf(now: {
  readonly readers: ReaderStatus;
  readonly hsm: boolean;
  readonly service: boolean;
  readonly catalogueAt: number | undefined;
  readonly waiting: number;
}): KioskStanding {
  const { readers, hsm, service, catalogueAt, waiting } = now;
  const reader = readers.readers.length > 0;
  const catalogue = catalogueAt !== undefined;
  const parts: readonly [KioskPart, boolean][] = [
    ['reader', reader],
    ['hsm', hsm],
    ['service', service],
    ['catalogue', catalogue],
  ];
  return {
    takesApplications: reader && hsm && catalogue,
    takesBindings: reader && service,
    missing: parts.filter(([, there]) => !there).map(([part]) => part),
    waiting,
    catalogueAt: catalogueAt === undefined ? null : new Date(catalogueAt).toISOString(),
  };
}
