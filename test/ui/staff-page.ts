import type { Page } from 'playwright-core';
import { staffPin, supervisorPin } from '../service/terminal.ts';

/** Signs in on the staff's screen as a person would. */
export async function signIn(page: Page, role: 'staff' | 'supervisor'): Promise<void> {
  await page.locator(`input[value=${role}]`).check({ force: true });
  await page.locator('input[type=password]').fill(role === 'staff' ? staffPin : supervisorPin);
  await page.locator('form button.primary').click();
  await page.locator('header').waitFor();
}
