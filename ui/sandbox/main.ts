import '../design/base.css';
import '../design/controls.css';
import { mount } from 'svelte';
import SandboxScreen from './SandboxScreen.svelte';

mount(SandboxScreen, { target: document.body });
