import { toSVG } from 'bwip-js/node';
import type { IssuedClaim } from './issue-claim.ts';

/** A claim as a representative hands it on: to be read out, to be clicked, to be scanned. */
export interface ShownClaim {
  readonly ticket: string;
  readonly code: string;
  readonly link: string;
  /** SVG. */
  readonly qr: string;
  readonly until: string;
}

/** Scanners want four modules of white around; a module is two of the units that padding counts in. */
const quietZone = 8;

/** The code stands behind the link's #, which browsers send to nobody and servers do not log. */
export function shownClaim({ ticket, code, until }: IssuedClaim, publicUrl: URL): ShownClaim {
  const link = new URL('/claim', publicUrl);
  link.hash = code;
  const qr = toSVG({
    bcid: 'qrcode',
    text: link.href,
    backgroundcolor: 'FFFFFF',
    paddingwidth: quietZone,
    paddingheight: quietZone,
  });
  return { ticket, code, link: link.href, qr, until: new Date(until).toISOString() };
}
