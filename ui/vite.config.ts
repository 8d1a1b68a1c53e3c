import { svelte } from '@sveltejs/vite-plugin-svelte';
import { join } from 'node:path';
import { defineConfig } from 'vite';

const here = import.meta.dirname;

/** Each screen is a page of its own, so that a gate's screens never load what an organiser's need. */
const screens = ['visitor', 'staff', 'kiosk', 'organiser', 'sandbox'];

export default defineConfig({
  root: here,
  base: '/',
  plugins: [svelte({ configFile: false, compilerOptions: { runes: true } })],
  build: {
    outDir: join(here, '..', 'dist', 'ui'),
    emptyOutDir: true,
    target: ['chrome123', 'firefox128', 'safari17.5'],
    // Nothing inline: the pages' content security policy is `self` and no more.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: screens.map((screen) => join(here, `${screen}.html`)) },
  },
});
