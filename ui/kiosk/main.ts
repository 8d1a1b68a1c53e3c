import '../design/base.css';
import '../design/controls.css';
import './kiosk.css';
import { mount } from 'svelte';
import KioskScreen from './KioskScreen.svelte';

// A page that the browser kept for its back button would still have the last visitor on it.
addEventListener('pageshow', ({ persisted }) => {
  if (persisted) location.reload();
});

mount(KioskScreen, { target: document.body });
