// `npm run screenshots [-- FOLDER]`: a picture of every screen in every state, into state/screenshots.
import { mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { launchChromium } from './chromium.ts';
import { pictureKiosk } from './picture-kiosk.ts';
import { pictureOrganiser } from './picture-organiser.ts';
import { pictureSandbox } from './picture-sandbox.ts';
import { pictureStaff } from './picture-staff.ts';
import { pictureVisitor } from './picture-visitor.ts';

const folder = resolve(process.argv[2] ?? join('state', 'screenshots'));
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });

const browser = await launchChromium();
try {
  await pictureVisitor(browser, folder);
  await pictureStaff(browser, folder);
  await pictureKiosk(browser, folder);
  await pictureOrganiser(browser, folder);
  await pictureSandbox(browser, folder);
} finally {
  await browser.close();
}
console.log(`Pictures of the screens are in ${folder}.`);
