import '../design/base.css';
import { mount } from 'svelte';
import VisitorScreen from './VisitorScreen.svelte';

mount(VisitorScreen, { target: document.body });
