import '../design/base.css';
import '../design/controls.css';
import { mount } from 'svelte';
import StaffScreen from './StaffScreen.svelte';

mount(StaffScreen, { target: document.body });
